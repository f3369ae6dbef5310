import { guard } from '../../lib/guard';
import { GENERIC_PROTECTIONS, isNotApplicable, type Protection, RESOURCE_TYPES, type Safe } from '../../lib/resource-types';
import { Bindings } from '../../lib/sandbox/bindings';
import type { BlockSchema } from '../../lib/sandbox/schema';
import { created, deleted, type HandMadeChange, plan, replaced, updated } from './hand-made';

type Row = readonly [title: string, type: string, protection: Protection];

/** Example of a family, which has no name of its own. */
const nameOf = ({ names, family }: (typeof RESOURCE_TYPES)[number]): string =>
  names[0] ?? ['google_project_iam_audit_config', 'google_project_iam_member'].find((name) => family!.test(name))!;

/** Every protection of every type, and those of any type on a type that is unknown. */
const ROWS: readonly Row[] = [
  ...RESOURCE_TYPES.flatMap((type) =>
    type.protections === undefined || isNotApplicable(type.protections)
      ? []
      : type.protections.map((protection) => [nameOf(type), protection] as const),
  ),
  ...GENERIC_PROTECTIONS.map((protection) => ['future_database', protection] as const),
].map(([type, protection]): Row => [`${type} ${protection.path.join('.')}`, type, protection]);

/** A value that protects, and weaker ones. */
function examplesOf(safe: Safe): { strong: unknown; weak: readonly unknown[] } {
  if ('compare' in safe) return { strong: safe.examples.strong, weak: [safe.examples.weak] };
  if ('set' in safe) return { strong: 'own', weak: [undefined] };
  if ('all' in safe) return { strong: ['a', 'b'], weak: [['a'], undefined] };
  if ('none' in safe) return { strong: ['a'], weak: [['a', 'b']] };
  if ('less' in safe) return { strong: quantity(7, safe.less), weak: [quantity(30, safe.less), undefined] };
  if ('more' in safe) {
    const strong = safe.unset === 'strongest' ? undefined : (safe.unlimited?.[0] ?? quantity(30, safe.more));
    return { strong, weak: [quantity(7, safe.more), ...(safe.unset === 'weakest' ? [undefined] : [])] };
  }
  const groups = 'oneOf' in safe ? [safe.oneOf] : safe.ranked;
  const strong = groups[0]!.find((value) => value !== undefined);
  const isProtected = (value: unknown) => groups.some((group) => group.includes(value));
  const other = typeof strong === 'boolean' ? !strong : 'OTHER';
  return { strong, weak: [...groups.slice(1).map((group) => group[0]), other, ...(isProtected(undefined) ? [] : [undefined])] };
}

const quantity = (number: number, unit: string): unknown => (unit === '' ? `${number * 3600}s` : number);

/** Resource with a value at a path, as blocks in lists. */
function nest([name, ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  return { [name!]: rest.length === 0 ? value : [nest(rest, value)] };
}

/** Rules that read the facet. */
const READERS = ['backup-weakened', 'protection-switched-off'];

/** Severities and rules of the findings of these rules. */
const findings = (...changes: HandMadeChange[]) =>
  guard(plan(changes))
    .verdicts.filter(({ rule }) => READERS.includes(rule))
    .map(({ severity, rule }) => `${severity} ${rule}`);

const expected = ({ against }: Protection) => [
  `refuse ${against === 'copy-loss' || against === 'data-loss' ? 'backup-weakened' : 'protection-switched-off'}`,
];

describe.each(ROWS)('%s', (_title, type, protection) => {
  const { path, safe } = protection;
  const { strong, weak } = examplesOf(safe);
  const at = (value: unknown) => ({ name: 'a', ...nest(path, value) });

  test.each(weak.map((value) => [JSON.stringify(value) ?? 'no value', value]))('weakened to %s is refused', (_text, value) => {
    expect(findings(updated(`${type}.A`, at(strong), at(value)))).toEqual(expected(protection));
    expect(findings(replaced(`${type}.A`, at(strong), at(value)))).toEqual(expected(protection));
  });

  test.each(weak.map((value) => [JSON.stringify(value) ?? 'no value', value]))('strengthened from %s is accepted', (_text, value) => {
    expect(findings(updated(`${type}.A`, at(value), at(strong)))).toEqual([]);
  });

  test('unknown until apply is refused, with every block around it too', () => {
    for (const depth of path.map((_, index) => index + 1)) {
      const more = { change: { after_unknown: nest(path.slice(0, depth), true) } };
      expect(findings(updated(`${type}.A`, at(strong), { name: 'a', [path[0]!]: undefined }, more))).toEqual(
        expect.arrayContaining(expected(protection)),
      );
    }
  });

  test('unchanged, new or gone is accepted', () => {
    expect(findings(updated(`${type}.A`, at(strong), { labels: { a: 'b' } }))).toEqual([]);
    expect(findings(created(`${type}.A`, at(weak[0])))).toEqual(protection.alsoNew === true ? ['warn backup-weakened'] : []);
    expect(findings(deleted(`${type}.A`, at(strong)))).toEqual([]);
  });
});

describe('an argument of a replacement that is unknown until apply', () => {
  const unknown = (expressions: object, path = ['scheduling', 'automatic_restart']) => {
    const change = replaced(
      'google_compute_instance.A',
      { name: 'a', ...nest(path, true) },
      { [path[0]!]: undefined },
      { change: { after_unknown: { [path[0]!]: true } } },
    );
    const resources = [{ address: change.address, mode: 'managed', type: change.type, name: change.name, expressions }];
    return guard(plan([change], { configuration: { root_module: { resources } } }))
      .verdicts.filter(({ rule }) => READERS.includes(rule))
      .map(({ severity, reason }) => `${severity} ${reason}`);
  };

  test('is reported when the provider decides about it', () => {
    expect(unknown({ name: { constant_value: 'a' } })).toEqual(['warn a: scheduling.automatic_restart is unknown until apply']);
    expect(unknown({ scheduling: [{ preemptible: { constant_value: false } }] })).toEqual([expect.stringMatching(/^warn /)]);
  });

  test('is refused when the configuration sets it', () => {
    expect(unknown({ scheduling: [{ automatic_restart: { references: ['var.a'] } }] })).toEqual([expect.stringMatching(/^refuse /)]);
  });
});

test('a block with a part that is unknown until apply is set', () => {
  const window = { weekly_maintenance_window: [{ day: 'SUNDAY', start_time: [{ hours: 3 }], duration: '3600s' }] };
  const { duration: _, ...configured } = window.weekly_maintenance_window[0]!;
  const after = { maintenance_policy: [{ weekly_maintenance_window: [configured] }] };
  const unknown = { maintenance_policy: [{ weekly_maintenance_window: [{ start_time: [{}], duration: true }] }] };
  const before = { name: 'a', maintenance_policy: [window] };
  expect(findings(replaced('google_redis_instance.A', before, after, { change: { after_unknown: unknown } }))).toEqual([]);
});

test('there are protections against each danger', () => {
  expect(new Set(ROWS.map(([, , { against }]) => against))).toEqual(new Set(['deletion', 'data-loss', 'copy-loss', 'outage', 'attack']));
});

test('no type has two protections of one path and kind', () => {
  const keys = ROWS.map(([title, , { safe }]) => `${title} ${Object.keys(safe)[0]}`);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

/** Arguments of google-beta, or of other versions than the installed one. */
const OF_OTHER_VERSIONS: readonly string[] = [
  'google_container_node_pool node_config.sandbox_config',
  'google_sql_database_instance settings.final_backup_config.enabled',
  'google_sql_database_instance settings.ip_configuration.require_ssl',
];

test('protections refer to arguments of the provider', () => {
  const bindings = new Bindings();
  const hasPath = (schema: BlockSchema, [name, ...rest]: readonly string[]): boolean => {
    const block = schema.blocks[name!]?.block;
    // The path continues in the keys of a map.
    return name! in schema.attributes || (block !== undefined && (rest.length === 0 || hasPath(block, rest)));
  };
  const unknown = ROWS.filter(([, type, { path }]) => {
    const schema = bindings.resource(type);
    return schema !== undefined && !hasPath(schema, path);
  }).map(([title]) => title);
  expect(unknown.sort()).toEqual(OF_OTHER_VERSIONS);
});

describe('lifecycle rules of a bucket', () => {
  const rule = (condition: object, type = 'Delete') => ({ action: [{ type }], condition: [{ age: 0, with_state: 'ANY', ...condition }] });
  const said = (before: readonly unknown[], after: readonly unknown[]) =>
    guard(plan([updated('google_storage_bucket.B', { name: 'b', lifecycle_rule: before }, { lifecycle_rule: after })])).verdicts.map(
      ({ reason }) => reason,
    );
  const prefix = 'b: a lifecycle rule deletes more objects, or earlier: ';

  test.each([
    ['a new rule', [], [rule({ age: 7 })], 'after 7 days'],
    ['a shorter age', [rule({ age: 30 })], [rule({ age: 7 })], 'after 7 days'],
    ['fewer versions', [rule({ num_newer_versions: 5 })], [rule({ num_newer_versions: 2 })], 'with 2 newer versions'],
    ['a condition that is gone', [rule({ age: 30, num_newer_versions: 5 })], [rule({ age: 30 })], 'after 30 days'],
    ['a shorter prefix', [rule({ age: 7, matches_prefix: ['tmp/a'] })], [rule({ age: 7, matches_prefix: ['tmp/'] })], 'after 7 days'],
    ['no prefix', [rule({ age: 7, matches_prefix: ['tmp/'] })], [rule({ age: 7, matches_prefix: [] })], 'after 7 days'],
    ['live objects too', [rule({ age: 7, with_state: 'ARCHIVED' })], [rule({ age: 7 })], 'after 7 days'],
    ['a later date', [rule({ created_before: '2025-01-01' })], [rule({ created_before: '2026-01-01' })], 'by other conditions'],
    ['another action', [rule({ age: 7 }, 'SetStorageClass')], [rule({ age: 7 })], 'after 7 days'],
  ])('%s is refused', (_what, before, after, expected) => {
    expect(said(before, after)).toEqual([`${prefix}${expected}`]);
  });

  test.each([
    ['a rule that is gone', [rule({ age: 7 })], []],
    ['a longer age', [rule({ age: 7 })], [rule({ age: 30 })]],
    ['a longer prefix', [rule({ age: 7, matches_prefix: ['tmp/'] })], [rule({ age: 7, matches_prefix: ['tmp/a', 'tmp/b'] })]],
    ['one condition more', [rule({ age: 7 })], [rule({ age: 7, with_state: 'ARCHIVED' })]],
    ['another order', [rule({ age: 7 }), rule({ num_newer_versions: 5 })], [rule({ num_newer_versions: 5 }), rule({ age: 7 })]],
    ['another storage class', [], [rule({ age: 7 }, 'SetStorageClass')]],
    ['a rule that another one includes', [rule({ age: 7 })], [rule({ age: 7 }), rule({ age: 30, matches_prefix: ['a'] })]],
  ])('%s is accepted', (_what, before, after) => {
    expect(said(before, after)).toEqual([]);
  });
});

/** Cases of comparisons that one example does not cover: type, path, before, after, and the clauses that are expected. */
const COMPARISONS: readonly (readonly [what: string, type: string, path: string, before: unknown, after: unknown, clauses: string])[] = [
  [
    'a kind of access that is no longer logged',
    'google_project_iam_audit_config',
    'audit_log_config',
    [{ log_type: 'DATA_READ' }, { log_type: 'DATA_WRITE' }],
    [{ log_type: 'DATA_WRITE' }],
    'access is no longer logged: DATA_READ',
  ],
  [
    'an exempted member who is no longer exempt',
    'google_project_iam_audit_config',
    'audit_log_config',
    [{ log_type: 'DATA_READ', exempted_members: ['user:a', 'user:b'] }],
    [{ log_type: 'DATA_READ', exempted_members: ['user:a'] }, { log_type: 'DATA_WRITE' }],
    '',
  ],
  [
    'a new cleanup policy',
    'google_artifact_registry_repository',
    'cleanup_policies',
    [],
    [{ id: 'old', action: 'DELETE', condition: [{ older_than: '30d' }] }],
    'cleanup policies delete more versions: old',
  ],
  [
    'a cleanup policy that kept versions',
    'google_artifact_registry_repository',
    'cleanup_policies',
    [{ id: 'keep', action: 'KEEP', most_recent_versions: [{ keep_count: 5 }] }],
    [],
    'cleanup policies no longer keep versions: keep',
  ],
  [
    'a maintenance exclusion that is over',
    'google_container_cluster',
    'maintenance_policy.maintenance_exclusion',
    [{ exclusion_name: 'past', start_time: '2020-11-01T00:00:00Z', end_time: '2020-12-01T00:00:00Z' }],
    [],
    '',
  ],
  [
    'a maintenance exclusion that is gone',
    'google_container_cluster',
    'maintenance_policy.maintenance_exclusion',
    [{ exclusion_name: 'peak', start_time: '2999-11-01T00:00:00Z', end_time: '2999-12-01T00:00:00Z' }],
    [],
    'upgrades may start during its maintenance exclusions: peak',
  ],
  [
    'backups by an objective instead of a schedule',
    'google_gke_backup_backup_plan',
    'backup_schedule',
    [{ cron_schedule: '0 3 * * *' }],
    [{ rpo_config: [{ target_rpo_minutes: 2880 }] }],
    'a backup every 48 hours instead of every 24',
  ],
  [
    'backups without a schedule',
    'google_gke_backup_backup_plan',
    'backup_schedule',
    [{ cron_schedule: '0 3 * * *', paused: false }],
    [{ paused: false }],
    'it no longer has a schedule',
  ],
  [
    'a shorter objective',
    'google_gke_backup_backup_plan',
    'backup_schedule',
    [{ rpo_config: [{ target_rpo_minutes: 120 }] }],
    [{ rpo_config: [{ target_rpo_minutes: 60 }] }],
    '',
  ],
  [
    'one rule of a backup plan less',
    'google_backup_dr_backup_plan',
    'backup_rules',
    [
      { rule_id: 'daily', backup_retention_days: 7 },
      { rule_id: 'monthly', backup_retention_days: 365 },
    ],
    [{ rule_id: 'daily', backup_retention_days: 7 }],
    'backups are taken less often or kept for a shorter time, by rules: monthly',
  ],
  [
    'rules that suffice each instead of together',
    'google_bigtable_gc_policy',
    'gc_rules',
    '{"mode":"intersection","rules":[{"max_age":"24h"},{"max_version":10}]}',
    '{"mode":"union","rules":[{"max_age":"24h"},{"max_version":10}]}',
    'its rules delete more cells, or earlier',
  ],
  [
    'columns of a record, in another order and case',
    'google_bigquery_table',
    'schema',
    '[{"name":"id"},{"name":"address","type":"RECORD","fields":[{"name":"street"},{"name":"city"}]}]',
    '[{"name":"address","type":"RECORD","fields":[{"name":"City"}]},{"name":"ID"}]',
    'columns that it no longer has: address.street',
  ],
  [
    'an inline pool that is new',
    'google_container_cluster',
    'node_pool',
    [{ name: 'apps', management: [{ auto_repair: true }] }],
    [
      { name: 'apps', management: [{ auto_repair: true }] },
      { name: 'batch', management: [{ auto_repair: false }] },
    ],
    '',
  ],
  [
    'a further statement that drops a table',
    'google_spanner_database',
    'ddl',
    ['CREATE TABLE a (id INT64) PRIMARY KEY (id)'],
    ['CREATE TABLE a (id INT64) PRIMARY KEY (id)', 'DROP  TABLE a', 'ALTER TABLE b DROP COLUMN c', 'DROP INDEX d'],
    'new statements delete data: DROP TABLE a; ALTER TABLE b DROP COLUMN c',
  ],
  [
    'a further statement that lets rows expire',
    'google_spanner_database',
    'ddl',
    ['CREATE TABLE a (id INT64) PRIMARY KEY (id)'],
    [
      'CREATE TABLE a (id INT64) PRIMARY KEY (id)',
      'ALTER TABLE a DROP ROW DELETION POLICY',
      'ALTER TABLE a ADD ROW DELETION POLICY (OLDER_THAN(t, INTERVAL 1 DAY))',
    ],
    'new statements delete data: ALTER TABLE a ADD ROW DELETION POLICY (OLDER_THAN(t, INTERVAL 1 DAY))',
  ],
  [
    'a stateful disk that is gone',
    'google_compute_instance_group_manager',
    'stateful_disk',
    [{ device_name: 'data' }, { device_name: 'logs' }],
    [{ device_name: 'logs' }],
    'disks are no longer kept when VM instances are recreated or deleted: data',
  ],
];

test.each(COMPARISONS)('%s is compared', (_what, type, path, before, after, clauses) => {
  const names = path.split('.');
  const values = (value: unknown) => ({ name: 'a', ...nest(names, value) });
  const reasons = guard(plan([updated(`${type}.A`, values(before), values(after))]))
    .verdicts.filter(({ rule }) => READERS.includes(rule))
    .map(({ reason }) => reason);
  expect(reasons).toEqual(clauses === '' ? [] : [`a: ${clauses}`]);
});

test.each([
  ['google_firestore_field', { field: 'expiry', ttl_config: [{ state: 'ACTIVE' }] }, 'documents are deleted at the time in the field'],
  ['google_bigtable_gc_policy', { column_family: 'c', max_age: [{ duration: '1h' }] }, 'cells are kept 1h instead of forever'],
])('a new %s is a warning, since it applies to existing data', (type, values, clause) => {
  const verdicts = guard(plan([created(`${type}.A`, values)])).verdicts.map(({ severity, rule, reason }) => [severity, rule, reason]);
  expect(verdicts).toEqual([['warn', 'backup-weakened', `A: ${clause}`]]);
});

test('a new field without an expiry is no finding', () => {
  expect(guard(plan([created('google_firestore_field.A', { field: 'name', ttl_config: [] })])).verdicts).toEqual([]);
});
