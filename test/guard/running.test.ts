import { guard } from '../../lib/guard';
import { CUSTOM_RESOURCE_RUNNING, GENERIC_RUNNING, isNotApplicable, RESOURCE_TYPES, type Running } from '../../lib/resource-types';
import { Bindings } from '../../lib/sandbox/bindings';
import type { BlockSchema } from '../../lib/sandbox/schema';
import { created, deleted, findVerdicts, type HandMadeChange, kept, plan, updated } from './hand-made';

type Row = readonly [title: string, types: readonly string[], running: Running];

/** Every argument of every type that keeps it running, and those of any type on a type that is unknown. */
const ROWS: readonly Row[] = [
  ...RESOURCE_TYPES.flatMap(({ names, running }) =>
    running === undefined || isNotApplicable(running) ? [] : running.map((each) => [names, each] as const),
  ),
  ...GENERIC_RUNNING.map((running) => [['future_server'], running] as const),
].map(([types, running]): Row => [`${types[0]} ${running.path.join('.')}`, types, running]);

/** A value that keeps it running, and one that stops it. */
function examplesOf({ safe }: Running): { runs: unknown; stops: unknown } {
  if ('compare' in safe) return { runs: safe.examples.strong, stops: safe.examples.weak };
  if ('set' in safe) return { runs: 'a', stops: undefined };
  if ('all' in safe) return { runs: ['a', 'b'], stops: ['a'] };
  if ('ranked' in safe) return { runs: safe.ranked[0]![0], stops: 'OTHER' };
  if (!('oneOf' in safe)) throw new Error('no example');
  const runs = safe.oneOf[0];
  return { runs, stops: typeof runs === 'boolean' ? !runs : 'OTHER' };
}

/** Resource with a value at a path, as blocks in lists. */
function nest([name, ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  return { [name!]: rest.length === 0 ? value : [nest(rest, value)] };
}

const findings = (...changes: HandMadeChange[]) =>
  guard(plan(changes))
    .verdicts.filter(({ rule }) => rule === 'service-stopped')
    .map(({ severity, reason }) => `${severity} ${reason}`);

/** Arguments of which every change stops what uses the earlier value. */
const isAnyChange = ({ path, safe }: Running): boolean =>
  'compare' in safe && path[0] !== 'schedule' && (typeof safe.examples.strong === 'string' || ['conditions', 'labels'].includes(path[0]!));

describe.each(ROWS)('%s', (_title, [type], running) => {
  const { runs, stops } = examplesOf(running);
  const at = (value: unknown) => ({ name: 'a', ...nest(running.path, value) });
  const expected = [expect.stringMatching(new RegExp(`^${running.severity ?? 'warn'} .+: .+`))];

  test('a value that stops it is reported, and the way back is not', () => {
    expect(findings(updated(`${type}.A`, at(runs), at(stops)))).toEqual(expected);
    const back = findings(updated(`${type}.A`, at(stops), at(runs)));
    expect(back).toEqual(isAnyChange(running) ? expected : []);
  });

  test('an unknown value is reported', () => {
    const more = { change: { after_unknown: nest(running.path, true) } };
    expect(findings(updated(`${type}.A`, at(runs), { [running.path[0]!]: undefined }, more))).toEqual([
      expect.stringContaining('is unknown until apply'),
    ]);
  });

  test('a new resource is reported only when it stops another one', () => {
    expect(findings(updated(`${type}.A`, at(runs), { description: 'b' }))).toEqual([]);
    if (running.alsoNew !== true) expect(findings(created(`${type}.A`, at(stops)))).toEqual([]);
  });
});

test('no type has two entries of one path', () => {
  const titles = ROWS.map(([title]) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

/** Fields that the typed resource of the provider does not have. */
const OF_MANIFESTS: readonly string[] = ['kubernetes_job spec.suspend'];

test('paths are arguments of the provider', () => {
  const bindings = new Bindings();
  const hasPath = (schema: BlockSchema, [name, ...rest]: readonly string[]): boolean => {
    const block = schema.blocks[name!]?.block;
    return name! in schema.attributes || (block !== undefined && (rest.length === 0 || hasPath(block, rest)));
  };
  const unknown = ROWS.filter(([, types, { path }]) => {
    const schemas = types.flatMap((type) => bindings.resource(type) ?? []);
    return schemas.length > 0 && !schemas.some((schema) => hasPath(schema, path));
  });
  expect(unknown.map(([title]) => title)).toEqual(OF_MANIFESTS);
});

describe('amounts', () => {
  const replicas = (was: unknown, is: unknown) =>
    findings(updated('kubernetes_deployment_v1.A', { spec: [{ replicas: was }] }, { spec: [{ replicas: is }] }));

  test.each([
    ['6', '3', ['warn a workload: replicas: 3 instead of 6']],
    ['3', '0', ['warn a workload: replicas: 0 instead of 3']],
    ['1', '0', ['warn a workload: replicas: 0 instead of 1']],
    ['3', '2', []],
    ['2', '3', []],
    ['0', '0', []],
    ['3', undefined, []],
  ])('from %s to %s', (was, is, expected) => {
    expect(replicas(was, is)).toEqual(expected);
  });

  const quota = (was: object | undefined, is: object) =>
    was === undefined
      ? findings(created('kubernetes_resource_quota_v1.Q', { spec: [{ hard: is }] }))
      : findings(updated('kubernetes_resource_quota_v1.Q', { spec: [{ hard: was }] }, { spec: [{ hard: is }] }));

  test.each([
    [{ 'requests.cpu': '24' }, { 'requests.cpu': '2400m' }, 'limit of requests.cpu: 2400m instead of 24'],
    [{ 'requests.memory': '96Gi' }, { 'requests.memory': '960Mi' }, 'limit of requests.memory: 960Mi instead of 96Gi'],
    [{ pods: '60' }, { pods: '60', services: '0' }, 'limit of services: 0'],
    [undefined, { pods: '0' }, 'limit of pods: 0'],
  ])('a quota of %p becomes %p', (was, is, expected) => {
    expect(quota(was, is)).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    [{ 'requests.cpu': '1' }, { 'requests.cpu': '1000m' }],
    [{ 'requests.memory': '1Gi' }, { 'requests.memory': '1024Mi' }],
    [undefined, { pods: '60' }],
    [{ pods: '60' }, {}],
  ])('a quota of %p may become %p', (was, is) => {
    expect(quota(was, is)).toEqual([]);
  });

  test.each([
    [{ max_node_count: 6, total_max_node_count: 0 }, { max_node_count: 0, total_max_node_count: 18 }, 0],
    [{ max_node_count: 0, total_max_node_count: 18 }, { max_node_count: 0, total_max_node_count: 2 }, 1],
    [{ min_node_count: 3, max_node_count: 6 }, { min_node_count: 0, max_node_count: 6 }, 0],
  ])('the maximum of a node pool: %p becomes %p', (was, is, count) => {
    const pool = updated('google_container_node_pool.P', { name: 'p', autoscaling: [was] }, { autoscaling: [is] });
    expect(findings(pool)).toHaveLength(count);
  });
});

describe('manifests', () => {
  const manifest = (apiVersion: string, kind: string, spec: object) => ({
    manifest: { apiVersion, kind, metadata: { name: 'a', namespace: 'b' }, spec },
  });

  test('a kind that is known has the arguments of its type', () => {
    const [was, is] = [3, 0].map((replicas) => manifest('apps/v1', 'Deployment', { replicas }));
    expect(findings(updated('kubernetes_manifest.M', was!, is!))).toEqual(['warn a workload (a): replicas: 0 instead of 3']);
  });

  test.each(CUSTOM_RESOURCE_RUNNING.map((running) => [running.path.join('.'), running] as const))(
    'a custom resource: %s',
    (_path, running) => {
      const { runs, stops } = examplesOf(running);
      const body = (value: unknown) => {
        const [last, ...outer] = [...running.path.slice(1)].reverse();
        const spec = outer.reduce((inner: object, name) => ({ [name]: inner }), { [last!]: value });
        return manifest('cassandra.example.org/v1', 'CassandraDatacenter', spec);
      };
      expect(findings(updated('kubernetes_manifest.M', body(runs), body(stops)))).toEqual([
        expect.stringContaining(running.path.join('.')),
      ]);
      expect(findings(updated('kubernetes_manifest.M', body(stops), body(runs)))).toEqual([]);
    },
  );
});

test('a deletion is reported once', () => {
  expect(findings(deleted('kubernetes_deployment_v1.A', { metadata: [{ name: 'a' }], spec: [{ replicas: 3 }] }))).toHaveLength(1);
});

test('a quota of 0 stops what runs in a namespace, and nothing in a new one', () => {
  const quota = created('kubernetes_resource_quota_v1.Quota', {
    metadata: [{ name: 'quota', namespace: 'billing' }],
    spec: [{ hard: { 'services.loadbalancers': '0' } }],
  });
  const namespace = { metadata: [{ name: 'billing' }] };
  const found = (change: HandMadeChange) =>
    findVerdicts('service-stopped', [quota, change]).map(({ severity, reason }) => `${severity} ${reason}`);
  expect(found(kept('kubernetes_namespace_v1.Billing', namespace))).toEqual([
    'warn a resource quota (quota): limit of services.loadbalancers: 0',
  ]);
  expect(found(created('kubernetes_namespace_v1.Billing', namespace))).toEqual([]);
});
