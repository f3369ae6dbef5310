import { checkPolicy, findSharedProjects, formatPolicyReport, formatSharedProject, POLICY_RULES } from '../../lib/policy/reading';
import { TerraformDocument } from '../../lib/terraform/document';
import { toEquivalentSyntax } from '../support/equivalent-syntax';
import { type Resources, RULE_CASES, ref } from './rule-cases';

const broken = POLICY_RULES.flatMap((rule) =>
  (RULE_CASES[rule.id]?.broken ?? []).map((resource, index) => [rule.id, index, resource] as const),
);
const kept = POLICY_RULES.flatMap((rule) =>
  (RULE_CASES[rule.id]?.kept ?? []).map((resource, index) => [rule.id, index, resource] as const),
);

const problems = (id: string, resource: Resources, provider: object = {}) => {
  const rule = POLICY_RULES.find((each) => each.id === id)!;
  return rule.check(TerraformDocument.read({ resource, provider }));
};

/** Rules about other blocks than resources, which have tests of their own. */
const NOT_OF_RESOURCES = ['module-not-read'];

describe('every rule', () => {
  test('has a violating and a compliant case, and a unique id', () => {
    expect([...Object.keys(RULE_CASES), ...NOT_OF_RESOURCES].sort()).toEqual(POLICY_RULES.map(({ id }) => id).sort());
    expect(new Set(POLICY_RULES.map(({ id }) => id)).size).toBe(POLICY_RULES.length);
    for (const { broken: bad, kept: good } of Object.values(RULE_CASES)) expect([bad.length > 0, good.length > 0]).toEqual([true, true]);
  });

  test.each(broken)('%s is violated (%#: case %i)', (id, _, resource) => {
    const found = problems(id, resource);
    expect(found).toHaveLength(1);
    expect(found[0]!.address).toMatch(/\.It$/);
    expect(found[0]!.problem).toMatch(/ must .+, got .+/);
  });

  test.each(kept)('%s is satisfied (%#: case %i)', (id, _, resource) => {
    expect(problems(id, resource)).toEqual([]);
  });

  test.each([...broken, ...kept])('%s finds the same in equivalent Terraform syntax (%#: case %i)', (id, _, resource) => {
    const written = toEquivalentSyntax(resource) as Resources;
    expect(problems(id, written)).toHaveLength(problems(id, resource).length);
  });

  test('cluster-labels is satisfied by labels of the provider', () => {
    const resource = { google_container_cluster: { It: {} } };
    expect(problems('cluster-labels', resource, { google: [{ default_labels: { environment: 'staging' } }] })).toEqual([]);
  });

  test('a value that is known only after apply is not evaluated', () => {
    const resource = {
      google_container_node_pool: { It: { node_config: { workload_metadata_config: { mode: ref('var.mode') } } } },
    };
    expect(problems('pool-metadata-server', resource)).toEqual([]);
  });
});

const subnet = (waivers?: unknown) => ({
  resource: {
    google_compute_subnetwork: {
      Sub: {
        private_ip_google_access: true,
        '//': { metadata: { path: 'staging/Network/Sub/Resource' }, ...(waivers ? { waivers } : {}) },
      },
    },
  },
});

describe('waivers', () => {
  const waiver = { reason: 'it is empty', owner: 'the network team', at: 'staging/Network' };

  test('a waived finding stays in the report, and does not refuse the stack', () => {
    const { findings, badWaivers, isRefused } = checkPolicy(subnet({ 'subnet-flow-logs': waiver }));
    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'subnet-flow-logs',
        constructPath: 'staging/Network/Sub',
        waivedBy: waiver,
        problem: "'log_config' must be set, got nothing",
      }),
    ]);
    expect({ badWaivers, isRefused }).toEqual({ badWaivers: [], isRefused: false });
  });

  test.each([
    [
      'that match nothing',
      { 'subnet-private-google-access': waiver },
      'the waiver of subnet-private-google-access matches nothing, remove it (at staging/Network)',
    ],
    ['of no rule', { 'flow-logs': waiver }, "there is no rule 'flow-logs' to waive (at staging/Network)"],
    [
      'without a reason',
      { 'subnet-flow-logs': { ...waiver, reason: ' ' } },
      `'reason' of the waiver of subnet-flow-logs must be a text that is not empty, got " " (at staging/Network)`,
    ],
    [
      'without an owner',
      { 'subnet-flow-logs': { reason: 'a', at: 'x' } },
      "'owner' of the waiver of subnet-flow-logs must be a text that is not empty, got nothing (at x)",
    ],
    [
      'that are none',
      { 'subnet-flow-logs': true },
      "'reason' of the waiver of subnet-flow-logs must be a text that is not empty, got nothing (at google_compute_subnetwork.Sub)",
    ],
    [
      'that have expired',
      { 'subnet-flow-logs': { ...waiver, expires: '2020-01-01' } },
      'the waiver of subnet-flow-logs expired on 2020-01-01 (at staging/Network)',
    ],
    [
      'that expire on no day',
      { 'subnet-flow-logs': { ...waiver, expires: 'soon' } },
      `'expires' of the waiver of subnet-flow-logs must be a date, YYYY-MM-DD, got "soon" (at staging/Network)`,
    ],
  ])('%s are refused', (_, waivers, message) => {
    const { badWaivers, isRefused } = checkPolicy(subnet(waivers));
    expect(badWaivers).toEqual([message]);
    expect(isRefused).toBe(true);
  });

  test('a waiver over several resources is used when it matches one of them', () => {
    const notes = { '//': { waivers: { 'subnet-flow-logs': waiver } } };
    const json = {
      resource: {
        google_compute_subnetwork: {
          A: { private_ip_google_access: true, ...notes },
          B: { private_ip_google_access: true, log_config: {}, ...notes },
        },
      },
    };
    expect(checkPolicy(json).badWaivers).toEqual([]);
  });
});

describe('modules', () => {
  test('a module is a warning, even in a stack without other resources', () => {
    const { findings, isRefused } = checkPolicy({ module: { data: { source: './data' }, 'more-data': [{ source: './data' }] } });
    expect(findings.map(({ rule, severity, address }) => [rule, severity, address])).toEqual([
      ['module-not-read', 'warning', 'module.data'],
      ['module-not-read', 'warning', 'module.more-data'],
    ]);
    expect(isRefused).toBe(false);
  });

  test('modules of a plan are evaluated', () => {
    const [rule] = POLICY_RULES.filter(({ id }) => id === 'module-not-read');
    expect(rule!.check(TerraformDocument.read({ planned_values: {} }))).toEqual([]);
  });
});

describe('the report', () => {
  test('lists errors first, which refuse the stack', () => {
    const { findings, isRefused } = checkPolicy({ resource: { google_compute_subnetwork: { Sub: {} } } });
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['subnet-private-google-access', 'error'],
      ['subnet-flow-logs', 'warning'],
    ]);
    expect(isRefused).toBe(true);
  });

  test('shows construct, problem, reason and remediation in a terminal', () => {
    expect(formatPolicyReport(checkPolicy(subnet()))).toBe(
      'warning subnet-flow-logs: staging/Network/Sub (google_compute_subnetwork.Sub)\n' +
        "        'log_config' must be set, got nothing\n" +
        '        without flow logs, past connections cannot be investigated: set log_config\n' +
        '0 errors, 1 warning, 0 waived',
    );
  });

  test.each([[undefined], [[]], [{ stacks: {} }], [{ planned_values: {}, resource: {} }]])(
    'fails on %j, which is not a synthesized stack',
    (json) => {
      expect(() => checkPolicy(json)).toThrow('not a synthesized stack: expected a cdk.tf.json');
    },
  );
});

test('environments have separate projects, and the stacks of one environment share one', () => {
  const stack = (project: string, environment?: string) => ({
    provider: { google: [{ project, ...(environment ? { default_labels: { environment } } : {}) }] },
  });
  expect(
    findSharedProjects({ a: stack('one', 'staging'), b: stack('two', 'production'), c: stack('one', 'staging'), d: stack('one') }),
  ).toEqual([]);
  const shared = findSharedProjects({ a: stack('one', 'staging'), b: stack('one', 'production') });
  expect(shared).toEqual([{ stack: 'b', environment: 'production', project: 'one', other: { stack: 'a', environment: 'staging' } }]);
  expect(shared.map(formatSharedProject)).toEqual([
    'stack b (environment production) must have its own project, got one, which is that of a (staging)',
  ]);
});
