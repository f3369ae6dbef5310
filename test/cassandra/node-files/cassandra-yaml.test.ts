import { cassandraYaml } from '../../../lib/cassandra/node-files/cassandra-yaml';
import { ownershipMarker, rackdcProperties } from '../../../lib/cassandra/node-files/identity';
import { CONFIGURATION } from '../node-configuration';

describe('cassandra.yaml', () => {
  const text = cassandraYaml(CONFIGURATION);
  const lines = text.split('\n');

  test.each([
    'cluster_name: parking',
    'num_tokens: 16',
    'allocate_tokens_for_local_replication_factor: 3',
    'endpoint_snitch: GossipingPropertyFileSnitch',
    'listen_address: 10.10.16.11',
    'authenticator: PasswordAuthenticator',
    'authorizer: CassandraAuthorizer',
    'auth_read_consistency_level: LOCAL_QUORUM',
    'auto_snapshot_ttl: 7d',
    'disk_failure_policy: die',
    'commit_failure_policy: die',
    '      - seeds: "10.10.16.11,10.10.16.12,10.10.16.13"',
    '    ownership_token: parking/b1',
    '  included_categories: "AUTH,DCL,DDL"',
  ])('sets %s', (line) => {
    expect(lines).toContain(line);
  });

  test('has a comment of one line with the reason before each setting', () => {
    const settings = lines.flatMap((line, index) => (/^\w/.test(line) ? [index] : []));
    expect(settings.length).toBeGreaterThan(20);
    for (const index of settings) expect(lines[index - 1]).toMatch(/^# .{10,}\.$/);
  });

  test('keeps every directory that Cassandra writes on the data disk', () => {
    const directories = text.match(/^\w+_director(y|ies):\s.*\S/gm)!;
    expect(directories).toHaveLength(5);
    for (const directory of directories) expect(directory).toContain('/var/lib/cassandra/');
  });

  test('rejects unencrypted connections between nodes and from clients', () => {
    const [internode = '', client = ''] = ['server', 'client'].map((side) => text.match(`${side}_encryption_options:\n((?:  .*\n)+)`)?.[1]);
    expect(internode).toContain('  internode_encryption: all\n  optional: false\n');
    expect(internode).toContain('  require_client_auth: true\n  require_endpoint_verification: true\n');
    expect(client).toContain('  enabled: true\n  optional: false\n');
    for (const side of [internode, client]) {
      expect(side).toContain('class_name: org.apache.cassandra.security.PEMBasedSslContextFactory');
      expect(side).toContain('  keystore: /etc/cassandra/tls/node.pem\n  truststore: /etc/cassandra/tls/ca.pem\n');
    }
  });

  test.each([
    ['5.0.3', false],
    ['5.0.4', true],
    ['5.0.10', true],
  ])('sets the read-ahead buffer for Cassandra %s only if that version supports it: %p', (cassandraVersion, has) => {
    expect(cassandraYaml({ ...CONFIGURATION, cassandraVersion }).includes('\ncompressed_read_ahead_buffer_size: 0KiB\n')).toBe(has);
  });

  test('has no audit log without audit categories', () => {
    expect(cassandraYaml({ ...CONFIGURATION, auditCategories: [] })).not.toContain('audit_logging_options');
  });

  test('accepts other settings, with a comment on their origin', () => {
    const settings = {
      concurrent_reads: 64,
      read_request_timeout: '10s',
      commitlog_sync_period: '1000ms',
      auto_snapshot_ttl: '30d',
      memtable: { configurations: {} },
    };
    const asked = cassandraYaml({ ...CONFIGURATION, settings });
    expect(asked).toContain("# Asked for by the ring's `settings`.\nconcurrent_reads: 64\n");
    expect(asked).toContain('\nread_request_timeout: 10s\n');
    expect(asked.match(/^commitlog_sync_period: .*$/gm)).toEqual(['commitlog_sync_period: 1000ms']);
    expect(asked.match(/^auto_snapshot_ttl: .*$/gm)).toEqual(['auto_snapshot_ttl: 30d']);
  });

  test('quotes strings that YAML would parse as another type', () => {
    const settings = { hints_flush_period: 'no', key_cache_size: '5', row_cache_class_name: 'a: b', default_keyspace_rf: '' };
    const asked = cassandraYaml({ ...CONFIGURATION, settings });
    for (const line of ['hints_flush_period: "no"', 'key_cache_size: "5"', 'row_cache_class_name: "a: b"', 'default_keyspace_rf: ""']) {
      expect(asked.split('\n')).toContain(line);
    }
  });
});

test('sets data centre, rack and the ownership marker of the disk', () => {
  expect(rackdcProperties(CONFIGURATION)).toMatch(/\ndc=europe-west1\nrack=europe-west1-b\n$/);
  expect(ownershipMarker(CONFIGURATION)).toBe('version=1\nvolume_count=1\nownership_token=parking/b1\n');
});
