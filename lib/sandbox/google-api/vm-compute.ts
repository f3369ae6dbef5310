import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName } from '../references';
import { isSet, type Values } from '../values';
import { ApiError } from './api-error';
import type { ApiAnswer, ApiRequest, Body } from './api-request';
import type { ApiResources, ApiResult, ApiType, Place } from './api-resources';
import { DISK, INSTANCE, SELF_LINK } from './compute';
import { ApiOperations } from './operations';

/** Local VMs of a sandbox, for the API. */
export interface VmHost {
  /** Carries out the changes of the cloud. */
  reconcile(): Promise<void>;

  /** Guest attributes of a VM, by `NAMESPACE/KEY`. */
  guestAttributes(vm: string): Promise<Readonly<Record<string, string>>>;
  serialConsole(vm: string): Promise<string>;
}

const SNAPSHOT: ApiType = { type: 'google_compute_snapshot' };
const ATTACHMENT = 'google_compute_disk_resource_policy_attachment';
const KINDS: Readonly<Record<string, ApiType>> = { disks: DISK, instances: INSTANCE, snapshots: SNAPSHOT };
const FINGERPRINT = '42WmSpB8rSM=';

interface Target {
  readonly apiType: ApiType;
  readonly place: Place;

  /** `projects/P/zones/Z/disks` */
  readonly collection: string;
  readonly name: string;
  readonly identity: string;
}

/**
 * Part of the Compute Engine API that backups and restores use, on local VMs: disks, snapshots and instances, also those that Terraform
 * created. An operation is done once the VMs have followed.
 */
export class VmComputeApi {
  private readonly operations = new ApiOperations('compute');

  constructor(
    private readonly resources: ApiResources,
    private readonly vms: VmHost,
  ) {}

  public async answer({ method, path, body, query }: ApiRequest): Promise<ApiAnswer | undefined> {
    const [, project, scope, kind, name, action] =
      /^projects\/([^/]+)\/(global|zones\/[^/]+)\/([A-Za-z]+)(?:\/([^/]+)(?:\/([A-Za-z]+))?)?$/.exec(path) ?? [];
    if (project === undefined || scope === undefined || kind === undefined) return undefined;
    if (kind === 'operations') return name === undefined ? undefined : this.operations.get(name);
    const apiType = KINDS[kind];
    if (apiType === undefined || (kind === 'snapshots') !== (scope === 'global')) return undefined;
    const zone = scope === 'global' ? undefined : lastPart(scope);
    const place: Place = { project, ...(zone && { zone, region: zone.replace(/-[a-z]$/, '') }) };
    const collection = `projects/${project}/${scope}/${kind}`;
    if (name === undefined) {
      if (method === 'GET') return this.list(apiType, `${collection}/`, query);
      return method === 'POST' ? this.change('insert', `${collection}/${body.name}`, () => this.insert(apiType, place, body)) : undefined;
    }
    const target: Target = { apiType, place, collection, name, identity: `${collection}/${name}` };
    if (action !== undefined) return this.act(target, action, { method, body, query });
    if (method === 'GET') return this.describe(apiType, this.find(target));
    if (method === 'DELETE') return this.change('delete', target.identity, () => this.delete(target));
    return undefined;
  }

  private find({ apiType, identity }: Target): CloudResource {
    const found = this.resources.cloud.get(apiType.type, identity);
    if (found) return found;
    throw ApiError.notFound(identity);
  }

  /** Runs a change, and lets the VMs follow. An error of theirs is that of the operation. */
  private async change(kind: string, identity: string, run: () => ApiResult): Promise<Body> {
    const { failure } = run();
    let problem = failure;
    try {
      await this.vms.reconcile();
    } catch (error) {
      problem ??= (error as Error).message;
    }
    return this.operations.done(kind, SELF_LINK + identity, {}, problem);
  }

  private list(apiType: ApiType, below: string, query: URLSearchParams): Body {
    const matches = parseFilter(query.get('filter') ?? '');
    const items = this.resources.cloud.list(apiType.type, below).map((resource) => this.describe(apiType, resource));
    return { items: items.filter(matches) };
  }

  private insert(apiType: ApiType, place: Place, { zone: _, ...body }: Body): ApiResult {
    return this.resources.create(apiType, place, body);
  }

  private delete({ apiType, place, identity, ...target }: Target): ApiResult {
    this.find({ apiType, place, identity, ...target });
    const [user] = apiType === DISK ? this.usersOf(identity) : [];
    if (user !== undefined) {
      const message = `The disk resource '${identity}' is already being used by '${user}'`;
      throw new ApiError(400, message, 'resourceInUseByAnotherResource');
    }
    return this.resources.delete(apiType, place, identity);
  }

  private async act(target: Target, action: string, request: Pick<ApiRequest, 'method' | 'body' | 'query'>): Promise<Body | undefined> {
    const resource = this.find(target);
    const { apiType, name } = target;
    if (apiType === INSTANCE && action === 'getGuestAttributes') return this.readGuestAttributes(name, request.query);
    if (apiType === INSTANCE && action === 'serialPort') return { contents: await this.vms.serialConsole(name), start: '0' };
    const run = this.findChange(target, resource, action, request);
    return run && this.change(action, target.identity, run);
  }

  private findChange(
    target: Target,
    resource: CloudResource,
    action: string,
    { body, query }: Pick<ApiRequest, 'body' | 'query'>,
  ): (() => ApiResult) | undefined {
    const { apiType, identity, place } = target;
    const patch = (values: Values): ApiResult => {
      this.resources.cloud.patch(apiType.type, identity, values);
      return { body: {} };
    };
    if (action === 'setLabels') {
      if (body.labelFingerprint !== FINGERPRINT)
        throw new ApiError(412, 'Labels fingerprint either invalid or resource labels have changed', 'conditionNotMet');
      const labels = (body.labels ?? {}) as Values;
      return () => patch({ labels, effective_labels: labels });
    }
    if (apiType === DISK && action === 'createSnapshot') return () => this.takeSnapshot(place, identity, body, query);
    if (apiType !== INSTANCE) return undefined;
    const attached = resource.all('attached_disk').flat() as Values[];
    switch (action) {
      case 'start':
        return () => patch({ desired_status: 'RUNNING' });
      case 'stop':
        return () => patch({ desired_status: 'TERMINATED' });
      case 'attachDisk': {
        const source = relativeName(String(body.source));
        if (this.resources.cloud.get(DISK.type, source) === undefined) throw ApiError.notFound(source);
        const block: Values = { source, device_name: String(body.deviceName), mode: String(body.mode ?? 'READ_WRITE') };
        return () => patch({ attached_disk: [...attached, block] });
      }
      case 'detachDisk': {
        const device = query.get('deviceName');
        const left = attached.filter(({ device_name }) => device_name !== device);
        if (left.length === attached.length) throw new ApiError(400, `No attached disk found with device name '${device}'`, 'invalid');
        return () => patch({ attached_disk: left });
      }
      default:
        return undefined;
    }
  }

  private takeSnapshot(place: Place, disk: string, body: Body, query: URLSearchParams): ApiResult {
    const { guestFlush = query.get('guestFlush') === 'true', ...sent } = body;
    const { project, zone } = place;
    const result = this.resources.create(SNAPSHOT, { project }, sent, { source_disk: disk, zone: String(zone) });
    const identity = `projects/${project}/global/snapshots/${body.name}`;
    if (result.failure === undefined) {
      const { cloud } = this.resources;
      cloud.patch(SNAPSHOT.type, identity, {
        guest_flush: guestFlush === true || guestFlush === 'true',
        creation_timestamp: cloud.now(),
        source_disk_id: cloud.get(DISK.type, disk)!.text('disk_id'),
      });
    }
    return result;
  }

  private async readGuestAttributes(vm: string, query: URLSearchParams): Promise<Body> {
    const namespace = (query.get('queryPath') ?? '').replace(/\/$/, '');
    const items = Object.entries(await this.vms.guestAttributes(vm)).flatMap(([path, value]) => {
      const [, space, key] = /^([^/]+)\/(.+)$/.exec(path) ?? [];
      return space !== undefined && (namespace === '' || space === namespace) ? [{ namespace: space, key, value }] : [];
    });
    if (items.length > 0) return { queryValue: { items } };
    throw ApiError.notFound(`guestAttributes/${namespace}/`);
  }

  private usersOf(disk: string): string[] {
    return this.resources.cloud
      .list(INSTANCE.type)
      .filter((instance) => instance.all('attached_disk.source').some((source) => relativeName(String(source)) === disk))
      .map(({ identity }) => SELF_LINK + identity);
  }

  private describe({ type }: ApiType, resource: CloudResource): Body {
    const labels = (resource.get('effective_labels') ?? resource.get('labels') ?? {}) as Body;
    const common: Body = {
      name: resource.text('name'),
      selfLink: SELF_LINK + resource.identity,
      creationTimestamp: resource.text('creation_timestamp') || undefined,
      labels,
      labelFingerprint: FINGERPRINT,
    };
    if (type === DISK.type) return { ...common, ...this.describeDisk(resource) };
    return { ...common, ...(type === SNAPSHOT.type ? describeSnapshot(resource) : describeInstance(resource)) };
  }

  private describeDisk(disk: CloudResource): Body {
    const zone = lastPart(disk.text('zone'));
    const place = disk.identity.split('/disks/')[0];
    const users = this.usersOf(disk.identity);
    const policies = this.resources.cloud
      .list(ATTACHMENT)
      .filter(({ identity }) => identity.startsWith(`${disk.text('project')}/${zone}/${disk.text('name')}/`))
      .map(({ identity }) => lastPart(identity));
    return {
      id: disk.text('disk_id'),
      zone: `${SELF_LINK}${place}`,
      sizeGb: String(disk.number('size')),
      type: `${SELF_LINK}${place}/diskTypes/${lastPart(disk.text('type'))}`,
      status: 'READY',
      ...(disk.text('snapshot') && { sourceSnapshot: link(disk.text('snapshot'), disk.text('project')) }),
      ...(users.length > 0 && { users }),
      ...(policies.length > 0 && { resourcePolicies: policies }),
    };
  }
}

function describeSnapshot(snapshot: CloudResource): Body {
  return {
    id: snapshot.text('snapshot_id'),
    status: 'READY',
    sourceDisk: SELF_LINK + relativeName(snapshot.text('source_disk')),
    sourceDiskId: snapshot.text('source_disk_id') || undefined,
    diskSizeGb: String(snapshot.number('disk_size_gb')),
    storageBytes: String(snapshot.number('storage_bytes')),
    ...(snapshot.flag('auto_created') && { autoCreated: true }),
    ...(snapshot.flag('guest_flush') && { guestFlush: true }),
  };
}

function describeInstance(instance: CloudResource): Body {
  const attached = instance.all('attached_disk').flat() as Values[];
  const nics = instance.all('network_interface').flat() as Values[];
  const metadata = (instance.get('metadata') ?? {}) as Body;
  const place = instance.identity.split('/instances/')[0];
  return {
    id: instance.text('instance_id'),
    status: instance.text('desired_status') === 'TERMINATED' ? 'TERMINATED' : 'RUNNING',
    zone: `${SELF_LINK}${place}`,
    machineType: `${SELF_LINK}${place}/machineTypes/${lastPart(instance.text('machine_type'))}`,
    disks: [
      {
        boot: true,
        deviceName: 'persistent-disk-0',
        mode: 'READ_WRITE',
        source: `${SELF_LINK}${place}/disks/${instance.text('name')}`,
        diskSizeGb: String(instance.number('boot_disk.initialize_params.size') || 10),
      },
      ...attached.map(({ source, device_name, mode }) => ({
        ...{ boot: false, deviceName: device_name, mode: mode ?? 'READ_WRITE', source: SELF_LINK + relativeName(String(source)) },
      })),
    ],
    networkInterfaces: nics.map(({ network, subnetwork, network_ip }) => ({
      ...(isSet(network) && { network: SELF_LINK + relativeName(String(network)) }),
      ...(isSet(subnetwork) && { subnetwork: SELF_LINK + relativeName(String(subnetwork)) }),
      networkIP: network_ip,
    })),
    ...(instance.text('service_account.email') && {
      serviceAccounts: [{ email: instance.text('service_account.email'), scopes: instance.all('service_account.scopes').flat() }],
    }),
    metadata: { items: Object.entries(metadata).map(([key, value]) => ({ key, value })) },
  };
}

function link(reference: string, project: string): string {
  const name = relativeName(reference);
  return SELF_LINK + (name.startsWith('projects/') ? name : `projects/${project}/global/snapshots/${lastPart(name)}`);
}

/**
 * Parses a filter: comparisons `FIELD=VALUE`, `FIELD:*` and `FIELD!=VALUE`, joined by AND or in brackets, all of which have to hold.
 *
 * @throws ApiError for other filters
 */
function parseFilter(filter: string): (body: Body) => boolean {
  const terms = filter
    .split(/\s+AND\s+|\)\s*\(/)
    .map((term) => term.replace(/^[\s(]+|[\s)]+$/g, ''))
    .filter((term) => term !== '');
  const tests = terms.map((term) => {
    const [, field, operator, value] = /^([\w.-]+)\s*(!=|=|:|eq)\s*"?([^"]*)"?$/.exec(term) ?? [];
    if (field === undefined)
      throw new ApiError(400, `Invalid value for field 'filter': '${filter}'. Invalid list filter expression.`, 'invalid');
    const read = (body: Body): unknown => {
      const [first, ...rest] = field.split('.');
      const inner = body[first!];
      return rest.length === 0 ? inner : (inner as Body | undefined)?.[rest.join('.')];
    };
    if (operator === ':' && value === '*') return (body: Body) => read(body) !== undefined;
    return (body: Body) => (read(body) === value) !== (operator === '!=');
  });
  return (body) => tests.every((test) => test(body));
}
