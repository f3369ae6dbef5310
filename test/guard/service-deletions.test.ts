import { guard } from '../../lib/guard';
import { created, deleted, type HandMadeChange, kept, plan, replaced } from './hand-made';

const severities = (changes: readonly HandMadeChange[], more: object = {}): string[] =>
  guard(plan(changes, more as Record<string, unknown>))
    .verdicts.filter(({ rule }) => rule === 'service-stopped')
    .map(({ severity, address }) => `${severity} ${address}`);

const reasons = (changes: readonly HandMadeChange[], more: object = {}): string[] =>
  guard(plan(changes, more as Record<string, unknown>))
    .verdicts.filter(({ rule }) => rule === 'service-stopped')
    .map(({ reason }) => reason);

describe('deletions that clients notice at once', () => {
  test.each([
    'google_compute_router_nat',
    'google_compute_router',
    'google_compute_forwarding_rule',
    'google_compute_global_forwarding_rule',
    'google_compute_vpn_tunnel',
    'google_compute_ha_vpn_gateway',
    'google_compute_interconnect_attachment',
    'google_compute_network_peering',
    'google_service_networking_connection',
    'google_resource_manager_lien',
  ])('%s is refused', (type) => {
    expect(severities([deleted(`${type}.A`, { name: 'a' })])).toEqual([`refuse ${type}.A`]);
  });

  test.each(['google_compute_health_check', 'google_compute_autoscaler', 'kubernetes_config_map_v1', 'google_dns_policy'])(
    '%s is a warning',
    (type) => {
      expect(severities([deleted(`${type}.A`, { name: 'a', metadata: [{ name: 'a' }] })])).toEqual([`warn ${type}.A`]);
    },
  );

  test('an abandoned connection keeps the peering', () => {
    const connection = deleted('google_service_networking_connection.A', { network: 'n', deletion_policy: 'ABANDON' });
    expect(severities([connection])).toEqual(['warn google_service_networking_connection.A']);
  });

  test.each([
    ['refuse', ['34.1.1.1']],
    ['refuse', ['10 mail.example.org.']],
    ['refuse', ['10.0.0.9', '34.1.1.1']],
    ['refuse', ['2600:1901::1']],
    ['warn', ['10.0.0.9']],
    ['warn', ['172.31.0.1', '192.168.1.1']],
    ['warn', ['fd20::1']],
    ['warn', ['db.example.internal.']],
    ['warn', []],
  ])('%s for records with %p', (severity, rrdatas) => {
    expect(severities([deleted('google_dns_record_set.A', { name: 'a.example.org.', rrdatas })])).toEqual([
      `${severity} google_dns_record_set.A`,
    ]);
  });
});

test('an object of a bucket is data, unless the configuration has its content', () => {
  const object = { name: 'function-1a2b.zip', bucket: 'sources' };
  const of = (values: object) => guard(plan([replaced('google_storage_bucket_object.A', { ...object, ...values }, {})])).verdicts;
  expect(of({ source: 'function.zip', content: null }).map(({ severity, rule }) => [severity, rule])).toEqual([
    ['warn', 'service-stopped'],
  ]);
  expect(of({ source: '', content: 'a' }).map(({ severity, rule }) => [severity, rule])).toEqual([['warn', 'service-stopped']]);
  expect(of({ source: null, content: null }).map(({ severity, rule }) => [severity, rule])).toEqual([['refuse', 'stateful-destroyed']]);
});

describe('the alerts of a stack', () => {
  const alert = (name: string) => [`google_monitoring_alert_policy.${name}`, { display_name: name }] as const;

  test('are refused when none is left', () => {
    const all = [deleted(...alert('A')), deleted(...alert('B'))];
    expect(severities(all)).toEqual(['refuse google_monitoring_alert_policy.A', 'refuse google_monitoring_alert_policy.B']);
    expect(severities([...all, created(...alert('C'))])).toEqual([
      'warn google_monitoring_alert_policy.A',
      'warn google_monitoring_alert_policy.B',
    ]);
    expect(severities([...all, kept(...alert('C'))])).toHaveLength(2);
    expect(severities([deleted(...alert('A'))])).toEqual(['warn google_monitoring_alert_policy.A']);
  });
});

describe('an API', () => {
  const api = (values: object = {}) =>
    deleted('google_project_service.S', {
      service: 'sqladmin.googleapis.com',
      project: 'p',
      disable_on_destroy: true,
      disable_dependent_services: false,
      ...values,
    });
  const database = kept('google_sql_database_instance.Main', { name: 'm', project: 'p' });

  test('that is disabled while resources need it is refused, with their addresses', () => {
    expect(severities([api(), database])).toEqual(['refuse google_project_service.S']);
    expect(reasons([api(), database])).toEqual([expect.stringContaining('while google_sql_database_instance.Main needs it')]);
  });

  test.each([
    ['secretmanager.googleapis.com', 'google_secret_manager_secret'],
    ['compute.googleapis.com', 'google_compute_disk'],
    ['container.googleapis.com', 'google_container_cluster'],
    ['cloudkms.googleapis.com', 'google_kms_crypto_key'],
    ['file.googleapis.com', 'google_filestore_instance'],
    ['run.googleapis.com', 'google_cloud_run_v2_service'],
    ['cloudresourcemanager.googleapis.com', 'google_project_iam_member'],
    ['iam.googleapis.com', 'google_service_account'],
  ])('%s is that of %s', (service, type) => {
    expect(severities([api({ service }), kept(`${type}.A`, { name: 'a' })])).toContain('refuse google_project_service.S');
  });

  test('that is disabled with the APIs that depend on it is refused', () => {
    expect(severities([api({ disable_dependent_services: true })])).toEqual(['refuse google_project_service.S']);
  });

  test('that a resource depends on by depends_on is refused', () => {
    const topic = kept('google_pubsub_topic.T', { name: 't', project: 'p' });
    const resources = [{ address: topic.address, type: topic.type, name: 'T', depends_on: ['google_project_service.S'] }];
    expect(severities([api(), topic], { configuration: { root_module: { resources } } })).toEqual(['refuse google_project_service.S']);
    expect(severities([api(), topic])).toEqual(['warn google_project_service.S']);
  });

  test.each([
    ['it stays enabled', api({ disable_on_destroy: false }), database],
    ['its resources are in another project', api(), kept('google_sql_database_instance.Main', { name: 'm', project: 'other' })],
    ['its resources are deleted with it', api(), deleted('google_sql_database_instance.Main', { name: 'm', project: 'p' })],
    ['resources are of another API', api(), kept('google_compute_disk.A', { name: 'a', project: 'p' })],
  ])('is a warning when %s', (_why, service, other) => {
    expect(severities([service, other])).toEqual(['warn google_project_service.S']);
  });
});
