import { Construct } from 'constructs';
import type { GivenProps, RecordingStack } from '../../scripts/providers/case-stack';
import { LIFE_CYCLE_CASES, type StackVersion } from '../../scripts/providers/cases';
import { publicProps } from './public-props';

/** Interfaces without cases of their own, with the reason. */
const WITHOUT_CASES: Readonly<Record<string, string>> = {
  BackupArchiveProps: 'the sandbox has no API of buckets for the real plugins',
  ConnectionOptions: 'arguments of allowFrom and allowTo, not of a construct',
  ConnectionsProps: "for constructs of a user's own",
  IpPlanProps: 'part of NetworkProps',
  MaintenanceOptions: 'part of PrivateClusterProps',
  NodePoolProps: 'NodePoolOptions and the cluster',
  PodProps: 'part of WorkloadProps and ScheduledJobProps',
};

/** Props that no case sets, with the reason. */
const NOT_SET: Readonly<Record<string, string>> = {
  'PrivateClusterProps.allowBindingsToEverybody': 'former name of allowInsecureBindings',
  'CassandraRingProps.archive': 'needs a bucket, and the sandbox has no API of buckets for the real plugins',
  'CassandraRingProps.archiveWithinMinutes': 'needs an archive',
  'CassandraRingProps.disksFile': 'needs snapshots, see disk-generations.sandbox.test.ts',
  'CassandraRingProps.joins': 'needs another ring, see test/restore/second-datacenter.test.ts',
  'ClusterFromNameProps.clusterCaCertificate': 'known once the cluster is deployed, and set then',
  'PersistentDiskProps.sourceSnapshot': 'needs a snapshot, see persistent-disk.sandbox.test.ts',
};

/** Props that no case changes, with the reason: the change would be a different resource. */
const NOT_CHANGED: Readonly<Record<string, string>> = {
  ...because('another construct is another resource', [
    'AppNamespaceProps.cluster',
    'CassandraRingProps.network',
    'CassandraRingProps.project',
    'CassandraRingProps.snapshots',
    'ClusterFromNameProps.network',
    'ClusterFromNameProps.project',
    'DefaultNamespaceProps.cluster',
    'HelmAppProps.namespace',
    'NetworkFromNameProps.project',
    'NetworkProps.project',
    'PersistentDiskProps.project',
    'PrivateClusterProps.network',
    'PrivateClusterProps.project',
    'PublicEndpointProps.workload',
    'ScheduledJobProps.namespace',
    'SnapshotScheduleProps.project',
    'SnapshotSetCopiesProps.project',
    'SnapshotSetProps.ring',
    'WorkloadProps.namespace',
  ]),
  ...because('part of the name of the resource', [
    'AppNamespaceProps.name',
    'CassandraRingProps.name',
    'HelmAppProps.name',
    'NetworkProps.name',
    'NetworkProps.region',
    'PersistentDiskProps.name',
    'PersistentDiskProps.zone',
    'PrivateClusterProps.name',
    'ProjectProps.projectId',
    'ProjectProps.projectNumber',
    'ScheduledJobProps.name',
    'SnapshotScheduleProps.region',
    'SnapshotSetCopiesProps.name',
    'SnapshotSetCopiesProps.ringName',
    'SnapshotSetCopiesProps.zone',
    'SnapshotSetProps.name',
    'WorkloadProps.name',
  ]),
  ...because('replaces subnets and what is in them', [
    'NetworkProps.controlPlaneRange',
    'NetworkProps.dataRange',
    'NetworkProps.nodeRange',
    'NetworkProps.podRange',
    'NetworkProps.serviceRange',
  ]),
  ...because('replaces the cluster', ['PeeringAccessOptions.range', 'PrivateClusterProps.maxPodsPerNode']),
  ...because('written on the disks of a ring', [
    'CassandraRingNode.address',
    'CassandraRingNode.rack',
    'CassandraRingNode.zone',
    'CassandraRingProps.clusterName',
    'CassandraRingProps.datacenter',
    'CassandraRingProps.dataDiskType',
    'CassandraRingProps.replicationFactor',
  ]),
  ...because('names what another stack has made', [
    'ClusterFromNameProps.controlPlaneKind',
    'ClusterFromNameProps.endpoint',
    'ClusterFromNameProps.location',
    'ClusterFromNameProps.name',
    'NetworkFromNameProps.controlPlaneRange',
    'NetworkFromNameProps.controlPlaneSubnetName',
    'NetworkFromNameProps.dataRange',
    'NetworkFromNameProps.dataSubnetName',
    'NetworkFromNameProps.name',
    'NetworkFromNameProps.nodeRange',
    'NetworkFromNameProps.nodeSubnetName',
    'NetworkFromNameProps.podRange',
    'NetworkFromNameProps.podRangeName',
    'NetworkFromNameProps.region',
    'NetworkFromNameProps.serviceRange',
    'NetworkFromNameProps.serviceRangeName',
  ]),
  ...because('two charts are two apps', ['HelmAppProps.chart']),
  ...because('a peer on the internet is another peer', ['PeerProps.throughVpc']),
};

function because(reason: string, props: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(props.map((prop) => [prop, reason]));
}

interface Use {
  isSet: boolean;
  isChanged: boolean;
}

/** Collects the use of each prop in the cases, by interface and prop. */
function collectUses(): Map<string, Use> {
  const uses = new Map<string, Use>();
  for (const { stacks } of LIFE_CYCLE_CASES) {
    for (const build of stacks) {
      const given = (version: StackVersion): readonly GivenProps[] => (build(version) as Partial<RecordingStack>).given ?? [];
      const before = given('first');
      const after = new Map(given('changed').map((each) => [`${each.name} ${each.path}`, each.props]));
      for (const { name, path, props } of before) {
        const changed = after.get(`${name} ${path}`);
        for (const prop of new Set([...Object.keys(props), ...Object.keys(changed ?? props)])) {
          const [first, second] = [props, changed ?? props].map((all) => serialize((all as Record<string, unknown>)[prop]));
          const key = `${name}.${prop}`;
          const use = uses.get(key) ?? { isSet: false, isChanged: false };
          uses.set(key, { isSet: use.isSet || first !== undefined || second !== undefined, isChanged: use.isChanged || first !== second });
        }
      }
    }
  }
  return uses;
}

/** Serializes a value; a construct as its path. */
function serialize(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner) => (Construct.isConstruct(inner) ? inner.node.path : inner));
}

describe('cases of life cycles with the real provider plugins', () => {
  const uses = collectUses();
  const props = [...publicProps()].flatMap(([name, all]) => (name in WITHOUT_CASES ? [] : all.map((prop) => `${name}.${prop}`)));

  test('set every prop', () => {
    expect(props.filter((prop) => !uses.get(prop)?.isSet && !(prop in NOT_SET))).toEqual([]);
  });

  test('change every prop that can be changed', () => {
    expect(props.filter((prop) => !uses.get(prop)?.isChanged && !(prop in NOT_SET) && !(prop in NOT_CHANGED))).toEqual([]);
  });

  test('have no unnecessary exception', () => {
    const needed = (list: Readonly<Record<string, string>>, isUsed: (use: Use | undefined) => boolean | undefined) =>
      Object.keys(list).filter((prop) => !props.includes(prop) || isUsed(uses.get(prop)));
    expect(needed(NOT_SET, (use) => use?.isSet)).toEqual([]);
    expect(needed(NOT_CHANGED, (use) => use?.isChanged)).toEqual([]);
  });
});
