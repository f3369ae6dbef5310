import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import type { CassandraRingProps, ExistingDatacenter } from '../../lib/cassandra';
import { findRing } from '../../lib/operations';
import { Synthesized } from '../support/synthesized';
import { Authority } from './authority';
import { RingStack } from './ring-stack';

let authority: Authority;
let joins: ExistingDatacenter;

beforeAll(() => {
  authority = new Authority();
  joins = {
    datacenter: 'dc1',
    seeds: ['10.8.0.5', '10.8.0.6'],
    ranges: ['10.8.0.0/24'],
    certificateAuthority: authority.certificate,
  };
});

const add = (props: Partial<CassandraRingProps> = {}, changes: Partial<ExistingDatacenter> = {}): Synthesized => {
  const stack = new RingStack();
  stack.addRing({ clusterName: 'parking', joins: { ...joins, ...changes }, ...props });
  return Synthesized.from(stack);
};

test('the nodes get the other seeds and its authority, and commands its name', () => {
  const synthesized = add();
  const script: string = synthesized.at('Cassandra/b1/Resource', ComputeInstance).metadata['startup-script'];
  expect(script).toContain("readonly OTHER_SEEDS='10.8.0.5,10.8.0.6'");
  expect(script).toContain(authority.certificate.trim());
  const stack = new RingStack();
  stack.addRing({ clusterName: 'parking', joins });
  stack.prepareStack();
  expect(findRing(JSON.parse(JSON.stringify(stack.toTerraform()))).joins).toBe('dc1');
});

test('its ranges reach the nodes at the storage port, and nothing else', () => {
  const rules = (synthesized: Synthesized) =>
    synthesized
      .list(ComputeFirewall)
      .map(({ direction, allow, source_ranges: from, destination_ranges: to }) => ({ direction, allow, from, to }));
  const before = rules(add({ joins: undefined })).map((each) => JSON.stringify(each));
  const added = rules(add()).filter((each) => !before.includes(JSON.stringify(each)));
  const allow = [{ protocol: 'tcp', ports: ['7000'] }];
  expect(added).toEqual([
    { direction: 'EGRESS', allow, from: undefined, to: ['10.8.0.0/24'] },
    { direction: 'INGRESS', allow, from: ['10.8.0.0/24'], to: undefined },
  ]);
});

test.each<[string, Partial<CassandraRingProps>, () => Partial<ExistingDatacenter>, string]>([
  [
    'no name of the cluster is given',
    { clusterName: undefined },
    () => ({}),
    "'clusterName' must be given with 'joins', since it has to be that of the existing ring, got none",
  ],
  [
    'the data center is its own',
    { datacenter: 'dc1' },
    () => ({}),
    "'joins.datacenter' must differ from the ring's 'datacenter', got 'dc1' for both",
  ],
  [
    'the data center has a wrong name',
    {},
    () => ({ datacenter: 'dc 1' }),
    "'joins.datacenter' must be letters, digits, hyphens and underscores, got 'dc 1'",
  ],
  ['there are no seeds', {}, () => ({ seeds: [] }), "'joins.seeds' must not be empty"],
  ['a seed is a name', {}, () => ({ seeds: ['seed.parking'] }), "'joins.seeds' must be IPv4 addresses, got 'seed.parking'"],
  [
    'a seed is no address',
    {},
    () => ({ seeds: ['10.8.0.300'] }),
    "'joins.seeds' must be an IPv4 range such as 10.0.0.0/20, got '10.8.0.300/32'",
  ],
  ['a seed is repeated', {}, () => ({ seeds: ['10.8.0.5', '10.8.0.5'] }), "'joins.seeds' must not repeat a value, got '10.8.0.5' twice"],
  [
    'a seed is a node of the ring',
    {},
    () => ({ seeds: ['10.10.16.12'] }),
    "'joins.seeds' must be nodes of the existing data center, got '10.10.16.12', a node of this ring",
  ],
  ['a seed is in no range', {}, () => ({ seeds: ['10.9.0.5'] }), "'joins.seeds' must be in 'joins.ranges' (10.8.0.0/24), got '10.9.0.5'"],
  ['there are no ranges', {}, () => ({ ranges: [] }), "'joins.ranges' must not be empty"],
  ['a range is none', {}, () => ({ ranges: ['10.8.0.5'] }), "'joins.ranges' must be an IPv4 range such as 10.0.0.0/20, got '10.8.0.5'"],
  [
    'there is no certificate',
    {},
    () => ({ certificateAuthority: 'PEM' }),
    "'joins.certificateAuthority' must be certificates as PEM and nothing else, got 0 certificates and other text",
  ],
  [
    'there is a private key',
    {},
    () => ({ certificateAuthority: authority.key() }),
    "'joins.certificateAuthority' must be certificates as PEM and nothing else, got a block of 'PRIVATE KEY'",
  ],
  [
    'a certificate cannot be read',
    {},
    () => ({ certificateAuthority: `${authority.certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` }),
    "'joins.certificateAuthority' must be certificates of authorities as PEM, got another one at position 2",
  ],
  [
    'a certificate is that of a node',
    {},
    () => ({ certificateAuthority: /-----BEGIN CERTIFICATE[\s\S]*?END CERTIFICATE-----/.exec(authority.key())![0] }),
    "'joins.certificateAuthority' must be certificates of authorities as PEM, got another one at position 1",
  ],
])('fails when %s', (_, props, changes, message) => {
  expect(() => add(props, changes())).toThrow(`${message} (at staging/Cassandra)`);
});
