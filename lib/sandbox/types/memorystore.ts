import { createHash } from 'node:crypto';
import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName, sameReference } from '../references';
import type { Cloud, Effect, Rule, TypeDescription } from '../type-description';
import { isSet, type Value } from '../values';
import { overlap, selectAddress } from './cidr';
import { readRegion, requireFound, resolveName } from './google';

const API = 'redis.googleapis.com';

function readNetwork(resource: CloudResource): string {
  return resolveName(resource, 'global', 'networks', resource.text('authorized_network') || 'default');
}

function isHighlyAvailable(resource: CloudResource): boolean {
  return resource.text('tier') === 'STANDARD_HA';
}

function hasReadReplicas(resource: CloudResource): boolean {
  return resource.text('read_replicas_mode') === 'READ_REPLICAS_ENABLED';
}

function countReplicas(resource: CloudResource): number {
  if (!isHighlyAvailable(resource)) return 0;
  return hasReadReplicas(resource) ? 2 : 1;
}

/** Reads the range of its addresses. With Private Service Access, it is the name of an allocated range. */
function readRange(resource: CloudResource): string {
  const range = resource.text('effective_reserved_ip_range');
  return range.includes('/') ? range : '10.240.0.0/29';
}

/** Reads the version as a number; NaN for one that the provider does not compare, such as `REDIS_6_X`. */
function readVersion(resource: CloudResource): number {
  const [, major, minor] = /^REDIS_(\d+)_(\d+)$/.exec(resource.text('redis_version')) ?? [];
  return Number(`${major}.${minor}`);
}

function makeDigest(resource: CloudResource, purpose: string): string {
  return createHash('sha256').update(`${resource.identity} ${purpose}`).digest('hex');
}

/** Makes an AUTH string, a UUID as the service does. Turning AUTH off and on again makes another one. */
function makeAuthString(resource: CloudResource, cloud: Cloud): string {
  return makeDigest(resource, `auth ${cloud.next('redis auth')}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** Certificates that clients need with in-transit encryption. The certificate is no valid one: nothing answers. */
function makeCertificates(resource: CloudResource, cloud: Cloud): Value {
  if (resource.text('transit_encryption_mode') !== 'SERVER_AUTHENTICATION') return [];
  const digest = makeDigest(resource, 'certificate');
  return [
    {
      cert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(digest).toString('base64')}\n-----END CERTIFICATE-----`,
      create_time: cloud.now(),
      expire_time: cloud.now().replace(/^\d+/, (year) => String(Number(year) + 10)),
      serial_number: '0',
      sha1_fingerprint: digest.slice(0, 40),
    },
  ];
}

function reject(message: string): never {
  throw CloudError.google('Error creating Instance', 400, message, 'badRequest');
}

/** Rejects a network that does not exist. Every new project has the network `default`. */
const networkExists: Rule = ({ resource, cloud }) => {
  const identity = readNetwork(resource);
  if (lastPart(identity) !== 'default') requireFound(cloud, 'Error creating Instance', 'google_compute_network', identity);
};

/** Rejects replicas that the tier does not have, and zones that are the same. */
const tierFits: Rule = ({ resource }) => {
  const replicas = resource.get('replica_count');
  const zones = [resource.text('location_id'), resource.text('alternative_location_id')];
  if (!isHighlyAvailable(resource)) {
    if (isSet(replicas) && replicas !== 0) reject('replica_count must be 0 for a BASIC tier instance.');
    if (hasReadReplicas(resource)) reject('Read replicas are not supported for a BASIC tier instance.');
    if (zones[1]) reject('alternative_location_id is not supported for a BASIC tier instance.');
    return;
  }
  if (zones[0] && zones[0] === zones[1]) reject('location_id and alternative_location_id must be different zones.');
  if (!isSet(replicas)) return;
  if (!hasReadReplicas(resource) && replicas !== 1) reject('replica_count must be 1 when read replicas are disabled.');
  if (Number(replicas) < 1 || Number(replicas) > 5) reject('replica_count must be between 1 and 5.');
};

/** Rejects a range that another instance in the network has. */
const rangeIsFree: Rule = ({ resource, cloud }) => {
  const range = resource.text('reserved_ip_range');
  if (!range.includes('/')) return;
  for (const other of cloud.list('google_redis_instance')) {
    const taken = other.text('effective_reserved_ip_range');
    if (readNetwork(other) !== readNetwork(resource) || !taken.includes('/') || !overlap(range, taken)) continue;
    reject(`The reserved IP range ${range} overlaps with ${taken} of '${other.identity}'.`);
  }
};

/** Sets the AUTH string when AUTH is turned on or off. The plan shows the earlier one. */
const setAuthString: Effect = ({ resource, before, cloud }) => {
  if (before === undefined || before.flag('auth_enabled') === resource.flag('auth_enabled')) return;
  cloud.patch(resource.type, resource.identity, { auth_string: resource.flag('auth_enabled') ? makeAuthString(resource, cloud) : '' });
};

const instance: TypeDescription = {
  type: 'google_redis_instance',
  label: 'Instance',
  api: API,
  providerDefaults: ['project'],
  identity: (resource) =>
    `projects/${resource.text('project')}/locations/${lastPart(readRegion(resource))}/instances/${resource.text('name')}`,
  importId: (resource) => `${resource.text('project')}/${resource.text('region')}/${resource.text('name')}`,
  computed: [
    '{alternative_location_id,authorized_network,location_id,maintenance_version,project,read_replicas_mode}',
    '{redis_version,region,replica_count,reserved_ip_range,secondary_ip_range}',
    'persistence_config.{persistence_mode,rdb_snapshot_start_time}',
  ],
  defaults: { auth_enabled: false, connect_mode: 'DIRECT_PEERING', tier: 'BASIC', transit_encryption_mode: 'DISABLED' },
  forceNew: [
    '{alternative_location_id,authorized_network,connect_mode,customer_managed_key,location_id}',
    '{name,project,region,reserved_ip_range,tier,transit_encryption_mode}',
  ],
  forceNewIf: {
    redis_version: (before, after) => readVersion(after) < readVersion(before),
  },
  values: {
    authorized_network: (resource) => `projects/${resource.text('project')}/global/networks/default`,
    location_id: (resource) => `${lastPart(readRegion(resource))}-b`,
    alternative_location_id: (resource) => (isHighlyAvailable(resource) ? `${lastPart(readRegion(resource))}-c` : ''),
    current_location_id: (resource) => resource.text('location_id'),
    maintenance_version: '20250806_00_00',
    read_replicas_mode: 'READ_REPLICAS_DISABLED',
    redis_version: 'REDIS_7_2',
    replica_count: (resource) => countReplicas(resource),
    reserved_ip_range: (_, cloud) => `${selectAddress('10.240.0.0/16', 8 * cloud.next('redis'))}/29`,
    effective_reserved_ip_range: (resource) => resource.text('reserved_ip_range'),
    host: (resource) => selectAddress(readRange(resource), 3),
    port: (resource) => (resource.text('transit_encryption_mode') === 'SERVER_AUTHENTICATION' ? 6378 : 6379),
    read_endpoint: (resource) => (hasReadReplicas(resource) ? selectAddress(readRange(resource), 2) : ''),
    read_endpoint_port: (resource) => (hasReadReplicas(resource) ? resource.number('port') : 0),
    auth_string: (resource, cloud) => (resource.flag('auth_enabled') ? makeAuthString(resource, cloud) : ''),
    server_ca_certs: makeCertificates,
    'persistence_config.persistence_mode': 'DISABLED',
    'persistence_config.rdb_snapshot_start_time': (_, cloud) => cloud.now(),
    'maintenance_policy.weekly_maintenance_window.duration': '3600s',
    persistence_iam_identity: (resource, cloud) =>
      `serviceAccount:service-${cloud.projectNumber(resource.text('project'))}@cloud-redis.iam.gserviceaccount.com`,
  },
  sensitive: ['auth_string'],
  // Without the block, the present persistence is kept.
  addsBlocks: {
    persistence_config: (_, cloud) => [
      { persistence_mode: 'DISABLED', rdb_next_snapshot_time: '', rdb_snapshot_period: '', rdb_snapshot_start_time: cloud.now() },
    ],
  },
  storedAs: {
    authorized_network: ({ authorized_network: network = null, project }) => {
      if (typeof network !== 'string') return network;
      return network.includes('/') ? relativeName(network) : `projects/${project}/global/networks/${network}`;
    },
  },
  diffSuppress: { authorized_network: sameReference, secondary_ip_range: (one, other) => other === 'auto' && isSet(one) && one !== '' },
  holds: [{ path: 'authorized_network', type: 'google_compute_network' }],
  rules: {
    plan: [
      ({ resource }) => {
        const name = resource.text('name');
        if (resource.isUnknown('name') || /^[a-z][a-z0-9-]{0,39}[a-z0-9]$/.test(name)) return;
        throw new CloudError(`"name" ("${name}") doesn't match regexp "^[a-z][a-z0-9-]{0,39}[a-z0-9]$"`);
      },
    ],
    create: [networkExists, tierFits, rangeIsFree],
  },
  effects: { update: [setAuthString] },
};

export const memorystore: readonly TypeDescription[] = [instance];
