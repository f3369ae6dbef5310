import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { compareCosts, estimateCost } from '../../lib/cost';
import { guard } from '../../lib/guard';
import { checkPolicy } from '../../lib/policy/reading';
import { html } from '../../lib/preview/html';
import { MARKDOWN_BUDGET, markdown } from '../../lib/preview/markdown';
import { createReport, type Entry, type Report } from '../../lib/preview/report';
import { sarif } from '../../lib/preview/sarif';
import { Plan } from '../../lib/terraform/plan';
import type { PlanJson } from '../../lib/terraform/plan-json';
import { createChange, createPlan } from './plans';

interface Kept {
  readonly line: string;
  readonly plan: unknown;
}

const corpus = Object.fromEntries(
  readdirSync(path.join(__dirname, 'corpus')).map((file): [string, Kept] => [
    path.basename(file, '.json'),
    JSON.parse(readFileSync(path.join(__dirname, 'corpus', file), 'utf8')),
  ]),
);

const reportOfCase = (name: string) => createReport({ plan: corpus[name]!.plan, planOutput: corpus[name]!.line, stack: name });
const entriesOf = (report: Report): Entry[] => report.groups.flatMap(({ entries }) => entries);
const entry = (report: Report, address: string) => entriesOf(report).find((each) => each.address === address);

/** The configuration that a plan would have been made from, with all of its values. */
const configurationOf = (plan: unknown): unknown => {
  const resource: Record<string, Record<string, unknown>> = {};
  for (const { type, name, change } of (plan as PlanJson).resource_changes ?? [])
    resource[type] = { ...resource[type], [name]: change.after };
  return { resource };
};

/** Policy report and cost comparison of the planned resources. */
const besides = (plan: Plan) => {
  const configuration = configurationOf(plan.json);
  return { cost: compareCosts(undefined, estimateCost(configuration)), policy: checkPolicy(configuration) };
};

/** All that is made of a report. */
const outputsOf = (report: Report): string[] => [
  markdown(report),
  html(report),
  JSON.stringify(report, undefined, 2),
  JSON.stringify(sarif(report, { version: '1.0.0', synthesized: 'cdk.tf.json' })),
];

describe('plans made by Terraform', () => {
  test.each(Object.keys(corpus))('%s: has the same counts as Terraform', (name) => {
    expect(reportOfCase(name).countsAgree).toBe(name === 'errored' ? 'not checked' : 'yes');
  });

  test.each(Object.keys(corpus))('%s: shows no planted secret', (name) => {
    for (const output of outputsOf(reportOfCase(name))) expect(output).not.toContain('planted-secret');
  });

  test('every action and reason has its sentence', () => {
    const all = Object.keys(corpus).flatMap((name) => entriesOf(reportOfCase(name)));
    expect([...new Set(all.map(({ action, sentence }) => `${action}: ${sentence}`))].sort()).toMatchSnapshot();
  });

  test('attributes that force a replacement come first', () => {
    const replaced = entry(reportOfCase('builtin'), 'terraform_data.create_first');
    expect(replaced).toMatchObject({ risk: 'destroy', forcedBy: ['triggers_replace'], sentence: 'is replaced, the new one first' });
    expect(replaced?.attributes[0]).toMatchObject({ name: 'triggers_replace[0]', before: 'one', after: 'two', forcesReplacement: true });
  });

  test('a value known after apply shows its references', () => {
    const { attributes } = entry(reportOfCase('builtin'), 'terraform_data.created')!;
    expect(attributes[0]).toMatchObject({
      name: 'input[0]',
      isKnownAfterApply: true,
      from: expect.stringContaining('terraform_data.replace.id'),
    });
    expect(attributes[1]).toMatchObject({ name: 'input[1]', after: 'known' });
    expect(attributes[2]).toMatchObject({ name: 'input[2].nested.password', after: '(sensitive)', isMasked: true });
  });

  test('YAML in a string is compared key by key', () => {
    expect(entry(reportOfCase('builtin'), 'terraform_data.text')!.attributes).toMatchObject([
      { name: 'input⟨text⟩.a', before: '1', after: '2' },
      { name: 'input⟨text⟩.b[1]', before: 'y', after: 'z' },
    ]);
  });

  test('drift, imports, reads, deposed objects, failed checks and renames are shown', () => {
    const drift = reportOfCase('drift_and_import');
    expect(drift.drift.map(({ address, sentence }) => [address, sentence])).toEqual([
      ['google_compute_disk.deleted', 'was deleted outside of Terraform'],
      ['google_compute_disk.labelled', 'was changed outside of Terraform'],
    ]);
    expect(entry(drift, 'google_compute_disk.outside')?.sentence).toMatch(/it is imported first \(projects/);
    expect(drift.reads.map(({ address }) => address)).toEqual(['data.google_compute_network.later']);
    expect(entriesOf(reportOfCase('deposed'))[0]?.sentence).toBe('is destroyed: it is left over from a failed replacement');
    expect(reportOfCase('builtin').checks).toEqual([{ address: 'check.always', status: 'fail', messages: ['there is one, not two'] }]);
    expect(reportOfCase('renamed').renames).toMatchObject([{ from: 'google_compute_disk.data', to: 'google_compute_disk.storage' }]);
  });

  test.each(['errored', 'targeted'])('%s: an incomplete plan is refused', (name) => {
    expect(reportOfCase(name)).toMatchObject({ isSound: false, isRefused: true });
  });

  test('the headline of a plan without changes counts drift', () => {
    const drifted = (count: number) =>
      ({
        ...createPlan().json,
        resource_drift: Array.from({ length: count }, (_, index) =>
          createChange('google_compute_disk', `d${index}`, { actions: ['delete'], before: { name: 'd' } }),
        ),
      }) satisfies PlanJson;
    const one = createReport({ plan: drifted(1), stack: 's' });
    expect(one).toMatchObject({ isEmpty: true, headline: 's: no changes; 1 resource was changed outside of Terraform' });
    expect(markdown(one)).toMatch(/^## ⚠️ s: no changes; 1 resource was changed/);
    expect(createReport({ plan: drifted(2), stack: 's' }).headline).toBe('s: no changes; 2 resources were changed outside of Terraform');
  });

  test('the headline names lost data before other refusals', () => {
    const change = createChange('google_compute_disk', 'd', { actions: ['delete', 'create'], before: { name: 'd' }, after: { name: 'e' } });
    const plan = createPlan(change);
    expect(createReport({ plan, stack: 's', guard: guard(plan) }).headline).toBe(
      's: 1 replaced; refused (stateful-destroyed of google_compute_disk.d)',
    );
  });

  test('an empty plan has no changes', () => {
    expect(reportOfCase('nothing')).toMatchObject({ isEmpty: true, isRefused: false, headline: 'nothing: no changes' });
  });

  test('values are escaped in Markdown and HTML', () => {
    const text = markdown(reportOfCase('builtin'));
    expect(text).not.toMatch(/<script|<b>(?![^`]*`)|(?<![`\w.])@octocat(?![^`]*`)/);
    expect(text.match(/<details/g)).toHaveLength(text.match(/<\/details>/g)!.length);
  });
});

test('the page allows only its own script, loads nothing, and contains values as text', () => {
  const page = html(reportOfCase('builtin'));
  expect(page).toContain("default-src 'none'");
  expect(page.match(/<script>/g)).toHaveLength(1);
  expect(page).not.toMatch(/<b>(?! )@octocat|src="http|href=/);
  expect(page).toContain('&lt;script&gt;alert(1)');
});

describe('plans that are not supported', () => {
  test.each([
    ['a list', []],
    ['a state', { format_version: '1.0', values: {} }],
    ['a change without what it changes', { format_version: '1.2', resource_changes: [{ address: 't.a' }] }],
    ['another format', { format_version: '2.0', resource_changes: [] }],
  ])('fails on %s', (_, json) => {
    expect(() => createReport({ plan: json })).toThrow(expect.objectContaining({ name: 'PlanFormatError' }));
  });

  test('an unknown action is refused and listed', () => {
    const report = createReport({ plan: createPlan(createChange('t', 'a', { actions: ['transmogrify'] })) });
    expect(report).toMatchObject({ isRefused: true, problems: ["t.a: the action 'transmogrify' is not supported."] });
    expect(entriesOf(report)[0]?.risk).toBe('destroy');
  });

  // By hand: Terraform 1.11.4 answers that -allow-deferral is only valid in experimental builds of it.
  test('a deferred change is listed with its reason, and the plan is refused', () => {
    const deferred_changes = [
      { reason: 'provider_config_unknown', resource_change: createChange('kubernetes_namespace_v1', 'parking', {}) },
    ];
    const report = createReport({ plan: { format_version: '1.2', resource_changes: [], complete: false, deferred_changes } });
    expect(report).toMatchObject({ isSound: false, isRefused: true, headline: 'stack: 1 deferred; refused' });
    expect(report.problems).toEqual([expect.stringMatching(/^kubernetes_namespace_v1\.parking is deferred .*provider config unknown/)]);
  });

  // By hand, after internal/command/jsonplan of Terraform 1.14.
  test('invoked and deferred actions are listed, and are no empty plan', () => {
    const stop = { address: 'action.aws_ec2_stop_instance.db', type: 'aws_ec2_stop_instance', name: 'db', invoke_action_trigger: {} };
    const purge = {
      address: 'action.acme_purge.all',
      lifecycle_action_trigger: { triggering_resource_address: 'acme_store.a', action_trigger_event: 'AfterUpdate' },
    };
    const empty = { format_version: '1.2', resource_changes: [], complete: true, applyable: true };
    const report = createReport({ plan: { ...empty, action_invocations: [stop, purge] } });
    expect(report).toMatchObject({ isEmpty: false, isSound: true, headline: 'stack: 2 actions invoked' });
    expect(report.actions).toEqual([
      'action.aws_ec2_stop_instance.db is invoked',
      'action.acme_purge.all is invoked: AfterUpdate of acme_store.a',
    ]);
    for (const text of [markdown(report), html(report)]) expect(text).toMatch(/aws\\?_ec2\\?_stop\\?_instance\.db is invoked/);

    const deferred = createReport({
      plan: { ...empty, deferred_action_invocations: [{ reason: 'deferred_prereq', action_invocation: stop }] },
    });
    expect(deferred).toMatchObject({ isEmpty: false, isSound: false, isRefused: true });
    expect(deferred.problems).toEqual(['action.aws_ec2_stop_instance.db is deferred to a later plan (deferred prereq).']);
  });

  test('parts that are not known are named, and are no empty plan', () => {
    const report = createReport({
      plan: { format_version: '1.9', resource_changes: [], resource_purges: [{ address: 'a.b' }], applyable: true, complete: true },
    });
    expect(report).toMatchObject({
      isEmpty: false,
      headline: 'stack: parts of the plan are not understood',
      notUnderstood: ['resource_purges'],
    });
    expect(markdown(report)).toMatch(/^## ❓/);
    for (const text of [markdown(report), html(report)])
      expect(text).toMatch(/Not understood, with an unknown effect: .*resource\\?_purges/);
  });

  test('rules of the guard that lack an input are named', () => {
    const plan = createPlan(
      createChange('google_compute_firewall', 'a', { actions: ['update'], before: { disabled: false }, after: { disabled: true } }),
    );
    const report = createReport({ plan, guard: guard(plan) });
    expect(report.notLookedAt).toEqual([
      expect.stringMatching(/^prevent-destroy-lost: .*--base/),
      expect.stringMatching(/^newly-reachable: .*--config/),
    ]);
    for (const text of [markdown(report), html(report)]) expect(text).toMatch(/Not looked at: newly\\?-reachable: /);
  });

  test('counts that differ from Terraform’s are refused', () => {
    const report = createReport({ plan: createPlan(createChange('t', 'a', {})), planOutput: 'Plan: 2 to add, 0 to change, 0 to destroy.' });
    expect(report).toMatchObject({ countsAgree: 'no', isRefused: true });
  });
});

test('changes are grouped by construct, and a rename shows the line to add', () => {
  const metadata = (name: string, construct: string) => ({
    [name]: { '//': { metadata: { path: `staging/${construct}`, uniqueId: name } } },
  });
  const synthesized = {
    '//': { metadata: { stackName: 'staging' } },
    resource: { google_compute_disk: { ...metadata('New_0A1B2C3D', 'Cassandra/node-b/Disk/Resource') } },
  };
  const report = createReport({
    synthesized,
    plan: createPlan(
      createChange('google_compute_disk', 'Cassandra_b_Disk_D2F8C49C', { actions: ['delete'], before: { name: 'b', zone: 'z' } }),
      createChange('google_compute_disk', 'New_0A1B2C3D', { after: { name: 'b', zone: 'z' } }),
    ),
  });
  expect(report.stack).toBe('staging');
  expect(report.groups.map(({ construct, entries }) => [construct, entries.map((each) => each.construct)])).toEqual([
    ['Cassandra / b', ['Cassandra / b / Disk']],
    ['Cassandra / node-b', ['Cassandra / node-b / Disk']],
  ]);
  expect(report.renames[0]?.moveTo).toBe("resource.moveFromId('google_compute_disk.Cassandra_b_Disk_D2F8C49C');");
});

test('a report that is too long keeps every destruction, and lists what it omits', () => {
  const changes = Array.from({ length: 3_000 }, (_, index) =>
    index % 30 === 0
      ? createChange('google_compute_disk', `gone${index}`, { actions: ['delete'], before: { name: 'x'.repeat(50) } })
      : createChange('google_compute_disk', `disk${index}`, { after: { name: `disk-${index}`, labels: { é: '日本'.repeat(20) } } }),
  );
  const text = markdown(createReport({ plan: createPlan(...changes) }));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MARKDOWN_BUDGET);
  expect(text.length).toBeGreaterThan(MARKDOWN_BUDGET * 0.5);
  for (let index = 0; index < 3_000; index += 30) expect(text).toContain(`google_compute_disk.gone${index}\``);
  expect(text).toMatch(/\*\*Omitted\*\*, to stay within 60,000 characters: .*creations/);
});

test('findings that differ only in the names of their resources are one line, and individual in the data', () => {
  const disks = Array.from({ length: 52 }, (_, index) =>
    createChange('google_compute_disk', `disk${index}`, { actions: ['delete'], before: { name: `data-${index}` } }),
  );
  const grants = Array.from({ length: 1_000 }, (_, index) =>
    createChange('google_project_iam_member', `grant${index}`, { after: { role: 'roles/owner', member: `user:u${index}` } }),
  );
  const plan = createPlan(...disks, ...grants);
  const report = createReport({ plan, guard: guard(plan) });
  expect(report.verdicts).toHaveLength(1_052);
  const found = sarif(report, { version: '1.0.0', synthesized: 'cdk.tf.json' });
  expect(JSON.stringify(found).match(/"ruleId":"[^"]*stateful-destroyed"/g)).toHaveLength(52);
  const of52 = '52 google_compute_disk: google_compute_disk.disk0, google_compute_disk.disk1, google_compute_disk.disk10 and 49 more';
  const of1000 = '1,000 google_project_iam_member: google_project_iam_member.grant0, ';
  for (const text of [markdown(report), html(report)]) {
    expect(text.split(of52)).toHaveLength(2);
    expect(text.split(of1000)).toHaveLength(2);
    expect(text).toMatch(/a disk \\?\(…\\?\) is deleted/);
    expect(text).toContain('… gets roles/owner');
  }
});

test('refusals beyond the limit are counted, and every destruction keeps its line', () => {
  const changes = Array.from({ length: 4_000 }, (_, index) =>
    index % 40 === 0
      ? createChange('google_compute_disk', `disk${index}`, { actions: ['delete'], before: { name: `disk${index}` } })
      : createChange('google_project_iam_binding', `grant${index}`, { after: { role: 'roles/owner', members: [`user:u${index}`] } }),
  );
  const plan = createPlan(...changes);
  const text = markdown(createReport({ plan, guard: guard(plan) }));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MARKDOWN_BUDGET);
  expect(text).toMatch(/refusals of what destroys nothing, which are only counted/);
  for (let index = 0; index < 4_000; index += 40) expect(text).toContain(`− \`google_compute_disk.disk${index}\``);
});

describe('costs', () => {
  const costOf = (before: object | undefined, after: object) => {
    const plan = createPlan(createChange('t', 'a', {}));
    const cost = compareCosts(before && estimateCost({ resource: before }), estimateCost({ resource: after }));
    return [markdown(createReport({ plan, cost })), html(createReport({ plan, cost }))] as const;
  };
  const disk = (type: string) => ({ google_compute_disk: { Data: { zone: 'europe-west1-b', type, size: 100 } } });

  test('without a price there is no amount', () => {
    for (const text of costOf(undefined, { google_sql_database_instance: { A: {}, B: {} } })) {
      expect(text).toMatch(/Not priced: 2 resources \\?\(2 google\\?_sql\\?_database\\?_instance\\?\)\./);
      expect(text).not.toMatch(/\$\d/);
    }
  });

  test('only a total is bold', () => {
    const [text, page] = costOf(undefined, disk('pd-ssd'));
    expect(text).toContain('**$17 a month**: expected');
    expect(page).toContain('<b>$17 a month</b>: expected');
    for (const partial of costOf(undefined, { ...disk('pd-ssd'), aws_db_instance: { A: {} } })) {
      expect(partial).toMatch(/No total\. Not priced: 1 resource /);
      expect(partial).not.toMatch(/(?:\*\*|<b>)\$/);
    }
  });

  test('thousands of changed costs take no space from the changes', () => {
    const disks = (size: number) => ({
      google_compute_disk: Object.fromEntries(
        Array.from({ length: 3_000 }, (_, index) => [`Disk${index}`, { zone: 'europe-west1-b', type: 'pd-ssd', size }]),
      ),
    });
    const changes = Array.from({ length: 3_000 }, (_, index) =>
      createChange('google_compute_disk', `Disk${index}`, { actions: ['update'], before: { size: 1 }, after: { size: 2 } }),
    );
    const cost = compareCosts(estimateCost({ resource: disks(10) }), estimateCost({ resource: disks(20) }));
    const text = markdown(createReport({ plan: createPlan(...changes), cost }));
    expect(text).toContain('| | and 2,980 more | | | |\n');
    expect(text).toContain('is updated in place');
    expect(text.length).toBeGreaterThan(MARKDOWN_BUDGET * 0.9);
  });

  test('what loses its price, and what is new without one, are lines of the change', () => {
    const [text, page] = costOf(disk('pd-ssd'), { ...disk('hyperdisk-balanced'), google_sql_database_instance: { A: {}, B: {} } });
    expect(text).toContain('| disk | `google_compute_disk.Data` | $17 | not priced |');
    expect(text).toContain('| not priced | `google_sql_database_instance` | 0 | 2 | |');
    expect(page).toContain('<td>disk</td><td><code>google_compute_disk.Data</code></td><td>$17</td><td>not priced</td>');
    expect(page).toContain('<td>not priced</td><td><code>google_sql_database_instance</code></td><td>0</td><td>2</td>');
  });
});

describe('secrets', () => {
  /** Words of the report itself. */
  const words = outputsOf(reportOfCase('builtin')).join('');
  const secret = fc
    .string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
    // A word or identifier that is a part of names is masked in its place only.
    .filter((text) => new Set(text).size > 5 && !/^\s|\s$|^\w+$/.test(text) && !words.includes(text));
  const encoded = (text: string) =>
    fc.constantFrom(
      text,
      `before ${text} after`,
      JSON.stringify({ key: text }),
      JSON.stringify(JSON.stringify({ key: text })),
      encodeURIComponent(text),
      `https://example.com/?q=${encodeURIComponent(`x ${text}`)}`,
      Buffer.from(text).toString('base64'),
      Buffer.from(`ab${text}cd`).toString('base64url'),
      `line one\n  ${text}\nline three`,
    );

  /** A plan that marks a secret in one place, and has it in others in any form. */
  const planted = fc.tuple(secret, fc.constantFrom('mark', 'nested mark', 'variable', 'output', 'prior state')).chain(([text, where]) =>
    fc.record({
      text: fc.constant(text),
      plan: fc.tuple(encoded(text), encoded(text), encoded(text), encoded(text)).map(([a, b, c, d]) =>
        Plan.read({
          format_version: '1.2',
          variables: { v: { value: where === 'variable' ? text : 'x' } },
          configuration: { root_module: { variables: { v: { sensitive: true } } } },
          prior_state:
            where === 'prior state'
              ? {
                  values: {
                    root_module: {
                      resources: [{ address: 't.a', type: 't', name: 'a', values: { k: [text] }, sensitive_values: { k: true } }],
                    },
                  },
                }
              : undefined,
          output_changes: {
            open: { actions: ['create'], before: null, after: { nested: [a] } },
            ...(where === 'output'
              ? { s: { actions: ['update'], before: text, after: 'x', before_sensitive: true, after_sensitive: true } }
              : {}),
          },
          resource_drift: [createChange('t', 'drifted', { actions: ['update'], before: { x: b }, after: { x: 'other' } })],
          resource_changes: [
            createChange('t', 'marked', {
              actions: ['update'],
              before: { s: where === 'mark' ? text : 'x', deep: { list: [{ s: where === 'nested mark' ? text : 'x' }] }, open: c },
              after: { s: 'y', deep: { list: [{ s: 'y' }] }, open: `${c}!` },
              before_sensitive: { s: true, deep: { list: [{ s: true }] } },
              after_sensitive: { s: true, deep: { list: [{ s: true }] } },
            }),
            createChange(
              't',
              'plain',
              { after: { [d]: 'key', list: [a], blocks: [{ b }], text: `x: 1\ny: ${JSON.stringify(c)}\n` } },
              { address: `t.plain[${JSON.stringify(d)}]`, index: d },
            ),
            createChange('kubernetes_deployment_v1', 'pod', {
              after: { metadata: [{ namespace: 'a' }], spec: [{ template: [{ spec: [{ container: [{ name: a, image: d }] }] }] }] },
            }),
            createChange('google_container_node_pool', 'pool', {
              after: { location: c, node_config: [{ machine_type: b, image_type: a }] },
            }),
          ],
        }),
      ),
    }),
  );

  test('no planted secret is in any output, in clear or encoded', () => {
    fc.assert(
      fc.property(planted, ({ text, plan }) => {
        for (const output of outputsOf(createReport({ plan, stack: 'staging', guard: guard(plan), ...besides(plan) }))) {
          const forms = [
            text,
            JSON.stringify(text).slice(1, -1),
            encodeURIComponent(text),
            Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1),
          ];
          for (const form of forms) if (output.includes(form)) throw new Error(`${JSON.stringify(form)} is in ${output}`);
        }
      }),
      { numRuns: 300 },
    );
  });
});
