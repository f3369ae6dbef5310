import { ApiError } from './api-error';
import type { ApiAnswer, ApiRequest, Body } from './api-request';
import { type ApiResources, type ApiType, applyPatch, type Place, requireBody } from './api-resources';

const ZONE: ApiType = {
  type: 'google_dns_managed_zone',
  names: { 'private_visibility_config.networks.network_url': 'networkUrl' },
  adds: ({ values }, sent) => ({
    id: String(values.managed_zone_id),
    nameServers: values.name_servers,
    creationTime: values.creation_time,
    visibility: sent.visibility ?? 'public',
  }),
};

const RECORD_SET: ApiType = { type: 'google_dns_record_set' };

interface RecordSet extends Body {
  readonly name: string;
  readonly type: string;
}

/** Cloud DNS API: zones and their record sets. Any public zone that was not created here exists, and is empty. */
export class DnsApi {
  constructor(private readonly resources: ApiResources) {}

  public answer({ method, path, query, body }: ApiRequest): ApiAnswer | undefined {
    const [, project, zone, kind, id] =
      /^projects\/([^/]+)\/managedZones(?:\/([^/]+)(?:\/(changes|rrsets)(?:\/([^/]+))?)?)?$/.exec(path) ?? [];
    if (project === undefined) return undefined;
    const place: Place = { project };
    if (zone === undefined) {
      return method === 'POST' ? requireBody(this.resources.create(ZONE, place, body)) : undefined;
    }
    const identity = `projects/${project}/managedZones/${zone}`;
    if (kind === 'changes') return method === 'POST' ? this.change(place, zone, identity, body) : { id, status: 'done' };
    if (kind === 'rrsets') return { rrsets: this.recordSets(identity, query.get('name'), query.get('type')) };
    if (method === 'GET') return this.resources.get(ZONE, identity);
    if (method === 'DELETE') {
      requireBody(this.resources.delete(ZONE, place, identity));
      return {};
    }
    const after = method === 'PUT' ? body : applyPatch(this.resources.get(ZONE, identity), body);
    return { id: '1', status: 'done', zoneContext: { newValue: requireBody(this.resources.update(ZONE, place, identity, after)) } };
  }

  private change(place: Place, zone: string, identity: string, { additions = [], deletions = [], ...rest }: Body): ApiAnswer {
    const scope = { managed_zone: zone };
    const added = additions as RecordSet[];
    for (const set of deletions as RecordSet[]) {
      const record = `${identity}/rrsets/${set.name}/${set.type}`;
      if (!this.resources.cloud.get(RECORD_SET.type, record)) {
        throw new ApiError(404, `The 'entity.change.deletions[0]' resource named '${set.name} (${set.type})' does not exist.`, 'notFound');
      }
      if (!added.some((each) => each.name === set.name && each.type === set.type))
        requireBody(this.resources.delete(RECORD_SET, place, record));
    }
    for (const set of added) {
      const record = `${identity}/rrsets/${set.name}/${set.type}`;
      const isChange = (deletions as RecordSet[]).some((each) => each.name === set.name && each.type === set.type);
      if (isChange) requireBody(this.resources.update(RECORD_SET, place, record, set, scope));
      else requireBody(this.resources.create(RECORD_SET, place, set, scope));
    }
    return { ...rest, additions, deletions, id: String(this.resources.cloud.next('dns change')), status: 'done' };
  }

  private recordSets(zone: string, name: string | null, type: string | null): Body[] {
    return this.resources
      .list(RECORD_SET, `${zone}/rrsets/`)
      .filter((set) => (name === null || set.name === name) && (type === null || set.type === type));
  }
}
