import { App, TerraformStack, TerraformVariable, Token } from 'cdktf';
import {
  AppNamespace,
  CassandraRing,
  ControlPlaneAccess,
  HelmApp,
  HelmChart,
  Network,
  NodePool,
  Peer,
  Port,
  PrivateCluster,
  requireProtectedAddresses,
  SnapshotSchedule,
  setDefaultLabels,
  ValidationError,
  Workload,
} from '../../lib';
import { ExampleFixture } from '../docs/example-fixture';

const { project, network, cluster, namespace, billing, stack, ring, schedule } = new ExampleFixture('/nonexistent');

let count = 0;

/** Message of the error, or `accepted`. Each case has a stack of its own. */
function problemOf(create: (scope: TerraformStack, name: string) => unknown): string {
  count++;
  try {
    create(new TerraformStack(new App({ outdir: '/nonexistent' }), 'case'), `n${count}`);
    return 'accepted';
  } catch (error) {
    return error instanceof ValidationError ? error.message : `raw: ${error}`;
  }
}

const newNetwork = (props: object) => (scope: TerraformStack) =>
  new Network(scope, 'Subject', { project, region: 'europe-west1', ...props } as never);
const newPool = (props: object) => (_: unknown, name: string) => new NodePool(stack, name, { cluster, maxNodes: 3, ...props } as never);
const newCluster = (props: object) => (scope: TerraformStack) => new PrivateCluster(scope, 'Subject', { network, ...props } as never);
const newNamespace = (props: object) => (_: unknown, name: string) => new AppNamespace(stack, name, { cluster, ...props } as never);
const newWorkload = (props: object) => (_: unknown, name: string) =>
  new Workload(stack, name, { namespace, image: 'registry/app:1.0', ...props } as never);
const newApp = (props: object) => (_: unknown, name: string) => {
  const chart = HelmChart.repository({ repository: 'https://charts.example.com', name: 'chart', version: '1.0.0' });
  return new HelmApp(stack, name, { namespace, chart, ...props } as never);
};
const newRing = (props: object) => (scope: TerraformStack) =>
  new CassandraRing(scope, 'Subject', { network, replicationFactor: 1, nodes: { b1: { zone: 'europe-west1-b' } }, ...props } as never);
const variable = new TerraformVariable(stack, 'planted', {});
const CIRCULAR: Record<string, unknown> = {};
CIRCULAR.again = CIRCULAR;
const ringSettings = (settings: object) => newRing({ settings });

describe('wrong values are refused with prop, rule and value', () => {
  test.each<[string, (scope: TerraformStack, name: string) => unknown, string]>([
    [
      'a period without days',
      newPool({ loadProfile: { otherwise: 0.1, periods: [{ days: [], fromHour: 8, toHour: 9, share: 1 }] } }),
      "'loadProfile.periods[0].days' must not be empty",
    ],
    [
      'CPU with a unit of memory',
      newNamespace({ quotaCpuRequests: '5Gi' }),
      "'quotaCpuRequests' must be an amount of CPU such as 500m or 2, got '5Gi'",
    ],
    ['CPU of a pod in Mi', newWorkload({ cpuRequest: '100Mi' }), "'cpuRequest' must be an amount of CPU"],
    [
      'thousandths of a byte',
      newWorkload({ memoryRequest: '100m' }),
      "'memoryRequest' must be an amount of memory such as 512Mi or 1Gi, got '100m'",
    ],
    ['a user id that is too large', newWorkload({ userId: 1e12 }), "'userId' must be at most 2147483647, got 1000000000000"],
    [
      'folders that give one name',
      newWorkload({ secretFiles: { '/a-b': 's', '/a/b': 's' } }),
      "'secretFiles' must not repeat a value, got 'a-b' twice",
    ],
    ['NaN in values of a chart', newApp({ values: { a: { b: Number.NaN } } }), "'values.b' must be a value of JSON, got NaN"],
    ['a function in values of a chart', newApp({ values: { a: () => 1 } }), "'values.a' must be a value of JSON, got a function"],
    ['a large integer in values of a chart', newApp({ values: { a: [{ b: 5n }] } }), "'values.b' must be a value of JSON, got 5"],
    ['a symbol in values of a chart', newApp({ values: { a: Symbol('x') } }), "'values.a' must be a value of JSON, got Symbol(x)"],
    ['circular values of a chart', newApp({ values: CIRCULAR }), "'values.again' must be a value of JSON, got an object (at staging/"],
    [
      'a reference to a list in values of a chart',
      newApp({ values: { a: variable.listValue } }),
      "'values.a' must be a value of JSON, got a ref",
    ],
    [
      'a reference to a map in values of a chart',
      newApp({ values: { a: Token.asStringMap(variable.value) } }),
      "'values.a' must be a value of JSON, got a reference to a list or map",
    ],
    [
      'a reference to an hour',
      newCluster({ maintenanceStartHourUtc: variable.numberValue }),
      "'maintenanceStartHourUtc' must be a number that",
    ],
    [
      'a reference to hours',
      newCluster({ maintenanceHours: variable.numberValue }),
      "'maintenanceHours' must be a number that is known at synth",
    ],
    ['a public range of nodes', newNetwork({ nodeRange: '8.8.0.0/16' }), "'nodeRange' must lie in a private range"],
    ['a public range of pods', newNetwork({ podRange: '34.0.0.0/14' }), "'podRange' must lie in a private range"],
    ['a public range of services', newNetwork({ serviceRange: '1.0.0.0/20' }), "'serviceRange' must lie in a private range"],
    ['a range that Google Cloud reserves', newNetwork({ nodeRange: '169.254.0.0/16' }), "'nodeRange' must not overlap 169.254.0.0/16"],
    ['no node zones', newCluster({ nodeZones: [] }), "'nodeZones' must not be empty (at case/Subject)"],
    ['no zones of a pool', newPool({ zones: [] }), "'zones' must not be empty"],
    ['labels of 64 characters', newCluster({ labels: { a: 'a'.repeat(64) } }), "'labels.a' must be at most 63"],
    ['the role of an owner for nodes', newCluster({ extraNodeRoles: ['roles/owner'] }), "'extraNodeRoles' must be roles of the services"],
    [
      'a role twice',
      newCluster({ extraNodeRoles: ['roles/a.b', 'roles/a.b'] }),
      "'extraNodeRoles' must not repeat a value, got 'roles/a.b'",
    ],
    ['the role of an editor for pods', newNamespace({ roles: ['roles/editor'] }), "'roles' must be roles of the services that are used"],
    [
      'a missing role',
      () => namespace.grantRole(undefined as never),
      "'roles' must be a role such as roles/pubsub.publisher, got undefined",
    ],
    ['a member that is none', () => cluster.grantConnect('undefined'), "'member' must be a member of IAM"],
    ['all users as members', () => cluster.grantConnect('allAuthenticatedUsers'), "'member' must be a member of IAM"],
    ['another effect of a taint', newPool({ taints: [{ key: 'a', value: 'b', effect: 'x' }] }), "'taints.a.effect' must be one of"],
    ['tags in upper case', newPool({ tags: ['Bad_Tag'] }), "'tags' must be lower case letters"],
    ['labels of GKE', newPool({ labels: { 'cloud.google.com/gke-nodepool': 'a' } }), "'labels' must not have labels that are set for you"],
    ['labels of podSecurity', newNamespace({ labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } }), "'labels' must not have"],
    [
      'labels of the ring',
      newRing({ labels: { 'cassandra-node': 'x' } }),
      "'labels' must not have labels that are set for you, got 'cassandra-node'",
    ],
    ['a number as a label', () => setDefaultLabels(stack as never, { a: 5 as never }), "'defaultLabels.a' must be at most 63"],
    [
      'port 0',
      newWorkload({ port: Port.tcp(0) }),
      "'port' must be a whole number from 1 to 65535, or an ascending range of them, got tcp/0 (at staging/",
    ],
    ['a text as a port number', newWorkload({ ports: { a: Port.tcp('80' as never) } }), "'ports.a' must be a whole number from 1 to 65535"],
    [
      'a descending range',
      () => billing.allowTo(Peer.internet(stack), Port.tcpRange(90, 80)),
      "'port' must be a whole number from 1 to 65535",
    ],
    [
      'a missing client',
      () => billing.allowFrom(undefined as never),
      "'client' must be an IConnectable, got undefined (at staging/FixtureBilling)",
    ],
    ['a missing server', () => billing.allowTo(null as never), "'server' must be an IConnectable, got null (at staging/FixtureBilling)"],
    [
      'a client without connections',
      () => billing.allowFrom(stack as never),
      "'client' must be an IConnectable, got TerraformStack staging",
    ],
    ['a number as a port', () => billing.allowFrom(ring, 80 as never), "'port' must be a Port, got 80 (at staging/FixtureBilling)"],
    [
      'a misspelt option',
      () => billing.allowFrom(ring, { prot: 80 } as never),
      "'prot' must be a prop of ConnectionOptions, got 80; did you mean 'port'?",
    ],
    ['a missing disk', () => schedule.protect(undefined as never), "'disk' must be an IPersistentDisk, got undefined"],
    [
      'access without options',
      newCluster({ access: ControlPlaneAccess.privateIp(undefined as never) }),
      "'props' must be an object of PrivateIpAccessOptions",
    ],
    [
      'access of a missing range',
      newCluster({ access: ControlPlaneAccess.peering({ authorizedRanges: {} } as never) }),
      "'range' must be a string",
    ],
    [
      'a chart without props',
      () => new HelmApp(stack, 'Chart1', { namespace, chart: HelmChart.repository(undefined as never) }),
      "'props' must be",
    ],
    [
      'a chart without a folder',
      () => new HelmApp(stack, 'Chart2', { namespace, chart: HelmChart.local(undefined as never) }),
      "'chart' must be a folder",
    ],
    ['no addresses to protect', () => requireProtectedAddresses(stack, {} as never), "'protectedAddresses' must be a list, got undefined"],
    ['a node with the name of a member', newRing({ nodes: { constructor: { zone: 'europe-west1-b' } } }), "'nodes' must not have the name"],
    [
      'a node named __proto__',
      newRing({ nodes: JSON.parse('{"__proto__":{"zone":"europe-west1-b"}}') }),
      "'nodes' must be lower case letters",
    ],
    ['a setting of null', ringSettings({ concurrent_reads: null }), "'settings.concurrent_reads' must be a value, got null"],
    [
      'a nested setting of null',
      ringSettings({ memtable: { a: null } }),
      "'settings.memtable.a' must be a text, a number, a boolean, a list or a map, got null",
    ],
    ['a setting of NaN', ringSettings({ concurrent_reads: Number.NaN }), "'settings.concurrent_reads' must be a value, got NaN"],
    ['a text for a number', ringSettings({ concurrent_reads: 'many' }), "'settings.concurrent_reads' must be a whole number, got 'many'"],
    [
      'a number for a flag',
      ringSettings({ materialized_views_enabled: 1 }),
      "'settings.materialized_views_enabled' must be true or false, got 1",
    ],
    [
      'a duration without a unit',
      ringSettings({ read_request_timeout: 5000 }),
      "'settings.read_request_timeout' must be a number with a unit",
    ],
    [
      'functions without a sandbox',
      ringSettings({ user_defined_functions_threads_enabled: false }),
      "'settings.user_defined_functions_threads_enabled' must be true",
    ],
    ['a command of the node', ringSettings({ full_query_logging_options: { archive_command: 'sh' } }), 'must not have archive_command'],
    [
      'a start hour that is none',
      (scope) => new SnapshotSchedule(scope, 'Subject', { project, region: 'europe-west1', startHourUtc: 'x' as never }),
      "'startHourUtc' must be one of 0, 4",
    ],
  ])('%s', (_, create, expected) => {
    expect(problemOf(create)).toContain(expected);
  });
});

test('a stack whose id begins with a digit is refused where a name is derived from it', () => {
  const numbered = new TerraformStack(new App({ outdir: '/nonexistent' }), '2prod');
  expect(() => new Network(numbered, 'Network', { project, region: 'europe-west1' })).toThrow(
    "'id' must begin with a letter in a stack or construct whose name in Google Cloud is derived from its path, got '2prod-network' (at 2prod/Network)",
  );
});

describe('values that are accepted for a reason', () => {
  test.each<[string, (scope: TerraformStack, name: string) => unknown]>([
    ['pods that Pod Security does not limit', newNamespace({ podSecurity: 'privileged' })],
    ["the range of Docker's bridge", newNetwork({ nodeRange: '172.17.0.0/16' })],
    [
      'public ranges of a network that exists',
      (scope) =>
        Network.fromName(scope, 'Subject', {
          project,
          region: 'europe-west1',
          name: 'shared',
          nodeRange: '25.0.0.0/20',
          podRange: '30.0.0.0/14',
          serviceRange: '26.0.0.0/20',
        }),
    ],
    ['versions of Pod Security', newNamespace({ labels: { 'pod-security.kubernetes.io/warn-version': 'v1.33' } })],
    ['a literal in the environment', newWorkload({ environment: { PASSWORD: 'example' } })],
    ['a workload that calls itself', () => billing.allowFrom(billing)],
    ["Cassandra's default of network_authorizer", ringSettings({ network_authorizer: 'AllowAllNetworkAuthorizer' })],
    ['user-defined functions in their sandbox', ringSettings({ user_defined_functions_enabled: true })],
    ['labels of other alphabets', newRing({ labels: { ägare: 'köp' } })],
    [
      'a long id of a stack',
      () =>
        new Network(new TerraformStack(new App({ outdir: '/nonexistent' }), 's'.repeat(70)), 'Network', {
          project,
          region: 'europe-west1',
        }),
    ],
  ])('%s', (_, create) => {
    expect(problemOf(create)).toBe('accepted');
  });
});
