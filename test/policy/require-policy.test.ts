import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { requirePolicy, waive } from '../../lib/policy';
import { Synthesized } from '../support/synthesized';
import { written } from '../support/written';

function stackOf(build: (stack: TerraformStack) => void): TerraformStack {
  const stack = new TerraformStack(Testing.app(), 'staging');
  new GoogleProvider(stack, 'Google', { project: 'parking-staging' });
  build(stack);
  requirePolicy(stack);
  return stack;
}

const subnet = (scope: Construct) =>
  new ComputeSubnetwork(scope, 'Subnet', { name: 'a', network: 'n', region: 'r', ipCidrRange: '10.0.0.0/24', privateIpGoogleAccess: true });

test('an error fails synth, with the construct, the argument, the rule, the value and the remediation', () => {
  const stack = stackOf((scope) => new ComputeDisk(scope, 'Data', { name: 'data', lifecycle: { preventDestroy: true } }));
  expect(() => Synthesized.from(stack)).toThrow(
    'disk-without-schedule: it must be on a snapshot schedule, got none; without snapshots, the disk is the only copy of the data: attach the schedule with ' +
      'google_compute_disk_resource_policy_attachment (at staging/Data)',
  );
});

test('a warning is printed, and synth passes', () => {
  const stack = stackOf(subnet);
  Synthesized.from(stack);
  expect(stack.node.metadata.map(({ type, data }) => [type, data])).toEqual([
    ['@cdktf/warn', expect.stringMatching(/^subnet-flow-logs: 'log_config' must be set, got nothing; .* \(at staging\/Subnet\)$/)],
  ]);
});

test('a waiver on a construct applies to its whole subtree, including constructs added later', () => {
  const stack = stackOf((scope) => {
    const group = new Construct(scope, 'Group');
    waive(group, { rule: 'disk-without-schedule', reason: 'a cache', owner: 'the search team' });
    waive(group, { rule: 'data-prevent-destroy', reason: 'a cache', owner: 'the search team' });
    new ComputeDisk(group, 'Cache', { name: 'cache' });
  });
  const waivers = { reason: 'a cache', owner: 'the search team', at: 'staging/Group' };
  const [disk] = Object.values<{ '//': unknown }>(written(stack).resource.google_compute_disk);
  expect(disk!['//']).toMatchObject({ waivers: { 'disk-without-schedule': waivers, 'data-prevent-destroy': waivers } });
});

test('a waiver that matches nothing fails synth', () => {
  const stack = stackOf((scope) => {
    waive(subnet(scope), { rule: 'subnet-private-google-access', reason: 'just so', owner: 'platform' });
  });
  expect(() => Synthesized.from(stack)).toThrow(
    'the waiver of subnet-private-google-access matches nothing, remove it (at staging/Subnet)',
  );
});

test.each([
  [
    { rule: 'subnet-flow-logs', reason: '', owner: 'a' },
    `'reason' of the waiver of subnet-flow-logs must be a text that is not empty, got ""`,
  ],
  [
    { rule: 'subnet-flow-logs', reason: 'a', owner: ' ' },
    `'owner' of the waiver of subnet-flow-logs must be a text that is not empty, got " "`,
  ],
])('fails on %j', (waiver, message) => {
  expect(() => waive(subnet(new TerraformStack(Testing.app(), 'staging')), waiver)).toThrow(`${message} (at staging/Subnet)`);
});

test('two environments in one project fail synth', () => {
  const app = new App({ outdir: Testing.app().outdir });
  for (const environment of ['staging', 'production']) {
    const stack = new TerraformStack(app, environment);
    new GoogleProvider(stack, 'Google', { project: 'parking', defaultLabels: [{ labels: {} }] as never }).addOverride('default_labels', {
      environment,
    });
    requirePolicy(stack);
  }
  expect(() => app.synth()).toThrow(
    'stack production (environment production) must have its own project, got parking, which is that of staging (staging)',
  );
});

test.each([
  ['fails', ['not yet']],
  ['succeeds', []],
])('constructs added after a synth that %s are checked in the next one', (_, problems) => {
  const stack = stackOf(() => {});
  const validate = jest.fn().mockReturnValueOnce(problems).mockReturnValue([]);
  new Construct(stack, 'Other').node.addValidation({ validate });
  const synthesize = (): string[] => Object.keys(written(stack).resource ?? {});
  if (problems.length > 0) expect(synthesize).toThrow('not yet');
  else expect(synthesize()).toEqual([]);
  subnet(stack);
  expect(synthesize()).toEqual(['google_compute_subnetwork']);
});
