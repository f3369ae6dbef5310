import fc from 'fast-check';
import { compareCosts, estimateCost } from '../../lib/cost';
import { type GuardReport, guard } from '../../lib/guard';
import { html } from '../../lib/preview/html';
import { MARKDOWN_BUDGET, markdown } from '../../lib/preview/markdown';
import { createReport, type Report, type ReportOptions } from '../../lib/preview/report';
import type { ResourceChangeJson } from '../../lib/terraform/plan-json';
import { createChange } from './plans';

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const DISK = 'google_compute_disk';
const deletion = (name: string, type = DISK): ResourceChangeJson =>
  createChange(type, name, { actions: ['delete'], before: { name, zone: 'europe-west1-b', size: 500, type: 'pd-ssd' } });
const creation = (name: string, type = DISK): ResourceChangeJson => createChange(type, name, { after: { name, zone: 'europe-west1-b' } });
const failedChecks = (count: number, name = 'check') =>
  many(count, (index) => ({
    address: { to_display: `check.${name}${index}` },
    status: 'fail',
    instances: [{ problems: [{ message: `${name} ${index} must hold, and it does not` }] }],
  }));

interface Parts {
  readonly resource_changes?: readonly ResourceChangeJson[];
  readonly checks?: readonly unknown[];
  readonly [other: string]: unknown;
}

const reportOf = (parts: Parts, options: Partial<ReportOptions> = {}): Report =>
  createReport({
    plan: { format_version: '1.2', terraform_version: '1.11.4', resource_changes: [], ...parts },
    stack: 'staging',
    ...options,
  });

const shorten = (report: Report, budget = MARKDOWN_BUDGET): string => {
  const text = markdown(report, budget);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(budget);
  return text;
};

test('150 renames: each with both addresses', () => {
  const changes = many(150, (index) => [
    deletion(`Ring_Old_Node${index}_Data_0A1B2C3D`),
    creation(`Ring_Old_Node${index}_Data_0A1B2C3D`),
  ]).flat();
  const renamed = changes.map((change, index) =>
    index % 2 === 0 ? change : { ...change, address: `${change.address}_new`, name: `${change.name}_new` },
  );
  const report = reportOf({ resource_changes: renamed });
  expect(report.renames).toHaveLength(150);
  const text = shorten(report);
  for (const { from, to } of report.renames) for (const address of [from, to]) expect(text).toContain(`\`${address}\``);
});

test('400 renames: each with both addresses', () => {
  const changes = many(400, (index) => [
    deletion(`Node${index}_0A1B2C3D`),
    { ...creation(`Node${index}_0A1B2C3D`), address: `${DISK}.New${index}`, name: `New${index}` },
  ]);
  const report = reportOf({ resource_changes: changes.flat() });
  const text = shorten(report);
  for (const { from, to } of report.renames) for (const address of [from, to]) expect(text).toContain(`\`${address}\``);
  expect(text).toContain(' → ');
});

test('500 failed checks: each with its address', () => {
  const text = shorten(reportOf({ checks: failedChecks(500, 'A_check_of_a_ring_with_a_name') }));
  expect(text).toMatch(/^## ⚠️ staging: no changes; 500 checks fail\n/);
  expect(text).toContain('### Failed checks');
  for (let index = 0; index < 500; index++) expect(text).toContain(`A_check_of_a_ring_with_a_name${index}\``);
});

test('1,200 deletions: counted by type first, and each with its name', () => {
  const report = reportOf({ resource_changes: many(1_200, (index) => deletion(`Cassandra_Node${index}_Disk_D2F8C49C`)) });
  const text = shorten(report);
  expect(text).toContain('| type | 🔴 − delete |\n|-|-:|\n| `google_compute_disk` | 1,200 |\n');
  for (let index = 0; index < 1_200; index++) expect(text).toContain(`\`Cassandra_Node${index}_Disk_D2F8C49C\``);
  expect(text).toContain('the details of 1,200 destructive changes');
});

test('deletions that do not fit by name are counted by type', () => {
  const name = (index: number) => `Disk${index}_${'x'.repeat(100)}`;
  const text = shorten(
    reportOf({ resource_changes: many(3_000, (index) => deletion(name(index), index < 2_000 ? DISK : 'google_sql_database')) }),
  );
  expect(text).toContain('| `google_compute_disk` | 2,000 |\n| `google_sql_database` | 1,000 |\n');
  expect(text).toContain(`🔴 − 2,000 \`google_compute_disk\`: \`${name(0)}\``);
  expect(text).toMatch(/, and [\d,]+ more\n/);
  expect(text.length).toBeGreaterThan(MARKDOWN_BUDGET * 0.8);
});

test('a deleted resource shows its name, place and size', () => {
  const secret = createChange('google_secret_manager_secret', 'Key', {
    actions: ['delete'],
    before: { secret_id: 'key', password: 'planted-secret-0', labels: { name: 'x' }, id: 'projects/p/secrets/key' },
    before_sensitive: { password: true },
  });
  const namespace = createChange('kubernetes_namespace_v1', 'App', {
    actions: ['delete'],
    before: { metadata: [{ name: 'app', uid: '1' }], id: 'app' },
  });
  const other = createChange('other_thing', 'Thing', { actions: ['delete'], before: { color: 'red', tags: ['a'] } });
  const report = reportOf({ resource_changes: [deletion('Data'), secret, namespace, other] });
  const text = shorten(report);
  expect(text).toContain('  - name `Data`, zone `europe-west1-b`, size `500`, type `pd-ssd`\n');
  expect(text).toContain('  - secret\\_id `key`\n');
  expect(text).toContain('  - metadata\\[&quot;app&quot;\\].name `app`\n');
  expect(text).toContain('  - color `red`, tags\\[0\\] `a`\n');
  const page = html(report);
  expect(page).toContain('name <code>Data</code>, zone <code>europe-west1-b</code>');
  expect(page).toContain('<td><span class="value minus">projects/p/secrets/key</span></td>');
  for (const output of [text, page, JSON.stringify(report)]) expect(output).not.toContain('planted-secret');
});

test('the table of types lists the riskiest types first, and sums the others', () => {
  const types = many(60, (index) => `type_${String(index).padStart(2, '0')}`);
  const report = reportOf({
    resource_changes: [...types.map((type) => creation('a', type)), deletion('gone', 'type_59'), deletion('gone2', 'type_59')],
  });
  const text = shorten(report);
  expect(text).toContain('| type | 🔴 − delete | 🟢 + create |\n|-|-:|-:|\n| `type_59` | 2 | 1 |\n| `type_00` |  | 1 |\n');
  expect(text).toContain('| 30 other types |  | 30 |\n');
  expect(html(report)).toContain('<td><code>type_59</code></td><td>2</td><td>1</td>');
});

/** A report in which every list is long. */
const everything = (count: number, name: (index: number) => string): Report => {
  const changes = [
    ...many(count, (index) => deletion(name(index))),
    ...many(count, (index) => ({ ...creation(name(index)), address: `${DISK}.${name(index)}_new` })),
    ...many(count, (index) => creation(name(index), `google_type_${index}`)),
    ...many(count, (index) => createChange('t', name(index), { actions: ['transmogrify'] })),
    ...many(count, (index) => createChange('t', name(index), { actions: ['read'] }, { mode: 'data', address: `data.t.${name(index)}` })),
    ...many(count, (index) =>
      createChange('google_sql_database_instance', name(index), {
        actions: ['update'],
        before: { tier: 'a' },
        after: { tier: name(index) },
      }),
    ),
  ];
  const parts = {
    resource_changes: changes,
    checks: failedChecks(count, name(0)),
    resource_drift: many(count, (index) => createChange('t', name(index), { actions: ['update'], before: { a: 1 }, after: { a: 2 } })),
    output_changes: Object.fromEntries(many(count, (index) => [name(index), { actions: ['create'], before: null, after: name(index) }])),
    deferred_changes: many(count, (index) => ({ reason: 'unknown', resource_change: creation(name(index)) })),
  };
  const plan = { format_version: '1.2', terraform_version: '1.11.4', ...parts };
  const found = guard(plan);
  const verdict = found.verdicts[0]!;
  const verdicts = many(count, (index) => ({
    ...verdict,
    address: name(index),
    reason: name(index),
    severity: index % 3 === 0 ? ('warn' as const) : ('refuse' as const),
  }));
  const resource = Object.fromEntries(many(count, (index) => [`google_type_${index}`, { A: { name: name(index) } }]));
  const finding = { rule: 'r', severity: 'error' as const, problem: name(0), why: name(1), remediation: name(2) };
  return reportOf(parts, {
    guard: {
      ...found,
      verdicts: [...found.verdicts, ...verdicts],
      acknowledgements: many(count, (index) => ({ acknowledgement: { rule: 'r', address: name(index) }, state: 'unused' })),
    } as unknown as GuardReport,
    cost: compareCosts(estimateCost({ resource: {} }), estimateCost({ resource })),
    policy: {
      findings: many(count, (index) => ({ ...finding, address: name(index) })),
      badWaivers: many(count, name),
    } as unknown as Report['policy'],
    reachability: many(count, (index) => ({ kind: 'opened' as const, from: 'a', to: 'b', sentence: name(index) })) as never,
    removedStacks: many(count, name),
  });
};

test.each<[string, number, (index: number) => string]>([
  ['many', 800, (index) => `A${index}`],
  ['long', 100, (index) => `A${index}_${'x'.repeat(2_000)}`],
  ['of several bytes', 150, (index) => `A${index}_${'日本🚀'.repeat(60)}`],
  ['in need of escapes', 150, (index) => `A${index}_${'`|<&"\u202e@'.repeat(60)}`],
])('a report with every list long fits when names are %s, and begins with what is most important', (_, count, name) => {
  const report = everything(count, name);
  for (const budget of [10_000, MARKDOWN_BUDGET, 900_000]) {
    const text = shorten(report, budget);
    expect(text.startsWith('## ⛔ ')).toBe(true);
    const table = text.indexOf('\n| type |');
    expect(table).toBeGreaterThan(0);
    expect(table).toBeLessThan(5_000);
    for (const title of [
      'Guard',
      'Policy',
      'Reachability',
      'Cost',
      'Possible renames',
      'Removed stacks',
      'Failed checks',
      'Drift',
      'Outputs',
    ]) {
      expect(text).toContain(`\n### ${title}\n`);
    }
    expect(text).toMatch(/\n- … and [\d,]+ more\n/);
    if (budget === 10_000) expect(text).toMatch(/\n- … and [\d,]+ more\n\n#### Destroyed\n/);
    expect(text).toContain('**Omitted**');
  }
});

test('any numbers of changes, checks and problems fit', () => {
  const size = fc.constantFrom(0, 1, 5, 40, 600);
  fc.assert(
    fc.property(size, size, size, size, fc.constantFrom(10, 200), (deleted, created, checks, deferred, length) => {
      const name = (index: number) => `N${index}${'y'.repeat(length)}`;
      const report = reportOf({
        resource_changes: [
          ...many(deleted, (index) => deletion(name(index))),
          ...many(created, (index) => ({ ...creation(name(index)), address: `${DISK}.${name(index)}2` })),
        ],
        checks: failedChecks(checks, name(0)),
        deferred_changes: many(deferred, (index) => ({ reason: 'unknown', resource_change: creation(name(index)) })),
      });
      for (const budget of [10_000, MARKDOWN_BUDGET]) shorten(report, budget);
    }),
    { numRuns: 15 },
  );
});
