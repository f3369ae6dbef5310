import { DEFAULT_CASSANDRA_VERSION } from '../../lib/cassandra/cassandra-ring';
import { findRing, findRings } from '../../lib/operations';
import { synthesizedEnvironment } from '../reachability/environments';
import { stackWithRing } from './rings';

test('reads a ring from the stack: nodes with their VM instances, zones and addresses', () => {
  expect(findRing(stackWithRing({ nodes: 'db' }))).toEqual({
    name: 'staging-cassandra',
    project: 'parking-staging',
    region: 'europe-west1',
    superuser: 'operator',
    roles: ['billing'],
    nodes: [
      {
        name: 'b',
        vm: 'staging-cassandra-b',
        zone: 'europe-west1-b',
        address: '127.0.0.12',
        instance: 'google_compute_instance.b_VM',
        disk: [],
        cassandraVersion: undefined,
        repairWithinDays: 10,
        packageAccess: false,
        resurrectionCheckExclusions: [],
      },
      {
        name: 'd',
        vm: 'staging-cassandra-d',
        zone: 'europe-west1-d',
        address: '127.0.0.11',
        instance: 'google_compute_instance.d_VM',
        disk: [],
        cassandraVersion: undefined,
        repairWithinDays: 10,
        packageAccess: false,
        resurrectionCheckExclusions: [],
      },
    ],
  });
});

test('the nodes of staging have their disk, its snapshot schedule, and the version of Cassandra', () => {
  expect(findRing(synthesizedEnvironment('staging')).nodes[0]).toEqual({
    name: 'b',
    vm: 'staging-cassandra-b',
    zone: 'europe-west1-b',
    rack: 'europe-west1-b',
    image: expect.stringMatching(/^projects\/debian-cloud\/global\/images\/debian-12-/),
    machineType: 'n2-standard-2',
    address: '10.10.8.11',
    instance: expect.stringMatching(/^google_compute_instance\.Cassandra_b_\w{8}$/),
    disk: [
      'google_compute_disk.Cassandra_b_Disk_D2F8C49C',
      expect.stringMatching(/^google_compute_disk_resource_policy_attachment\.Cassandra_b_Disk_SnapshotSchedule_/),
    ],
    cassandraVersion: DEFAULT_CASSANDRA_VERSION,
    repairWithinDays: 10,
    packageAccess: true,
    resurrectionCheckExclusions: [],
  });
});

test('an address that Google assigns is unknown', () => {
  expect(findRing(stackWithRing({ fixed: false })).nodes.map(({ address }) => address)).toEqual([undefined, undefined, undefined]);
});

test('VM instances without the labels of a ring are not nodes', () => {
  expect(findRings({ resource: { google_compute_instance: { bastion: { name: 'bastion', zone: 'europe-west1-b' } } } })).toEqual([]);
});

test('fails without a ring, for several rings without a name, and for an unknown name', () => {
  expect(() => findRing({ resource: {} })).toThrow('the stack has no Cassandra ring');
  const [one, other] = [stackWithRing(), stackWithRing({ nodes: 'xy', ring: 'archive' })];
  const both = {
    resource: {
      google_compute_instance: { ...one.resource.google_compute_instance, ...other.resource.google_compute_instance },
    },
  };
  expect(() => findRing(both)).toThrow('the stack has several rings, name one with --ring: staging-cassandra, archive');
  expect(findRing(both, 'archive').nodes.map(({ vm }) => vm)).toEqual(['archive-x', 'archive-y']);
  expect(() => findRing(both, 'other')).toThrow("unknown ring 'other'; known: staging-cassandra, archive");
});
