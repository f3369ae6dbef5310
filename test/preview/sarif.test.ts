import { guard } from '../../lib/guard';
import { checkPolicy } from '../../lib/policy/reading';
import { createReport } from '../../lib/preview/report';
import { sarif } from '../../lib/preview/sarif';
import { createChange, createPlan } from './plans';

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly unknown[];
      readonly suppressions?: readonly { readonly justification: string }[];
    }[];
  }[];
}

const namespace = createChange('kubernetes_namespace_v1', 'App', {
  before: { metadata: [{ name: 'app' }] },
  after: null,
  actions: ['delete'],
});
const waiver = { reason: 'it is empty', owner: 'the network team', at: 'staging/Sub' };
const synthesized = { resource: { google_compute_subnetwork: { Sub: { '//': { waivers: { 'subnet-flow-logs': waiver } } } } } };

const made = (acknowledgements: Parameters<typeof guard>[1] = {}): Sarif => {
  const plan = createPlan(namespace);
  const report = createReport({ plan, stack: 'staging', guard: guard(plan, acknowledgements), policy: checkPolicy(synthesized) });
  return sarif(report, { version: '1.0.0', synthesized: 'cdktf.out/stacks/staging/cdk.tf.json' }) as Sarif;
};

test('contains every finding of the guard and the policy, with its rule, level and location', () => {
  const [run] = made().runs;
  expect(run!.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ['namespace-destroyed', 'error'],
    ['subnet-private-google-access', 'error'],
    ['subnet-flow-logs', 'warning'],
  ]);
  for (const { ruleId, ruleIndex, message } of run!.results) {
    expect(run!.tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
    expect(message.text).toMatch(/Instead: /);
  }
  expect(run!.tool.driver.rules).toHaveLength(3);
  expect(run!.results[0]!.locations).toEqual([
    {
      physicalLocation: { artifactLocation: { uri: 'cdktf.out/stacks/staging/cdk.tf.json' }, region: { startLine: 1 } },
      logicalLocations: [{ fullyQualifiedName: expect.any(String), name: 'kubernetes_namespace_v1.App', kind: 'resource' }],
    },
  ]);
});

test('acknowledged and waived findings are suppressed, with the reason', () => {
  const acknowledgement = {
    rule: 'namespace-destroyed',
    address: 'kubernetes_namespace_v1.App',
    action: 'delete',
    reason: 'moved out',
    expires: '2999-12-31',
  } as const;
  const [run] = made({ acknowledgements: [acknowledgement] }).runs;
  const suppressed = run!.results.flatMap(({ ruleId, suppressions = [] }) =>
    suppressions.map(({ justification }) => [ruleId, justification]),
  );
  expect(suppressed).toEqual([
    ['namespace-destroyed', 'moved out (until 2999-12-31)'],
    ['subnet-flow-logs', 'it is empty (the network team)'],
  ]);
});

test('a finding of both the guard and the policy is reported once', () => {
  const plan = createPlan(createChange('google_compute_disk', 'Data', { before: null, after: { name: 'data' }, actions: ['create'] }));
  const policy = checkPolicy({ resource: { google_compute_disk: { Data: { name: 'data', lifecycle: { prevent_destroy: true } } } } });
  expect(policy.findings.map(({ rule }) => rule)).toEqual(['disk-without-schedule']);
  const { runs } = sarif(createReport({ plan, stack: 'staging', guard: guard(plan), policy }), {
    version: '1.0.0',
    synthesized: '',
  }) as Sarif;
  expect(runs[0]!.results.map(({ ruleId, message }) => [ruleId, message.text])).toEqual([
    ['disk-without-schedule', expect.stringContaining('is created without')],
  ]);
});

test('an empty report is valid SARIF', () => {
  const report = createReport({ plan: createPlan(), stack: 'staging' });
  expect(sarif(report, { version: '1.0.0', synthesized: 'x' })).toMatchObject({
    version: '2.1.0',
    runs: [{ results: [], tool: { driver: { rules: [] } } }],
  });
});
