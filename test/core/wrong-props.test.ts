import { runInNewContext } from 'node:vm';
import { App, DataTerraformRemoteStateGcs, Lazy, TerraformLocal, TerraformStack, TerraformVariable, Token } from 'cdktf';
import { Construct } from 'constructs';
import * as library from '../../lib';
import { PROP_TYPES, type PropType, REQUIRED_MEMBERS } from '../../lib/core/prop-types';
import { describeValue } from '../../lib/core/require-props';
import { ExampleFixture } from '../docs/example-fixture';
import { Synthesized } from '../support/synthesized';

const fixture = new ExampleFixture('/nonexistent');
const { project, network, cluster, namespace, stack, ring } = fixture;

let apps = 0;

/** A name of its own for each app. */
function nextName(): string {
  apps++;
  return `app-${apps}`;
}

type Create = (scope: Construct, props: never) => unknown;

/** Valid props of each construct, and the call that takes them. */
const CONSTRUCTS: Readonly<Partial<Record<keyof typeof PROP_TYPES, readonly [Create, Readonly<Record<string, unknown>>]>>> = {
  ProjectProps: [(scope, props) => new library.Project(scope, 'Subject', props), { projectId: 'parking-staging', projectNumber: '21' }],
  NetworkProps: [(scope, props) => new library.Network(scope, 'Subject', props), { project, region: 'europe-west1' }],
  NetworkFromNameProps: [
    (scope, props) => library.Network.fromName(scope, 'Subject', props),
    { project, region: 'europe-west1', name: 'network' },
  ],
  PeerProps: [(scope, props) => new library.Peer(scope, 'Subject', props), { ranges: ['10.200.0.0/16'] }],
  PrivateClusterProps: [(scope, props) => new library.PrivateCluster(scope, 'Subject', props), { network }],
  ClusterFromNameProps: [
    (scope, props) => library.PrivateCluster.fromName(scope, 'Subject', props),
    { network, name: 'cluster', endpoint: 'gke-1.europe-west1.gke.goog' },
  ],
  NodePoolProps: [(scope, props) => new library.NodePool(scope, 'Subject', props), { cluster, maxNodes: 3 }],
  AppNamespaceProps: [(scope, props) => new library.AppNamespace(scope, 'Subject', props), { cluster }],
  DefaultNamespaceProps: [(scope, props) => new library.DefaultNamespace(scope, 'Subject', props), { cluster }],
  WorkloadProps: [(scope, props) => new library.Workload(scope, 'Subject', props), { image: 'registry/app:1.0' }],
  ScheduledJobProps: [
    (scope, props) => new library.ScheduledJob(scope, 'Subject', props),
    { image: 'registry/app:1.0', schedule: '0 3 * * *' },
  ],
  HelmAppProps: [
    (scope, props) => new library.HelmApp(scope, 'Subject', props),
    { chart: library.HelmChart.repository({ repository: 'https://charts.example.com', name: 'chart', version: '1.0.0' }) },
  ],
  PublicEndpointProps: [(scope, props) => new library.PublicEndpoint(scope, 'Subject', props), { hostName: 'api.example.com' }],
  PersistentDiskProps: [
    (scope, props) => new library.PersistentDisk(scope, 'Subject', props),
    { project, zone: 'europe-west1-b', sizeGiB: 100 },
  ],
  SnapshotScheduleProps: [(scope, props) => new library.SnapshotSchedule(scope, 'Subject', props), { project, region: 'europe-west1' }],
  CassandraRingProps: [
    (scope, props) => new library.CassandraRing(scope, 'Subject', props),
    { network, replicationFactor: 1, nodes: { b1: { zone: 'europe-west1-b' } } },
  ],
  BackupArchiveProps: [
    (scope, props) => new library.BackupArchive(scope, 'Subject', props),
    { project, name: 'parking-archive', location: 'europe-west1' },
  ],
  SnapshotSetProps: [(scope, props) => new library.SnapshotSet(scope, 'Subject', props), { ring }],
  SnapshotSetCopiesProps: [
    (scope, props) => new library.SnapshotSetCopies(scope, 'Subject', props),
    { project, sourceProjectId: 'parking-other', ringName: 'ring', zone: 'europe-west4-b' },
  ],
};

/** Valid props of a construct, with the constructs that it can use once. */
function validProps(type: string): Readonly<Record<string, unknown>> {
  const [, props] = CONSTRUCTS[type as keyof typeof PROP_TYPES]!;
  const name = nextName();
  if ('namespace' in PROP_TYPES[type as keyof typeof PROP_TYPES]) return { namespace, name, ...props };
  if (type !== 'PublicEndpointProps') return props;
  return { workload: new library.Workload(stack, name, { namespace, image: 'registry/app:1.0', port: library.Port.tcp(80) }), ...props };
}

/** Strings that may be empty: values of taints and tolerations, and props whose empty value is none. */
const MAY_BE_EMPTY = [
  'ClusterFromNameProps.clusterCaCertificate',
  'ConnectionOptions.reason',
  'NodePoolProps.diskKmsKey',
  'NodePoolProps.minCpuPlatform',
  'NodeTaint.value',
  'PrivateClusterProps.googleGroupsSecurityGroup',
  'PrivateClusterProps.minVersion',
  'PrivateClusterProps.notificationTopic',
  'PrivateClusterProps.secretsKmsKey',
  'PublicEndpointProps.securityPolicyName',
  'SnapshotScheduleProps.storageLocation',
  'Toleration.value',
];

/** Valid items, around the member that a case gives a wrong value. */
const VALID: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  CassandraRingNode: { zone: 'europe-west1-b' },
  LoadPeriod: { days: ['monday'], fromHour: 8, toHour: 19, share: 0.6 },
  LoadProfile: { otherwise: 0.2, periods: [] },
  MaintenanceExclusion: { start: '2026-12-01T00:00:00Z', end: '2026-12-05T00:00:00Z', scope: 'NO_UPGRADES' },
  NodeTaint: { key: 'a', value: 'b', effect: 'NO_SCHEDULE' },
  SecretKey: { secretName: 'database', key: 'password' },
  Toleration: { key: 'a' },
};

/** Wrong values of a type, each in the form that a prop of the type takes. */
function wrongValues(type: PropType, name: string): unknown[] {
  if (typeof type !== 'string') {
    if ('oneOf' in type) return [null, 5, {}, '', 'nonsense'];
    if ('listOf' in type) return [null, 5, 'text', {}, ...wrongValues(type.listOf, `${name}.*`).map((item) => [item])];
    if ('mapOf' in type) return [null, 5, 'text', ['a'], ...wrongValues(type.mapOf, `${name}.*`).map((item) => ({ b1: item }))];
    throw new Error(`a case for ${JSON.stringify(type)} is missing`);
  }
  switch (type) {
    case 'string':
      return [null, Number.NaN, 5, true, {}, ['a'], '[object Object]', ...(isFreeText(name) ? [] : MISSING), ...(isProp(name) ? [''] : [])];
    case 'number':
      return [null, Number.NaN, Number.POSITIVE_INFINITY, '5', 'many', true, {}, [5]];
    case 'boolean':
      return [null, 0, 1, 'false', {}, []];
    case 'object':
      return [null, 5, 'text', []];
    case 'any':
      return [null, Number.NaN];
    default:
      if (Object.hasOwn(REQUIRED_MEMBERS, type)) return [null, 5, 'text', {}, [], { node: {} }];
      return [null, 5, 'text', [], ...wrongObjects(type, VALID[type]!)];
  }
}

/** Texts that come from a missing value. */
const MISSING = ['undefined', 'null', 'NaN', 'undefined-b', 'a-undefined', 'a/undefined/b'];

/** Tests for texts in which `undefined` and `NaN` are valid. */
function isFreeText(name: string): boolean {
  return /\.(reason|(args|command|environment)\.\*)$/.test(name);
}

function isProp(name: string): boolean {
  return !name.endsWith('.*') && !MAY_BE_EMPTY.includes(name);
}

/** Copies of a valid object, each with one wrong or missing member. */
function wrongObjects(type: string, valid: Readonly<Record<string, unknown>>): object[] {
  return Object.entries<PropType>(PROP_TYPES[type as keyof typeof PROP_TYPES]).flatMap(([key, memberType]) => {
    const prop = key.replace('?', '');
    const missing = key.endsWith('?') ? [] : [undefined];
    return [...missing, ...wrongValues(memberType, `${type}.${prop}`)].map((value) => ({ ...valid, [prop]: value }));
  });
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, item) =>
    item === undefined || Number.isNaN(item) || item === Number.POSITIVE_INFINITY ? `${item}` : item,
  );
}

const CASES = Object.entries(CONSTRUCTS).flatMap(([type, [create]]) =>
  Object.entries<PropType>(PROP_TYPES[type as keyof typeof PROP_TYPES]).flatMap(([key, memberType]) => {
    const prop = key.replace('?', '');
    const values = [...(key.endsWith('?') ? [] : [undefined]), ...wrongValues(memberType, `${type}.${prop}`)];
    return values.map((value) => ({ type, prop, value, create }));
  }),
);

function problemOf(create: Create, props: object | undefined | null): string {
  const scope = new TerraformStack(new App({ outdir: '/nonexistent' }), 'case');
  try {
    create(scope, props as never);
    return 'accepted';
  } catch (error) {
    return error instanceof library.ValidationError ? error.message : `${error}`;
  }
}

test('every construct of the library is tested', () => {
  const NO_PROPS = ['AllowedConnection', 'Connectable', 'ControlPlane', 'ManagedPrometheus', 'CassandraNode'];
  const constructs = Object.entries(library).flatMap(([name, value]) =>
    typeof value === 'function' && 'isConstruct' in value && name !== 'Edge' ? [name] : [],
  );
  const sources = Object.values(CONSTRUCTS).map(([create]) => `${create}`);
  expect(constructs.filter((name) => !NO_PROPS.includes(name) && !sources.some((source) => source.includes(`.${name}`)))).toEqual([]);
});

test.each(Object.keys(CONSTRUCTS))('valid props are accepted: %s', (type) => {
  const [create] = CONSTRUCTS[type as keyof typeof PROP_TYPES]!;
  expect(problemOf(create, validProps(type))).toBe('accepted');
});

test.each(Object.keys(CONSTRUCTS))('wrong values of each prop are refused with construct and prop: %s', (type) => {
  const cases = CASES.filter((each) => each.type === type);
  const problems = cases.flatMap(({ prop, value, create }) => {
    const problem = problemOf(create, { ...validProps(type), [prop]: value });
    return problem.startsWith(`'${prop}`) && problem.endsWith('(at case/Subject)') ? [] : [`${prop} = ${show(value)}: ${problem}`];
  });
  expect(cases.length).toBeGreaterThan(3);
  expect(problems).toEqual([]);
});

test.each(Object.keys(CONSTRUCTS))('absent props are refused: %s', (type) => {
  const [create] = CONSTRUCTS[type as keyof typeof PROP_TYPES]!;
  for (const props of [undefined, null, 'text', []]) {
    expect(problemOf(create, props as never)).toMatch(/^'\w+' must be .* got .* \(at case\/Subject\)$/);
  }
});

test.each(Object.keys(CONSTRUCTS))('misspelt props are refused with the nearest name: %s', (type) => {
  const [create] = CONSTRUCTS[type as keyof typeof PROP_TYPES]!;
  const valid = validProps(type);
  for (const key of Object.keys(PROP_TYPES[type as keyof typeof PROP_TYPES])) {
    const prop = key.replace('?', '');
    const misspelt = `${prop}${prop.at(-1)}`;
    expect(problemOf(create, { ...valid, [misspelt]: 'x' })).toBe(
      `'${misspelt}' must be a prop of ${type}, got 'x'; did you mean '${prop}'? (at case/Subject)`,
    );
  }
});

test('tokens of the expected type are valid', () => {
  const [create] = CONSTRUCTS.WorkloadProps!;
  const props = {
    ...validProps('WorkloadProps'),
    image: Token.asString({ resolve: () => 'registry/app:1.0' }),
    minReplicas: Token.asNumber({ resolve: () => 2 }),
    args: Token.asList({ resolve: () => ['a'] }),
    environment: { A: Token.asString({ resolve: () => 'a' }) },
    waitForRollout: { resolve: () => true, creationStack: [], toString: () => '' },
  };
  expect(problemOf(create, { ...props, maxReplicas: props.minReplicas })).toBe('accepted');
});

test('tokens of the type any are valid and become expressions', () => {
  const scope = new TerraformStack(new App({ outdir: '/nonexistent' }), 'any');
  const variable = new TerraformVariable(scope, 'variable', {});
  const local = new TerraformLocal(scope, 'local', variable.value);
  const remote = new DataTerraformRemoteStateGcs(scope, 'remote', { bucket: 'states' });
  const provided = library.PrivateCluster.fromName(scope, 'Cluster', {
    network: library.Network.fromName(scope, 'Network', { project, region: variable.value, name: local.expression }),
    name: remote.getString('cluster'),
    endpoint: variable.value,
  });
  const workload = new library.Workload(scope, 'Workload', {
    namespace: new library.AppNamespace(scope, 'Namespace', { cluster: provided, labels: { team: variable.value } }),
    image: variable.value,
    port: library.Port.tcp(80),
    environment: {
      VARIABLE: variable.value,
      LOCAL: local.expression,
      REMOTE: remote.get('a') as never,
      NUMBER: variable.numberValue as never,
    },
    command: [variable.value, 'run'],
    args: Lazy.anyValue({ produce: () => variable.listValue }) as never,
  });
  workload.allowFrom(library.Peer.googleLoadBalancers(scope), { reason: variable.value });
  const json = Synthesized.from(scope).json;
  const [deployment] = Object.values<{ spec: { template: { spec: { container: object[] } } } }>(json.resource.kubernetes_deployment_v1);
  expect(deployment!.spec.template.spec.container[0]).toMatchObject({
    image: `\${var.variable}`,
    env: [
      { name: 'LOCAL', value: `\${local.local}` },
      { name: 'NUMBER', value: `\${var.variable}` },
      { name: 'REMOTE', value: `\${data.terraform_remote_state.remote.outputs.a}` },
      { name: 'VARIABLE', value: `\${var.variable}` },
    ],
    command: [`\${var.variable}`, 'run'],
    args: `\${var.variable}`,
  });
  expect(JSON.stringify(json)).toContain(`"description":"\${var.variable}"`);
});

test('members of an implementation of the app are not read before their use', () => {
  class LazyCluster extends Construct implements library.ICluster {
    public readonly created: string[] = [];
    public readonly clusterName = 'apps';
    public readonly location = 'europe-west1';
    public readonly network = network;
    public readonly project = project;
    public readonly nodeTag = 'gke-apps';
    public readonly workloadPool = 'parking.svc.id.goog';
    public readonly apiServer = cluster.apiServer;
    public readonly controlPlaneKind = 'psc';
    public readonly kubernetesProvider = cluster.kubernetesProvider;
    public get helmProvider(): library.ICluster['helmProvider'] {
      this.created.push('helm');
      throw new Error('this cluster has no charts');
    }
    public grantConnect() {}
    public workloadsReady() {
      return [];
    }
  }
  const lazy = new LazyCluster(stack, 'Lazy');
  new library.AppNamespace(stack, 'LazyNamespace', { cluster: lazy });
  expect(lazy.created).toEqual([]);
  expect(() => fixture.billing.allowFrom({ connections: undefined } as never)).toThrow("'client' must be an IConnectable, got {}");
});

test('props that are an instance of a class may have more members, and literal props methods', () => {
  class PodSettings {
    readonly #registry = 'registry';
    public readonly namespace = namespace;
    public readonly team = 'billing';
    public get image() {
      return `${this.#registry}/app:1.0`;
    }
    public toString() {
      return this.image;
    }
  }
  const other = new library.Project(stack, 'Other', { projectId: 'parking-staging', projectNumber: '21' });
  expect(() => new library.Workload(stack, 'FromClass', new PodSettings())).not.toThrow();
  const imported = library.Project.fromId(stack, 'FromProject', other);
  expect(library.Project.fromId(stack, 'FromImported', imported)).toMatchObject({ projectId: 'parking-staging' });
  const literal = { namespace, image: 'registry/app:1.0', toString: () => 'app' };
  expect(() => new library.Workload(stack, 'FromLiteral', literal)).not.toThrow();
  const nested = { PASSWORD: Object.assign(Object.create({ describe: () => '' }), { secretName: 'app', key: 'password', rotated: true }) };
  expect(() => new library.Workload(stack, 'Nested', { ...literal, secrets: nested })).not.toThrow();
  expect(() => new library.Workload(stack, 'Unknown', { ...new PodSettings(), image: 'registry/app:1.0' })).toThrow(
    "'team' must be a prop of WorkloadProps, got 'billing' (at staging/Unknown)",
  );
});

test('objects of another realm, with the prototype of process.env, or of anonymous classes are objects', () => {
  const inherited = Object.create(process.env, { TEAM: { value: 'billing', enumerable: true } });
  const objects: Readonly<Record<string, object>> = {
    Realm: runInNewContext("({ TEAM: 'billing' })"),
    Clone: structuredClone({ TEAM: 'billing' }),
    Environment: inherited,
    Anonymous: new (class {
      TEAM = 'billing';
    })(),
    Prototype: Object.assign(Object.create(null), { TEAM: 'billing' }),
  };
  const chart = library.HelmChart.repository({ repository: 'https://charts.example.com', name: 'chart', version: '1.0.0' });
  for (const [id, value] of Object.entries(objects)) {
    expect(() => new library.Workload(stack, id, { namespace, image: 'registry/app:1.0', environment: { ...value } })).not.toThrow();
    expect(
      () => new library.Workload(stack, `${id}Map`, { namespace, image: 'registry/app:1.0', environment: value as never }),
    ).not.toThrow();
    expect(() => new library.HelmApp(stack, `${id}App`, { namespace, chart, values: value as never })).not.toThrow();
  }
  const props = runInNewContext("({ image: 'registry/app:1.0', imag: 'x', probe: [] })");
  expect(() => new library.Workload(stack, 'OtherRealm', Object.assign(props, { namespace }))).toThrow(
    "'probe' must be one of http, tcp, none, got []",
  );
  delete props.probe;
  expect(() => new library.Workload(stack, 'OtherRealmMisspelt', props)).toThrow("'imag' must be a prop of WorkloadProps, got 'x'");
});

test.each([
  [new (class {})(), 'an object'],
  [Object.create(Object.create(null)), '{}'],
  [Object.create(Object.create(Object.create(null))), 'an object'],
  [Object.create(process.env), 'an object'],
  [new Map([['a', 'b']]), 'Map'],
  [new Date(0), 'Date'],
  [new (class extends Construct {})(stack, 'Nameless'), 'a construct staging/Nameless'],
])('the description of an object has no empty name: %#', (value, description) => {
  expect(describeValue(value)).toBe(description);
  expect(() => new library.Workload(stack, nextName(), { namespace, image: value as never })).toThrow(`, got ${description} (at`);
});

describe('a text of a missing value', () => {
  const newWorkload = (props: object) => problemOf(CONSTRUCTS.WorkloadProps![0], { ...validProps('WorkloadProps'), ...props });

  test.each([
    [{ image: 'ghcr.io/undefined-labs/app:1.0' }],
    [{ image: 'ghcr.io/nullable/nano:1.0' }],
    [{ environment: { A: 'undefined', B: 'NaN', C: 'null', D: '/undefined/' } }],
    [{ args: ['undefined', '--default=null'], command: ['NaN'] }],
    [{ probePath: '/undefined-behavior' }],
    [{ name: 'undefinedness' }],
  ])('may be part of a name, or a free text: %p', (props) => {
    expect(newWorkload(props)).toBe('accepted');
  });

  test('may be part of a host name or a reason', () => {
    const endpoint = validProps('PublicEndpointProps');
    expect(() => new library.PublicEndpoint(stack, 'OfUndefined', { ...endpoint, hostName: 'app.undefined.dev' } as never)).not.toThrow();
    expect(() => fixture.billing.allowTo(library.Peer.internet(stack), { port: library.Port.tcp(443), reason: 'null' })).not.toThrow();
  });

  test.each([
    [{ image: 'ghcr.io/undefined/app:1.0' }],
    [{ image: 'ghcr.io/labs/app:undefined' }],
    [{ name: 'undefined-app' }],
    [{ name: 'app-undefined' }],
    [{ name: 'null' }],
    [{ probePath: '/undefined' }],
    [{ nodeLabels: { team: 'undefined' } }],
    [{ environment: { A: '[object Object]' } }],
  ])('is refused as an identifier, or its segment, first or last word: %p', (props) => {
    expect(newWorkload(props)).toMatch(/^'\S+' must be a value that is set, as undefined, null, NaN and objects are no texts, got '/);
  });
});

test.each(
  MAY_BE_EMPTY.filter((name) => !name.endsWith('.value')).map(
    (name) => name.split('.') as [keyof typeof CONSTRUCTS | 'ConnectionOptions', string],
  ),
)('an empty text is none: %s.%s', (type, prop) => {
  if (type === 'ConnectionOptions') {
    const client = new library.Workload(stack, nextName(), { namespace, image: 'registry/app:1.0' });
    expect(() => client.allowTo(fixture.billing, { [prop]: '' })).not.toThrow();
  } else expect(problemOf(CONSTRUCTS[type]![0], { ...validProps(type), [prop]: '' })).not.toContain(`'${prop}'`);
});

test('a subclass may have props of its own, and only in their place', () => {
  class CachedWorkload extends library.Workload {
    constructor(scope: Construct, id: string, props: library.WorkloadProps & { readonly cacheSize: number }) {
      super(scope, id, props);
    }
  }
  const props = { namespace, image: 'registry/app:1.0', cacheSize: 3 };
  expect(() => new CachedWorkload(stack, 'Cached', props)).not.toThrow();
  expect(() => new library.Workload(stack, 'Plain', props)).toThrow("'cacheSize' must be a prop of WorkloadProps, got 3");
  const secrets = { PASSWORD: { secretName: 'app', key: 'password', kye: 'x' } };
  expect(() => new CachedWorkload(stack, 'Misspelt', { ...props, secrets })).toThrow("'secrets.PASSWORD.kye' must be a prop of SecretKey");
});
