import { createHash } from 'node:crypto';
import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName } from '../references';
import { selectAddress } from '../types/cidr';
import { ApiError } from './api-error';
import type { ApiAnswer, ApiRequest, Body } from './api-request';
import { type ApiResources, type ApiType, applyPatch, type Place } from './api-resources';
import { isBody } from './conversion';
import { IamPolicies, type PolicyTarget } from './iam';
import { ApiOperations } from './operations';

/** Prefix of self links of Compute Engine, whatever the endpoint. */
export const SELF_LINK = 'https://www.googleapis.com/compute/v1/';

const items = (field: string) => (body: Body) => (isBody(body[field]) ? body[field].items : undefined);

/** Reads metadata, which is a list of keys and values in the API. */
const readMetadata = (body: Body): unknown =>
  Object.fromEntries(((items('metadata')(body) ?? []) as { key: string; value: string }[]).map(({ key, value }) => [key, value]));

const disksOf = (isBoot: boolean) => (body: Body) => ((body.disks ?? []) as Body[]).filter((disk) => (disk.boot === true) === isBoot);

const ADDRESS: ApiType = {
  type: 'google_compute_address',
  adds: ({ values }, sent) => ({
    address: values.address,
    status: 'RESERVED',
    ...(sent.addressType === 'INTERNAL' ? {} : { networkTier: sent.networkTier ?? values.network_tier }),
  }),
};

const GLOBAL_ADDRESS: ApiType = {
  type: 'google_compute_global_address',
  adds: ({ values }) => ({ address: values.address, status: 'RESERVED' }),
};

const NETWORK: ApiType = {
  type: 'google_compute_network',
  names: { routing_mode: 'routingConfig.routingMode' },
  adds: (_, sent) => ({
    routingConfig: { routingMode: 'REGIONAL', bgpBestPathSelectionMode: 'LEGACY', ...(sent.routingConfig as Body | undefined) },
    networkFirewallPolicyEnforcementOrder: sent.networkFirewallPolicyEnforcementOrder ?? 'AFTER_CLASSIC_FIREWALL',
  }),
};

const SUBNETWORK: ApiType = {
  type: 'google_compute_subnetwork',
  names: { secondary_ip_range: 'secondaryIpRanges' },
  adds: (_, sent) => ({
    gatewayAddress: selectAddress(String(sent.ipCidrRange), 1),
    purpose: sent.purpose ?? 'PRIVATE',
    stackType: sent.stackType ?? 'IPV4_ONLY',
    privateIpv6GoogleAccess: sent.privateIpv6GoogleAccess ?? 'DISABLE_GOOGLE_ACCESS',
  }),
};

const FIREWALL: ApiType = {
  type: 'google_compute_firewall',
  names: { allow: 'allowed', 'allow.protocol': 'IPProtocol', deny: 'denied', 'deny.protocol': 'IPProtocol' },
  adds: (_, sent) => ({ direction: sent.direction ?? 'INGRESS', priority: sent.priority ?? 1000 }),
};

const ROUTER: ApiType = { type: 'google_compute_router' };

/** NAT, which is a field of its router in the API. */
const ROUTER_NAT: ApiType = { type: 'google_compute_router_nat', names: { subnetwork: 'subnetworks' } };

export const DISK: ApiType = {
  type: 'google_compute_disk',
  names: {
    size: 'sizeGb',
    image: 'sourceImage',
    snapshot: 'sourceSnapshot',
    'disk_encryption_key.kms_key_self_link': 'kmsKeyName',
  },
  adds: ({ values }, sent) => ({
    id: values.disk_id,
    status: 'READY',
    sizeGb: String(values.size),
    physicalBlockSizeBytes: sent.physicalBlockSizeBytes ?? '4096',
    ...(sent.sourceSnapshot ? { sourceSnapshotId: values.source_snapshot_id } : {}),
  }),
};

export const INSTANCE: ApiType = {
  type: 'google_compute_instance',
  names: {
    boot_disk: disksOf(true),
    'boot_disk.initialize_params.image': 'sourceImage',
    'boot_disk.initialize_params.size': 'diskSizeGb',
    'boot_disk.initialize_params.type': 'diskType',
    attached_disk: disksOf(false),
    network_interface: 'networkInterfaces',
    'network_interface.network_ip': 'networkIP',
    'network_interface.access_config': 'accessConfigs',
    'network_interface.access_config.nat_ip': 'natIP',
    service_account: 'serviceAccounts',
    tags: items('tags'),
    metadata: readMetadata,
  },
  // The plugin stops an instance for some changes if this allows it.
  own: ({ status }) => ({ allow_stopping_for_update: status === 'TERMINATED' }),
  adds: (instance, sent) => ({
    id: instance.values.instance_id,
    status: sent.status ?? 'RUNNING',
    cpuPlatform: 'Intel Cascade Lake',
    scheduling: {
      onHostMaintenance: 'MIGRATE',
      automaticRestart: true,
      preemptible: false,
      ...withoutEmpty(sent.scheduling),
      provisioningModel: 'STANDARD',
    },
    disks: ((sent.disks ?? []) as Body[]).map((disk, index) => readInstanceDisk(instance, disk, index)),
    networkInterfaces: ((sent.networkInterfaces ?? []) as Body[]).map((nic, index) => {
      const made = (instance.all('network_interface').flat() as Body[])[index];
      return { stackType: 'IPV4_ONLY', ...nic, name: `nic${index}`, networkIP: made?.network_ip, network: made?.network };
    }),
    metadata: { ...(sent.metadata as Body), fingerprint: computeFingerprint(sent.metadata) },
    tags: { ...(sent.tags as Body), fingerprint: computeFingerprint(sent.tags) },
  }),
};

export const SNAPSHOT: ApiType = {
  type: 'google_compute_snapshot',
  names: { storage_locations: 'storageLocations', 'snapshot_encryption_key.kms_key_self_link': 'kmsKeyName' },
};

const GLOBAL: Readonly<Record<string, ApiType>> = {
  addresses: GLOBAL_ADDRESS,
  firewalls: FIREWALL,
  networks: NETWORK,
  securityPolicies: { type: 'google_compute_security_policy', names: { rule: 'rules' } },
  snapshots: SNAPSHOT,
  sslCertificates: { type: 'google_compute_managed_ssl_certificate' },
  sslPolicies: { type: 'google_compute_ssl_policy' },
};

const REGIONAL: Readonly<Record<string, ApiType>> = {
  addresses: ADDRESS,
  resourcePolicies: { type: 'google_compute_resource_policy' },
  routers: ROUTER,
  subnetworks: SUBNETWORK,
};

const ZONAL: Readonly<Record<string, ApiType>> = { disks: DISK, instances: INSTANCE };

/** Types with a fingerprint of the resource and one of its labels. An update must send the current one. */
const FINGERPRINTED = new Set([
  'google_compute_instance',
  'google_compute_security_policy',
  'google_compute_ssl_policy',
  'google_compute_subnetwork',
]);
const LABELLED = new Set([
  'google_compute_address',
  'google_compute_disk',
  'google_compute_global_address',
  'google_compute_instance',
  'google_compute_security_policy',
  'google_compute_snapshot',
]);

const ATTACHMENT: ApiType = { type: 'google_compute_disk_resource_policy_attachment' };

interface Target {
  readonly apiType: ApiType;
  readonly place: Place;
  readonly identity: string;
  readonly name: string;
}

/** Compute Engine API, for the resource types of this library. */
export class ComputeApi {
  private readonly operations = new ApiOperations('compute');

  private readonly policies: IamPolicies;

  constructor(private readonly resources: ApiResources) {
    this.policies = new IamPolicies(resources);
  }

  public answer(request: ApiRequest): ApiAnswer | undefined {
    const { method, path, body } = request;
    const [, project, scope, kind, name, action] =
      /^projects\/([^/]+)(?:\/(global|regions\/[^/]+|zones\/[^/]+)(?:\/([A-Za-z]+)(?:\/([^/]+)(?:\/([A-Za-z]+))?)?)?)?$/.exec(path) ?? [];
    if (project === undefined || scope === undefined) return this.image(path);
    const [level, at] = scope.split('/') as ['global' | 'regions' | 'zones', string | undefined];
    if (kind === undefined) return { kind: `compute#${level}`, name: at, status: 'UP', selfLink: SELF_LINK + path };
    if (kind === 'operations') return this.operations.get(name!);
    if (kind === 'machineTypes' || kind === 'diskTypes') return { name, zone: at, selfLink: SELF_LINK + path };

    const apiType = { global: GLOBAL, regions: REGIONAL, zones: ZONAL }[level][kind];
    if (!apiType) return this.image(path);
    const place: Place = { project, ...(level === 'regions' && { region: at }), ...(level === 'zones' && { zone: at }) };
    const collection = `projects/${project}/${scope}/${kind}`;
    if (name === undefined) {
      if (method === 'GET') return { items: this.resources.list(apiType, `${collection}/`) };
      return method === 'POST' ? this.insert(apiType, place, collection, body) : undefined;
    }
    const target: Target = { apiType, place, name, identity: `${collection}/${name}` };
    if (action !== undefined) return this.act(target, action, request);
    if (method === 'GET') return this.get(target);
    if (method === 'PATCH' || method === 'PUT') return this.patch(target, body);
    return method === 'DELETE' ? this.delete(target) : undefined;
  }

  private insert(apiType: ApiType, place: Place, collection: string, sent: Body): ApiAnswer {
    const { zone, region, ...body } = sent;
    const identity = `${collection}/${body.name}`;
    const { failure } = this.resources.create(
      {
        ...apiType,
        adds: (resource, without) => ({
          id: `${4_000_000_000_000_000 + this.resources.cloud.next('number')}021`,
          selfLink: SELF_LINK + identity,
          creationTimestamp: this.resources.cloud.now(),
          ...placeLinks(place),
          ...fingerprints(apiType, without),
          ...apiType.adds?.(resource, without),
        }),
      },
      place,
      body,
    );
    return this.operations.done('insert', SELF_LINK + identity, placeLinks(place), failure);
  }

  private get({ apiType, identity, place, name }: Target): ApiAnswer {
    if (apiType === DISK) {
      const boot = this.bootDisk(place, identity);
      if (boot) return boot;
    }
    const body = this.resources.get(apiType, identity);
    if (apiType === DISK) return { ...body, resourcePolicies: this.listPolicies(place, name), users: this.listUsers(identity) };
    if (apiType === ROUTER) return { ...body, nats: this.nats(place, name) };
    if (apiType === INSTANCE) return { ...body, disks: (body.disks as Body[]).map(({ initializeParams, ...disk }) => disk) };
    return body;
  }

  private patch(target: Target, patch: Body): ApiAnswer {
    const { apiType, identity, place } = target;
    const { region, zone, ...fields } = patch;
    if (apiType === ROUTER && fields.nats !== undefined) return this.patchNats(target, fields);
    const before = this.resources.get(apiType, identity);
    const after = applyPatch(before, fields);
    const { failure } = this.resources.update(apiType, place, identity, { ...after, ...fingerprints(apiType, after) });
    return this.operations.done('patch', SELF_LINK + identity, placeLinks(place), failure);
  }

  private delete({ apiType, identity, place }: Target): ApiAnswer {
    const { failure } = this.resources.delete(apiType, place, identity);
    return this.operations.done('delete', SELF_LINK + identity, placeLinks(place), failure);
  }

  private act(target: Target, action: string, { body, query }: ApiRequest): ApiAnswer | undefined {
    const { apiType, identity, place } = target;
    if (apiType === SUBNETWORK && (action === 'getIamPolicy' || action === 'setIamPolicy')) {
      this.resources.get(apiType, identity);
      const policyTarget = describeSubnetPolicy(target);
      return action === 'getIamPolicy' ? this.policies.get(policyTarget) : this.policies.set(policyTarget, body.policy as Body);
    }
    if (apiType === DISK && (action === 'addResourcePolicies' || action === 'removeResourcePolicies')) {
      return this.attachPolicies(target, action === 'addResourcePolicies', (body.resourcePolicies ?? []) as string[]);
    }
    const changes = ACTIONS[action]?.(this.resources.get(apiType, identity), body, query);
    if (!changes) return undefined;
    const after = { ...this.resources.get(apiType, identity), ...changes };
    const { failure } = this.resources.update(apiType, place, identity, { ...after, ...fingerprints(apiType, after) });
    return this.operations.done(action, SELF_LINK + identity, placeLinks(place), failure);
  }

  private attachPolicies({ apiType, identity, place, name: disk }: Target, isAdded: boolean, policies: readonly string[]): ApiAnswer {
    this.resources.get(apiType, identity);
    let failed: string | undefined;
    for (const policy of policies) {
      const name = lastPart(policy);
      const { failure } = isAdded
        ? this.resources.create(ATTACHMENT, place, {}, { disk, name })
        : this.resources.delete(ATTACHMENT, place, `${place.project}/${place.zone}/${disk}/${name}`);
      failed ??= failure;
    }
    return this.operations.done('update', SELF_LINK + identity, placeLinks(place), failed);
  }

  private listPolicies({ project, zone }: Place, disk: string): string[] | undefined {
    const region = `${zone}`.replace(/-[a-z]$/, '');
    const policies = this.resources.cloud
      .list(ATTACHMENT.type)
      .filter(({ identity }) => identity.startsWith(`${project}/${zone}/${disk}/`))
      .map(({ identity }) => `${SELF_LINK}projects/${project}/regions/${region}/resourcePolicies/${lastPart(identity)}`);
    return policies.length > 0 ? policies : undefined;
  }

  private listUsers(disk: string): string[] | undefined {
    const users = this.resources.cloud
      .list(INSTANCE.type)
      .filter((instance) => instance.all('attached_disk.source').some((source) => relativeName(String(source)) === disk))
      .map(({ identity }) => SELF_LINK + identity);
    return users.length > 0 ? users : undefined;
  }

  /** Reads the boot disk of an instance, which has the instance's name and life cycle. */
  private bootDisk({ zone, project }: Place, identity: string): Body | undefined {
    const instance = this.resources.cloud.get(INSTANCE.type, identity.replace('/disks/', '/instances/'));
    const body = instance && this.resources.cloud.body(INSTANCE.type, instance.identity);
    const [disk] = ((body?.disks ?? []) as Body[]).filter(({ boot }) => boot === true);
    if (!instance || !disk || this.resources.cloud.get(DISK.type, identity)) return undefined;
    const {
      sourceImage,
      diskType = 'pd-standard',
      labels,
    } = (disk.initializeParams ?? {}) as { sourceImage?: string; diskType?: string; labels?: Body };
    return {
      id: `${body?.id}`,
      name: lastPart(identity),
      sizeGb: disk.diskSizeGb,
      type: `${SELF_LINK}projects/${project}/zones/${zone}/diskTypes/${lastPart(diskType)}`,
      sourceImage,
      labels,
      status: 'READY',
      architecture: 'X86_64',
      selfLink: SELF_LINK + identity,
      ...placeLinks({ project, zone }),
    };
  }

  private nats({ project, region }: Place, router: string): Body[] | undefined {
    const nats = this.resources.list(ROUTER_NAT, `${project}/${region}/${router}/`);
    return nats.length > 0 ? nats : undefined;
  }

  private patchNats({ apiType, identity, place, name: router }: Target, patch: Body): ApiAnswer {
    const { nats, ...fields } = patch;
    const before = this.resources.get(apiType, identity);
    if (Object.keys(fields).length > 0) this.resources.update(apiType, place, identity, applyPatch(before, fields));
    const wanted = nats as (Body & { name: string })[];
    const nat = (name: string) => `${place.project}/${place.region}/${router}/${name}`;
    let failed: string | undefined;
    for (const { name } of (this.nats(place, router) ?? []) as { name: string }[]) {
      if (!wanted.some((each) => each.name === name)) failed ??= this.resources.delete(ROUTER_NAT, place, nat(name)).failure;
    }
    for (const body of wanted) {
      const exists = this.resources.cloud.get(ROUTER_NAT.type, nat(body.name)) !== undefined;
      const { failure } = exists
        ? this.resources.update(ROUTER_NAT, place, nat(body.name), body, { router })
        : this.resources.create(ROUTER_NAT, place, body, { router });
      failed ??= failure;
    }
    return this.operations.done('patch', SELF_LINK + identity, placeLinks(place), failed);
  }

  /** Reads an image. Any name of an image or a family exists, in any project. */
  private image(path: string): ApiAnswer | undefined {
    const [, project, name] = /^projects\/([^/]+)\/global\/images\/(?:family\/)?([^/]+)$/.exec(path) ?? [];
    if (name === undefined) return undefined;
    return { name, family: name, diskSizeGb: '10', status: 'READY', selfLink: `${SELF_LINK}projects/${project}/global/images/${name}` };
  }
}

/** Describes the IAM policy of a subnet. */
function describeSubnetPolicy({ place, name, identity }: Target): PolicyTarget {
  return {
    memberType: 'google_compute_subnetwork_iam_member',
    place,
    scope: { subnetwork: identity },
    isOn: (member) =>
      lastPart(member.text('subnetwork')) === name &&
      lastPart(member.text('region')) === place.region &&
      member.text('project') === place.project,
  };
}

/** Field changes of custom methods. */
const ACTIONS: Readonly<Record<string, (before: Body, body: Body, query: URLSearchParams) => Body>> = {
  setLabels: (before, { labels, labelFingerprint }) => {
    requireFingerprint(before.labelFingerprint, labelFingerprint);
    return { labels: labels ?? {} };
  },
  setMetadata: (before, { fingerprint, ...metadata }) => {
    requireFingerprint((before.metadata as Body | undefined)?.fingerprint, fingerprint);
    return { metadata };
  },
  setTags: (before, { fingerprint, ...tags }) => {
    requireFingerprint((before.tags as Body | undefined)?.fingerprint, fingerprint);
    return { tags };
  },
  setMachineType: (_, { machineType }) => ({ machineType }),
  setServiceAccount: (_, { email, scopes }) => ({ serviceAccounts: [{ email, scopes }] }),
  setDeletionProtection: (_, __, query) => ({ deletionProtection: query.get('deletionProtection') !== 'false' }),
  setScheduling: (_, scheduling) => ({ scheduling }),
  updateShieldedInstanceConfig: (_, shieldedInstanceConfig) => ({ shieldedInstanceConfig }),
  resize: (_, { sizeGb }) => ({ sizeGb }),
  setPrivateIpGoogleAccess: (_, { privateIpGoogleAccess }) => ({ privateIpGoogleAccess }),
  expandIpCidrRange: (_, { ipCidrRange }) => ({ ipCidrRange }),
  start: () => ({ status: 'RUNNING' }),
  stop: () => ({ status: 'TERMINATED' }),
  attachDisk: ({ disks }, disk) => ({ disks: [...(disks as Body[]), disk] }),
  detachDisk: ({ disks }, _, query) => ({ disks: (disks as Body[]).filter(({ deviceName }) => deviceName !== query.get('deviceName')) }),
};

function requireFingerprint(now: unknown, sent: unknown): void {
  if (now === undefined || now === sent) return;
  throw new ApiError(
    412,
    sent === undefined ? 'Fingerprint is missing.' : 'Supplied fingerprint does not match current metadata fingerprint.',
    'conditionNotMet',
  );
}

function readInstanceDisk(instance: CloudResource, { initializeParams, ...disk }: Body, index: number): Body {
  const place = `projects/${instance.text('project')}/zones/${lastPart(instance.text('zone'))}`;
  const made = isBody(initializeParams)
    ? { source: `${SELF_LINK}${place}/disks/${instance.text('name')}`, diskSizeGb: String(initializeParams.diskSizeGb ?? 10) }
    : {};
  // Kept for the arguments of the instance; not part of answers.
  const asked = initializeParams === undefined ? {} : { initializeParams };
  return { type: 'PERSISTENT', mode: 'READ_WRITE', deviceName: `persistent-disk-${index}`, ...disk, index, ...asked, ...made };
}

function placeLinks({ project, region, zone }: Place): Body {
  return {
    ...(region && { region: `${SELF_LINK}projects/${project}/regions/${region}` }),
    ...(zone && { zone: `${SELF_LINK}projects/${project}/zones/${zone}` }),
  };
}

function fingerprints({ type }: ApiType, { labels, metadata, tags, ...rest }: Body): Body {
  const { fingerprint: _, labelFingerprint: __, ...fields } = rest;
  return {
    ...(LABELLED.has(type) && { labelFingerprint: computeFingerprint(labels) }),
    ...(FINGERPRINTED.has(type) && { fingerprint: computeFingerprint(fields) }),
    ...(isBody(metadata) && { metadata: { ...metadata, fingerprint: computeFingerprint(metadata.items) } }),
    ...(isBody(tags) && { tags: { ...tags, fingerprint: computeFingerprint(tags.items) } }),
  };
}

export function computeFingerprint(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest()
    .subarray(0, 8)
    .toString('base64');
}

function withoutEmpty(value: unknown): Body {
  return isBody(value) ? Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== '' && inner !== null)) : {};
}
