import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, sameReference } from '../references';
import type { Rule, TypeDescription } from '../type-description';
import { exactNumber } from './google';

const API = 'dns.googleapis.com';

/** Selects the record sets of a zone. Its initial SOA and NS records are not among them. */
function selectRecords(zone: CloudResource, records: CloudResource[]): CloudResource[] {
  return records.filter((record) => buildZoneIdentity(record) === zone.identity);
}

function buildZoneIdentity(record: CloudResource): string {
  return `projects/${record.text('project')}/managedZones/${lastPart(record.text('managed_zone'))}`;
}

const managedZone: TypeDescription = {
  type: 'google_dns_managed_zone',
  label: 'ManagedZone',
  api: API,
  providerDefaults: ['project'],
  identity: (resource) => `projects/${resource.text('project')}/managedZones/${resource.text('name')}`,
  computed: ['project', 'dnssec_config.non_existence'],
  defaults: {
    description: 'Managed by Terraform',
    'dnssec_config.default_key_specs.kind': 'dns#dnsKeySpec',
    'dnssec_config.kind': 'dns#managedZoneDnsSecConfig',
    force_destroy: false,
    visibility: 'public',
  },
  notReadBack: { force_destroy: false },
  forceNew: ['dns_name', 'name', 'project', 'visibility'],
  values: {
    'dnssec_config.non_existence': 'nsec3',
    managed_zone_id: exactNumber,
    name_servers: (resource) =>
      resource.text('visibility') === 'private'
        ? ['ns-gcp-private.googledomains.com.']
        : [1, 2, 3, 4].map((n) => `ns-cloud-a${n}.googledomains.com.`),
  },
  diffSuppress: { 'private_visibility_config.networks.network_url': sameReference },
  holds: [{ path: 'private_visibility_config.networks.network_url', type: 'google_compute_network' }],
  rules: {
    create: [
      ({ resource }) => {
        if (resource.text('dns_name').endsWith('.')) return;
        throw CloudError.google(
          'Error creating ManagedZone',
          400,
          `Invalid value for 'entity.managedZone.dnsName': '${resource.text('dns_name')}'`,
          'invalid',
        );
      },
    ],
    delete: [
      ({ resource, cloud }) => {
        if (resource.flag('force_destroy') || selectRecords(resource, cloud.list('google_dns_record_set')).length === 0) return;
        throw CloudError.google(
          'Error when reading or editing ManagedZone',
          400,
          `The resource named '${resource.text('name')}' cannot be deleted because it contains one or more 'resource records'.`,
          'containerNotEmpty',
        );
      },
    ],
  },
  effects: {
    delete: [
      ({ resource, cloud }) => {
        for (const record of selectRecords(resource, cloud.list('google_dns_record_set'))) cloud.remove(record.type, record.identity);
      },
    ],
  },
};

/** Rejects a name outside of its zone, and a CNAME beside other records. */
const recordFits: Rule = ({ resource, cloud }) => {
  const doing = 'Error creating DNS RecordSet';
  const zone = cloud.get('google_dns_managed_zone', buildZoneIdentity(resource));
  // Public zones often exist before a deployment: an unknown one is assumed to exist.
  if (!zone) return;
  const name = resource.text('name');
  if (name !== zone.text('dns_name') && !name.endsWith(`.${zone.text('dns_name')}`)) {
    throw CloudError.google(doing, 400, `Invalid value for 'entity.change.additions[0].name': '${name}'`, 'invalid');
  }
  const others = selectRecords(zone, cloud.list('google_dns_record_set')).filter((other) => other.text('name') === name);
  if (!others.some((other) => (other.text('type') === 'CNAME') !== (resource.text('type') === 'CNAME'))) return;
  throw CloudError.google(
    doing,
    400,
    `The resource record set 'entity.change.additions[0]' is invalid because the DNS name '${name}' may have either one CNAME resource record set or resource record sets of other types, but not both.`,
    'cnameResourceRecordSetConflict',
  );
};

const recordSet: TypeDescription = {
  type: 'google_dns_record_set',
  label: 'DNS RecordSet',
  api: API,
  providerDefaults: ['project'],
  identity: (resource) => `${buildZoneIdentity(resource)}/rrsets/${resource.text('name')}/${resource.text('type')}`,
  computed: ['project'],
  forceNew: ['managed_zone', 'name', 'project', 'routing_policy.health_check'],
  rules: {
    plan: [
      ({ resource }) => {
        const name = resource.text('name');
        if (name === '' || name.endsWith('.')) return;
        throw new CloudError(
          `"name" ("${name}") doesn't end with ".", name field must end with trailing dot, for example test.example.com. (note the trailing dot)`,
        );
      },
    ],
    create: [recordFits],
  },
};

export const dns: readonly TypeDescription[] = [managedZone, recordSet];
