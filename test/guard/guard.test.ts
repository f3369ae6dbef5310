import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { acknowledgements as ofTheEnvironments } from '../../environments/acknowledgements';
import { guardCommand } from '../../lib/cli/guard';
import { type Acknowledgement, formatGuardReport, type GuardOptions, guard } from '../../lib/guard';
import { created, deleted, kept, plan, replaced, updated } from './hand-made';

const disk = { name: 'data', zone: 'europe-west1-b' };
const DISK = 'google_compute_disk.Shop_Data_0123ABCD';
const destructive = plan([deleted(DISK, disk), deleted('kubernetes_namespace_v1.Shop', { metadata: [{ name: 'shop' }] })]);
const now = new Date('2026-11-22T12:00:00Z');

const acknowledgement = (changes: Partial<Acknowledgement> = {}): Acknowledgement => ({
  rule: 'stateful-destroyed',
  address: DISK,
  action: 'delete',
  reason: 'copied to the new disk',
  expires: '2026-11-30',
  ...changes,
});

const states = (...acknowledgements: Acknowledgement[]) =>
  guard(destructive, { acknowledgements, now }).acknowledgements.map(({ state }) => state);

describe('the guard', () => {
  test('reports findings in an order that does not depend on the plan', () => {
    const report = guard(destructive, { now });
    expect(report.isRefused).toBe(true);
    expect(report.verdicts.map(({ rule }) => rule)).toEqual(['namespace-destroyed', 'stateful-destroyed']);
    const changes = destructive.resource_changes as unknown[];
    expect(guard(plan([...changes].reverse() as never), { now })).toEqual(report);
  });

  test('reports construct paths when the configuration is given', () => {
    const synthesized = {
      '//': { metadata: { stackName: 'staging' } },
      resource: { google_compute_disk: { Shop_Data_0123ABCD: { '//': { metadata: { path: 'staging/Shop/Data/Resource' } } } } },
    };
    const [verdict] = guard(plan([deleted(DISK, disk)]), { synthesized }).verdicts;
    expect(verdict!.constructPath).toBe('Shop / Data');
    expect(guard(plan([deleted(DISK, disk)])).verdicts[0]).not.toHaveProperty('constructPath');
  });

  test('accepts a plan without changes', () => {
    expect(guard(plan([]))).toEqual({ verdicts: [], acknowledgements: [], isRefused: false });
  });

  test('names the rules that did not check all of a plan, and the input that they need', () => {
    const changes = [updated('google_compute_firewall.A', { name: 'a' }, { description: 'b' })];
    const rules = (json: unknown, options?: GuardOptions) => guard(json, options).notLookedAt?.map(({ rule }) => rule);
    const values = { root_module: { resources: [] } };
    expect(rules(plan(changes))).toEqual(['prevent-destroy-lost', 'newly-reachable']);
    expect(rules(plan(changes, { prior_state: { values } }), { synthesized: {} })).toEqual(['prevent-destroy-lost']);
    expect(rules(plan(changes), { synthesized: {}, base: {} })).toEqual(['newly-reachable']);
    expect(rules(plan(changes, { prior_state: { values } }), { synthesized: {}, base: {} })).toBeUndefined();
    expect(rules(plan([kept(DISK, disk)]))).toBeUndefined();
    expect(formatGuardReport(guard(plan(changes)))).toBe(
      [
        'Not looked at:',
        '  prevent-destroy-lost: prevent_destroy that was removed: the configurations before and after were not given (--config, --base)',
        '  newly-reachable: what the internet reaches by all rules together, before and after: no configuration was given (--config cdk.tf.json)',
        '',
        'No findings.',
      ].join('\n'),
    );
  });

  test.each([
    ['nothing', []],
    ['outputs_only', []],
    ['errored', ['unknown-plan plan']],
    ['targeted', ['unknown-plan plan']],
    ['deposed', ['stateful-destroyed google_compute_network.main']],
    ['renamed', ['stateful-destroyed google_compute_disk.data']],
  ])('reads a plan of Terraform: %s', (name, refused) => {
    const { plan: json } = JSON.parse(readFileSync(path.join(__dirname, '../preview/corpus', `${name}.json`), 'utf8')) as { plan: unknown };
    const { verdicts } = guard(json);
    expect(verdicts.filter(({ severity }) => severity === 'refuse').map(({ rule, address }) => `${rule} ${address}`)).toEqual(refused);
  });

  test('takes less than quadratic time in the number of changes', () => {
    const seconds = (count: number): number => {
      const changes = Array.from({ length: count }, (_, index) =>
        (index % 2 === 0 ? deleted : created)(`google_compute_disk.D${index}`, { ...disk, name: `d${index}` }),
      );
      const start = process.cpuUsage();
      expect(guard(plan(changes)).verdicts.length).toBe(count);
      return process.cpuUsage(start).user / 1e6;
    };
    seconds(2_500);
    expect(seconds(10_000) / seconds(2_500)).toBeLessThan(9);
  });
});

describe('an acknowledgement', () => {
  const refused = (...acknowledgements: Acknowledgement[]) =>
    guard(destructive, { acknowledgements, now })
      .verdicts.filter(({ acknowledgedBy }) => !acknowledgedBy)
      .map(({ rule }) => rule);

  test('accepts its finding, and keeps it in the report', () => {
    expect(refused(acknowledgement())).toEqual(['namespace-destroyed']);
    const both = [
      acknowledgement(),
      acknowledgement({ rule: 'namespace-destroyed', address: 'kubernetes_namespace_v1.Shop', reason: 'the shop closed' }),
    ];
    const report = guard(destructive, { acknowledgements: both, now });
    expect(report.isRefused).toBe(false);
    expect(report.verdicts.map(({ acknowledgedBy }) => acknowledgedBy?.reason).sort()).toEqual([
      'copied to the new disk',
      'the shop closed',
    ]);
  });

  test.each<[string, Partial<Acknowledgement>]>([
    ['another rule', { rule: 'namespace-destroyed' }],
    ['another address', { address: 'google_compute_disk.Shop_Data' }],
    ['a pattern', { address: 'google_compute_disk.*' }],
    ['another action', { action: 'replace' }],
  ])('matches nothing else: %s', (_what, changes) => {
    expect(refused(acknowledgement(changes))).toEqual(['namespace-destroyed', 'stateful-destroyed']);
    expect(states(acknowledgement(changes))).toEqual(['unmatched']);
  });

  test('without an action accepts every action on the address', () => {
    const { action, ...any } = acknowledgement({ owner: 'the shop team' });
    expect([action, refused(any)]).toEqual(['delete', ['namespace-destroyed']]);
  });

  test('is valid until the end of its last day, and is reported when it has expired', () => {
    expect(states(acknowledgement({ expires: '2026-11-22' }), acknowledgement({ expires: '2026-11-21' }))).toEqual(['used', 'expired']);
    expect(refused(acknowledgement({ expires: '2026-11-21' }))).toContain('stateful-destroyed');
  });

  test.each<[string, unknown, RegExp]>([
    ['no list', {}, /must be a list/],
    [
      'no reason',
      [acknowledgement({ reason: ' ' })],
      /'reason' of acknowledgement 1 of stateful-destroyed must be a text that is not empty, got " "/,
    ],
    ['nothing', [null], /'rule' of acknowledgement 1 must be a text that is not empty, got nothing/],
    ['no owner', [acknowledgement({ owner: '' })], /'owner' of acknowledgement 1 of stateful-destroyed must be .* got ""/],
    [
      'a day that is none',
      [acknowledgement({ expires: '2026-02-31' })],
      /'expires' of acknowledgement 1 of stateful-destroyed must be a date, YYYY-MM-DD, got "2026-02-31"/,
    ],
    ['no day', [acknowledgement({ expires: 'never' })], /got "never"/],
    [
      'an action that does not exist',
      [{ ...acknowledgement(), action: '' }],
      /'action' of acknowledgement 1 of stateful-destroyed must be one of create, .*, got ""/,
    ],
    [
      'a misspelt field, which would accept more',
      [{ ...acknowledgement({ action: undefined }), acton: 'create' }],
      /acknowledgement 1 of stateful-destroyed must have only the fields rule, address, .*, got 'acton'/,
    ],
  ])('fails with %s', (_what, acknowledgements, message) => {
    expect(() => guard(destructive, { acknowledgements: acknowledgements as Acknowledgement[] })).toThrow(message);
  });

  test('the acknowledgements of the environments are valid', () => {
    expect(() => guard(plan([]), { acknowledgements: ofTheEnvironments })).not.toThrow();
  });
});

describe('the text', () => {
  test('shows refusals with impact, recovery and remediation, and stale acknowledgements', () => {
    const acknowledgements = [acknowledgement(), acknowledgement({ rule: 'in-use' }), acknowledgement({ expires: '2020-01-01' })];
    const text = formatGuardReport(guard(destructive, { acknowledgements, now }));
    expect(text).toContain('refused namespace-destroyed: delete of kubernetes_namespace_v1.Shop\n  namespace shop is deleted');
    expect(text).toContain('  impact: everything in it');
    expect(text).toContain('  recovery: ');
    expect(text).toContain('  remediation: ');
    expect(text).toContain('  acknowledged until 2026-11-30: copied to the new disk');
    expect(text).toContain(`acknowledgement of in-use, delete of ${DISK}: matches nothing in this plan, remove it`);
    expect(text).toContain('expired on 2020-01-01');
    expect(text).toMatch(/Refused: 1 finding, 0 warnings, 1 acknowledged\.$/);
    expect(formatGuardReport(guard(plan([], { errored: true })))).toMatch(/^refused unknown-plan: plan\n/);
    expect(formatGuardReport(guard(plan([])))).toBe('No findings.');
    expect(formatGuardReport(guard(plan([kept(DISK, disk)])))).toMatch(/Not refused: 1 warning, 0 acknowledged\.$/);
  });

  test('folds findings that differ only in the names of their resources', () => {
    const disks = [...Array(52).keys()].map((index) =>
      deleted(`google_compute_disk.Data[${index}]`, { name: `data-${index}`, zone: 'europe-west1-b' }, { index }),
    );
    const members = [...Array(1000).keys()].map((index) =>
      created(`google_project_iam_member.Owner["user-${index}"]`, { project: 'p', role: 'roles/owner', member: `user:u${index}@x.org` }),
    );
    const everyone = created('google_project_iam_member.Everyone', { project: 'p', role: 'roles/owner', member: 'allUsers' });
    const report = guard(plan([...disks, ...members, everyone]));
    expect(report.verdicts).toHaveLength(1053);
    expect(report.verdicts.every(({ address, reason }) => address !== '' && !reason.includes('…'))).toBe(true);

    const text = formatGuardReport(report);
    expect(text).toContain(
      'refused stateful-destroyed: delete of 52 google_compute_disk: ' +
        'google_compute_disk.Data[0], google_compute_disk.Data[10], google_compute_disk.Data[11] and 49 more\n  a disk (…) is deleted',
    );
    expect(text).toContain('create of 1,000 google_project_iam_member: ');
    expect(text).toContain('and 997 more\n  … gets roles/owner');
    expect(text).toContain('create of google_project_iam_member.Everyone\n  allUsers gets roles/owner');
    expect(text).toMatch(/Refused: 1053 findings, 0 warnings, 0 acknowledged\.$/);
    expect(text.split('\n').length).toBeLessThan(30);
  });

  test('shows findings apart when they are few, of another kind, or one of them is acknowledged', () => {
    const disks = [...Array(5).keys()].map((index) => deleted(`google_compute_disk.Data[${index}]`, { name: `data-${index}` }));
    const replacements = [...Array(4).keys()].map((index) =>
      replaced(`google_compute_disk.Other[${index}]`, { name: `other-${index}` }, {}, { change: { replace_paths: [['type']] } }),
    );
    const apart = (changes: Parameters<typeof plan>[0], acknowledged: string[] = []): number => {
      const acknowledgements = acknowledged.map((address) => acknowledgement({ rule: 'stateful-destroyed', action: 'delete', address }));
      const text = formatGuardReport(guard(plan(changes), { acknowledgements, now }));
      return text.split('\n').filter((line) => /^\w+ stateful-destroyed: /.test(line)).length;
    };
    expect(apart(disks.slice(0, 3))).toBe(3);
    expect(apart(disks)).toBe(1);
    expect(apart(disks, ['google_compute_disk.Data[1]'])).toBe(2);
    expect(apart([...disks, ...replacements])).toBe(2);
  });

  test('escapes control characters in names from untrusted files', () => {
    const text = formatGuardReport(guard(plan([deleted('google_compute_disk.x["\u001b[2J\u202e"]', { name: 'a\u0007\nb' })])), {
      colours: true,
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(text.replace(/\u001b\[\d\d?m/g, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).toContain('a??b');
  });
});

describe('the command', () => {
  let folder: string;
  let out: string;
  let err: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'guard '));
    out = '';
    err = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += text;
      return true;
    });
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += text;
      return true;
    });
    process.exitCode = undefined;
  });

  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
    process.exitCode = undefined;
  });

  function file(name: string, content: unknown): string {
    const at = path.join(folder, name);
    writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content));
    return at;
  }

  async function run(...args: string[]): Promise<number> {
    out = '';
    err = '';
    process.exitCode = undefined;
    await guardCommand().parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  }

  test('exits with 0 for an accepted plan and 2 for a refused one, as text and as JSON', async () => {
    expect(await run('--plan-json', file('fine.json', plan([])))).toBe(0);
    expect(out).toBe('No findings.\n');
    const bad = file('bad.json', destructive);
    expect(await run('--plan-json', bad)).toBe(2);
    expect(out).toContain('Refused: 2 findings');
    expect(await run('--plan-json', bad, '--json')).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ isRefused: true, verdicts: [{ rule: 'namespace-destroyed' }, { rule: 'stateful-destroyed' }] });
    const [verdict] = (JSON.parse(out) as { verdicts: Record<string, unknown>[] }).verdicts;
    const { impact, recovery, remediation } = verdict!;
    expect(verdict).toMatchObject({
      impact: expect.stringContaining('everything in it'),
      lost: impact,
      comesBack: recovery,
      fix: remediation,
    });
    expect(await run('--plan-json', file('new.json', plan([], { format_version: '2.0' })))).toBe(2);
  });

  test('reads acknowledgements from JSON and from a compiled module', async () => {
    const bad = file('bad.json', plan([deleted(DISK, disk)]));
    const list = [acknowledgement({ expires: '2999-12-31' })];
    expect(await run('--plan-json', bad, '--acknowledgements', file('list.json', list))).toBe(0);
    const module = file('list.js', `exports.acknowledgements = ${JSON.stringify(list)};`);
    expect(await run('--plan-json', bad, '--acknowledgements', module)).toBe(0);
    expect(out).toContain('acknowledged until 2999-12-31');
  });

  test('fails with a message on unusable input', async () => {
    const fine = file('fine.json', plan([]));
    for (const [args, message] of [
      [['--plan-json', path.join(folder, 'none.json')], /cannot read/],
      [['--plan-json', file('broken.json', '{')], /cannot read/],
      [['--plan-json', fine, '--acknowledgements', 'environments/acknowledgements.ts'], /must be compiled/],
      [['--plan-json', fine, '--acknowledgements', file('empty.js', '')], /must export 'acknowledgements'/],
      [['--plan-json', fine, '--acknowledgements', path.join(folder, 'none.js')], /cannot load/],
      [['--plan-json', fine, '--acknowledgements', file('bad.json', [{}])], /'rule' of acknowledgement 1 must be/],
    ] as const) {
      expect(await run(...args)).toBe(1);
      expect(err).toMatch(message);
    }
  });
});
