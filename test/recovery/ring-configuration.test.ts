import { Testing } from 'cdktf';
import { staging } from '../../environments';
import { findRing } from '../../lib/operations';
import { hashRingConfiguration } from '../../lib/recovery';
import { EnvironmentStack, type EnvironmentStackProps } from '../../stacks/environment-stack';

const { name, ...values } = staging;

function hash(changes: Partial<EnvironmentStackProps> = {}): string {
  const stack = new EnvironmentStack(Testing.app(), name, { ...values, ...changes });
  stack.prepareStack();
  const synthesized = JSON.parse(JSON.stringify(stack.toTerraform()));
  return hashRingConfiguration(synthesized, findRing(synthesized));
}

const { b, ...others } = staging.cassandraNodes;

test.each<[string, Partial<EnvironmentStackProps>]>([
  ['the size of the disks', { cassandraDiskSizeGiB: values.cassandraDiskSizeGiB + 1 }],
  ['the retention of the snapshots', { snapshotRetentionDays: values.snapshotRetentionDays + 1 }],
  ['the version of a node', { cassandraNodes: { ...others, b: { ...b!, cassandraVersion: '5.0.7' } } }],
])('%s changes the hash', (_, changes) => {
  expect(hash(changes)).not.toBe(hash());
});

test.each<[string, Partial<EnvironmentStackProps>]>([
  ['the number of nodes of the apps', { appsMaxNodes: values.appsMaxNodes + 1 }],
  ['the machine type of the ring', { cassandraMachineType: 'n2-highmem-16' }],
])('%s does not change the hash', (_, changes) => {
  expect(hash(changes)).toBe(hash());
});
