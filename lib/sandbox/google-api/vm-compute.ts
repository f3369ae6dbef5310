import type { ApiFault, ApiFaults } from '../api-faults';
import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName } from '../references';
import type { SimulatedCloud } from '../simulated-cloud';
import type { Values } from '../values';
import { ApiError } from './api-error';
import type { ApiAnswer, ApiRequest, Body } from './api-request';
import type { ApiResources, ApiResult, ApiType, Place } from './api-resources';
import { DISK, INSTANCE, SELF_LINK, SNAPSHOT } from './compute';
import { parseFilter } from './list-filter';
import { ApiOperations } from './operations';
import { describeResource, listAttached, listUsers, readFingerprint } from './vm-resources';

/** Local VMs of a sandbox, for the API. */
export interface VmHost {
  /** Carries out the changes of the cloud. */
  reconcile(): Promise<void>;

  /** Reason why a snapshot could not be taken; `undefined` if it was. @param id its number */
  snapshotFailure(id: string): Promise<string | undefined>;

  /** Status of each VM that exists, by name: `RUNNING`, `STOPPING` or `TERMINATED`. */
  statuses(): Promise<ReadonlyMap<string, string>>;

  /** Guest attributes of a VM, by `NAMESPACE/KEY`. */
  guestAttributes(vm: string): Promise<Readonly<Record<string, string>>>;
  serialConsole(vm: string): Promise<string>;
}

const KINDS: Readonly<Record<string, ApiType>> = { disks: DISK, instances: INSTANCE, snapshots: SNAPSHOT };

/** Largest page of a list, and the default. */
const PAGE_SIZE = 500;

interface Target {
  readonly apiType: ApiType;
  readonly place: Place;

  /** Empty in calls of the collection. */
  readonly name: string;

  /** `projects/P/zones/Z/disks/NAME` */
  readonly identity: string;
}

interface Change {
  readonly run: () => ApiResult;

  /** Takes back a change that the VMs could not follow. @default - it stays */
  readonly undo?: () => void;

  /** Reason why the VMs could not follow, besides a failed reconciliation. @default - none */
  readonly findFailure?: () => Promise<string | undefined>;
}

/**
 * Part of the Compute Engine API that backups and restores use, on local VMs: disks, snapshots and instances, also those that Terraform
 * created. An operation is done once the VMs have followed.
 */
export class VmComputeApi {
  private readonly operations = new ApiOperations('compute');

  /** Operations by the id that the client gave to its request: a repeated request makes no second change. */
  private readonly requests = new Map<string, Promise<Body>>();

  constructor(
    private readonly resources: ApiResources,
    private readonly vms: VmHost,
    private readonly faults: ApiFaults,
  ) {}

  public async answer(request: ApiRequest): Promise<ApiAnswer | undefined> {
    const [, project, scope, kind, name, action] =
      /^projects\/([^/]+)\/(global|zones\/[^/]+)\/([A-Za-z]+)(?:\/([^/]+)(?:\/([A-Za-z]+))?)?$/.exec(request.path) ?? [];
    if (project === undefined || scope === undefined || kind === undefined) return undefined;
    const { method, body, query } = request;
    const call = action ?? findMethod(method, name !== undefined);
    if (call === undefined) return undefined;
    const fault = this.faults.take(`${kind}.${call}`, name ?? String(body.name ?? ''));
    if (fault?.refusal && fault.when !== 'after') throw toError(fault.refusal);
    const requestId = query.get('requestId') ?? undefined;
    const known = requestId === undefined ? undefined : this.requests.get(requestId);
    const answering = known ?? this.call({ project, scope, kind, name }, call, request, fault);
    if (requestId !== undefined && known === undefined) {
      this.requests.set(requestId, answering as Promise<Body>);
      // A rejected request has no effect, and may be repeated.
      answering.catch(() => this.requests.delete(requestId));
    }
    const answer = await answering;
    if (fault?.refusal) throw toError(fault.refusal);
    return answer;
  }

  private get cloud(): SimulatedCloud {
    return this.resources.cloud;
  }

  private async call(
    { project, scope, kind, name = '' }: { project: string; scope: string; kind: string; name?: string },
    call: string,
    { body, query }: ApiRequest,
    fault: ApiFault | undefined,
  ): Promise<ApiAnswer | undefined> {
    if (kind === 'operations') return ['get', 'wait'].includes(call) ? this.operations.get(name) : undefined;
    const apiType = KINDS[kind];
    if (apiType === undefined || (kind === 'snapshots') !== (scope === 'global')) return undefined;
    const zone = scope === 'global' ? undefined : lastPart(scope);
    const place: Place = { project, ...(zone && { zone, region: zone.replace(/-[a-z]$/, '') }) };
    const collection = `projects/${project}/${scope}/${kind}/`;
    const target: Target = { apiType, place, name, identity: collection + (name || String(body.name ?? '')) };
    if (call === 'list') return this.list(apiType, collection, query);
    if (call === 'insert') {
      const { zone: _, ...sent } = body;
      return this.change(call, target, { run: () => this.resources.create(apiType, place, sent) }, fault);
    }
    const resource = this.find(target);
    if (call === 'get') return this.withStatus(describeResource(resource, this.cloud), await this.statuses(apiType));
    if (apiType === INSTANCE && call === 'getGuestAttributes') return this.readGuestAttributes(name, query);
    if (apiType === INSTANCE && call === 'serialPort') return readConsole(await this.vms.serialConsole(name), query);
    const change = this.findChange(target, resource, call, body, query);
    return change && this.change(call, target, change, fault);
  }

  private find({ apiType, identity }: Target): CloudResource {
    const found = this.cloud.get(apiType.type, identity);
    if (found) return found;
    throw ApiError.notFound(identity);
  }

  /** Makes a change, and lets the VMs follow. An error of theirs is that of the operation. */
  private async change(call: string, { identity }: Target, { run, undo, findFailure }: Change, fault: ApiFault | undefined): Promise<Body> {
    let problem: string | ApiFault['operationError'] = fault?.operationError;
    if (problem === undefined || fault?.when === 'after') {
      const { failure } = run();
      let failed = failure;
      try {
        await this.vms.reconcile();
        failed ??= await findFailure?.();
      } catch (error) {
        failed ??= (error as Error).message;
      }
      if (failed !== undefined) undo?.();
      problem ??= failed;
    }
    return this.operations.done(call, SELF_LINK + identity, {}, problem, fault?.runningPolls);
  }

  private async list(apiType: ApiType, below: string, query: URLSearchParams): Promise<Body> {
    const matches = parseFilter(query.get('filter') ?? '');
    const size = Number(query.get('maxResults') ?? PAGE_SIZE);
    if (!Number.isInteger(size) || size < 0 || size > PAGE_SIZE) {
      throw new ApiError(400, `Invalid value for field 'maxResults': '${size}'. Must be between 0 and ${PAGE_SIZE}`, 'invalid');
    }
    const statuses = await this.statuses(apiType);
    const found = this.cloud
      .list(apiType.type, below)
      .map((resource) => this.withStatus(describeResource(resource, this.cloud), statuses))
      .filter(matches)
      .sort((one, other) => (String(one.name) < String(other.name) ? -1 : 1));
    const after = query.get('pageToken') ?? '';
    const left = found.filter(({ name }) => String(name) > after);
    const items = left.slice(0, size || PAGE_SIZE);
    return {
      ...(items.length > 0 && { items }),
      ...(items.length < left.length && { nextPageToken: items.at(-1)!.name }),
      selfLink: SELF_LINK + below.replace(/\/$/, ''),
    };
  }

  /** Statuses of the VMs, once they have what another program has deployed: a disk that an answer calls attached is attached. */
  private async statuses(apiType: ApiType): Promise<ReadonlyMap<string, string>> {
    if (apiType !== INSTANCE) return new Map();
    await this.vms.reconcile();
    return this.vms.statuses();
  }

  /** Adds the status of an instance: a guest can shut itself down. */
  private withStatus(body: Body, statuses: ReadonlyMap<string, string>): Body {
    const status = statuses.get(String(body.name));
    return status === undefined ? body : { ...body, status };
  }

  private findChange(
    { apiType, identity, place }: Target,
    resource: CloudResource,
    call: string,
    body: Body,
    query: URLSearchParams,
  ): Change | undefined {
    const patch = (values: Values): Change => ({
      run: () => {
        this.cloud.patch(apiType.type, identity, values);
        return { body: {} };
      },
    });
    if (call === 'delete') return this.delete(apiType, place, resource);
    if (call === 'setLabels') {
      if (body.labelFingerprint !== readFingerprint(resource)) {
        throw new ApiError(412, 'Labels fingerprint either invalid or resource labels have changed', 'conditionNotMet');
      }
      const labels = (body.labels ?? {}) as Values;
      return patch({ labels, effective_labels: labels });
    }
    if (apiType === DISK && call === 'createSnapshot') return this.takeSnapshot(place, resource, body, query);
    if (apiType !== INSTANCE) return undefined;
    switch (call) {
      case 'start':
        return patch({ desired_status: 'RUNNING' });
      case 'stop':
        return patch({ desired_status: 'TERMINATED' });
      case 'attachDisk':
        return patch({ attached_disk: [...listAttached(resource), this.findAttachment(place, resource, body)] });
      case 'detachDisk': {
        const device = query.get('deviceName');
        const left = listAttached(resource).filter(({ device_name }) => device_name !== device);
        if (left.length < listAttached(resource).length) return patch({ attached_disk: left });
        throw new ApiError(400, `No attached disk found with device name '${device}'`, 'invalid');
      }
      default:
        return undefined;
    }
  }

  /** Deletes a resource. An instance takes the disks with it that it was created with and that have `autoDelete`. */
  private delete(apiType: ApiType, place: Place, { identity }: CloudResource): Change {
    const [user] = apiType === DISK ? listUsers(identity, this.cloud) : [];
    if (user !== undefined) throw inUse(identity, user);
    const created = (apiType === INSTANCE ? (this.cloud.body(apiType.type, identity)?.disks ?? []) : []) as Body[];
    const owned = created.flatMap(({ autoDelete, source }) => (autoDelete === true && source ? [relativeName(String(source))] : []));
    return {
      run: () => {
        const result = this.resources.delete(apiType, place, identity);
        for (const disk of owned) {
          if (this.cloud.get(DISK.type, disk) && listUsers(disk, this.cloud).length === 0) this.resources.delete(DISK, place, disk);
        }
        return result;
      },
    };
  }

  private findAttachment(place: Place, instance: CloudResource, body: Body): Values {
    const source = relativeName(String(body.source ?? ''));
    const disk = this.cloud.get(DISK.type, source);
    if (disk === undefined) throw ApiError.notFound(source);
    const zone = `projects/${place.project}/zones/${place.zone}`;
    if (!source.startsWith(`${zone}/`)) {
      const rule = `Disk must be in the same zone as the instance: '${zone}'`;
      throw new ApiError(400, `Invalid value for field 'disk.source': '${body.source}'. ${rule}`, 'invalid');
    }
    const mode = String(body.mode ?? 'READ_WRITE');
    for (const user of listUsers(source, this.cloud)) {
      const isShared = listAttached(user).every((block) => relativeName(String(block.source)) !== source || block.mode === 'READ_ONLY');
      if (user.identity === instance.identity || mode !== 'READ_ONLY' || !isShared) throw inUse(source, user);
    }
    const attached = listAttached(instance);
    const device = String(body.deviceName ?? `persistent-disk-${attached.length + 1}`);
    if (attached.some(({ device_name }) => device_name === device)) {
      const rule = `The device name '${device}' is already in use`;
      throw new ApiError(400, `Invalid value for field 'disk.deviceName': '${device}'. ${rule}`, 'invalid');
    }
    return { source, device_name: device, mode };
  }

  private takeSnapshot({ project, zone }: Place, disk: CloudResource, body: Body, query: URLSearchParams): Change {
    const { guestFlush = query.get('guestFlush'), ...sent } = body;
    const identity = `projects/${project}/global/snapshots/${body.name}`;
    return {
      run: () => {
        const result = this.resources.create(SNAPSHOT, { project }, sent, { source_disk: disk.identity, zone: String(zone) });
        const key = disk.text('disk_encryption_key.kms_key_self_link');
        this.cloud.patch(SNAPSHOT.type, identity, {
          guest_flush: String(guestFlush) === 'true',
          creation_timestamp: this.cloud.now(),
          ...(key !== '' && { snapshot_encryption_key: [{ kms_key_self_link: key }] }),
        });
        return result;
      },
      findFailure: () => this.vms.snapshotFailure(this.cloud.get(SNAPSHOT.type, identity)?.text('snapshot_id') ?? ''),
      undo: () => this.cloud.remove(SNAPSHOT.type, identity),
    };
  }

  private async readGuestAttributes(vm: string, query: URLSearchParams): Promise<Body> {
    const path = query.get('queryPath') ?? '';
    const [, wantedSpace = '', wantedKey = ''] = /^([^/]*)\/?(.*)$/.exec(path)!;
    const items = Object.entries(await this.vms.guestAttributes(vm)).flatMap(([each, value]) => {
      const [, namespace, key] = /^([^/]+)\/(.+)$/.exec(each) ?? [];
      const isWanted = (wantedSpace === '' || namespace === wantedSpace) && (wantedKey === '' || key === wantedKey);
      return namespace !== undefined && isWanted ? [{ namespace, key, value }] : [];
    });
    if (items.length > 0) return { queryPath: path, queryValue: { items } };
    throw ApiError.notFound(`guestAttributes/${path}`);
  }
}

/** Name of the API's method without an action. */
function findMethod(method: string, hasName: boolean): string | undefined {
  if (method === 'GET') return hasName ? 'get' : 'list';
  if (method === 'DELETE') return hasName ? 'delete' : undefined;
  return method === 'POST' && !hasName ? 'insert' : undefined;
}

function toError({ code, message, reason }: { code: number; message: string; reason: string }): ApiError {
  return new ApiError(code, message, reason);
}

function inUse(disk: string, user: CloudResource): ApiError {
  const message = `The disk resource '${disk}' is already being used by '${user.identity}'`;
  return new ApiError(400, message, 'resourceInUseByAnotherResource');
}

/** Output from a position on, at most a MiB. */
function readConsole(text: string, query: URLSearchParams): Body {
  const bytes = Buffer.from(text);
  const start = Math.max(Number(query.get('start') ?? 0) || 0, bytes.length - 2 ** 20, 0);
  return { contents: bytes.subarray(start).toString(), start: String(start), next: String(bytes.length) };
}
