import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack, TerraformVariable } from 'cdktf';
import * as library from '../../lib';
import { evaluateBlock } from '../../lib/terraform/values';
import { Synthesized } from '../support/synthesized';
import { ITEM, KEY, listTextParameters, listTextProps, type Step, VALUE } from '../support/text-inputs';

const { Port, HelmChart, PrivateCluster, ControlPlaneAccess } = library;

/** Stack with what the constructs need, and a reference for texts that have one. */
class InputStack extends TerraformStack {
  public readonly reference = new TerraformVariable(this, 'planted', { type: 'string' }).stringValue;
  public readonly provider: GoogleProvider;
  public readonly project: library.Project;
  public readonly network: library.INetwork;

  constructor() {
    super(new App(), 'staging');
    this.provider = new GoogleProvider(this, 'Google');
    this.project = new library.Project(this, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
    this.network = library.Network.fromName(this, 'Network', {
      project: this.project,
      region: 'europe-west1',
      name: 'staging',
      dataRange: '10.0.16.0/22',
    });
  }

  public cluster(): library.INodePoolCluster {
    return PrivateCluster.fromName(this, 'Cluster', { network: this.network, name: 'apps', endpoint: '10.0.0.2' });
  }

  public namespace(): library.AppNamespace {
    return new library.AppNamespace(this, 'Namespace', { cluster: this.cluster() });
  }

  public workload(): library.Workload {
    return new library.Workload(this, 'Workload', { namespace: this.namespace(), image: 'registry/app:1.0', port: Port.tcp(80) });
  }

  public helmApp(chart: library.HelmChart): library.HelmApp {
    return new library.HelmApp(this, 'Subject', { namespace: this.namespace(), chart });
  }
}

const POD = {
  image: 'registry/app:1.0',
  secrets: { PASSWORD: { secretName: 'database', key: 'password' } },
  secretFiles: { '/etc/keys': 'keys' },
  tolerations: [{ key: 'a', value: 'b', effect: 'NoSchedule' }],
};

type Props = Readonly<Record<string, unknown>>;

/** Valid props, with an item in each list and map of objects, and the call that takes them. */
const CONSTRUCTS: Readonly<Record<string, (stack: InputStack) => readonly [props: Props, create: (props: never) => unknown]>> = {
  ProjectProps: (stack) => [
    { projectId: 'parking-apps', projectNumber: '21' },
    (props) => new library.Project(stack, 'Subject', props).enable('compute.googleapis.com'),
  ],
  NetworkProps: (stack) => [{ project: stack.project, region: 'europe-west1' }, (props) => new library.Network(stack, 'Subject', props)],
  NetworkFromNameProps: (stack) => [
    { project: stack.project, region: 'europe-west1', name: 'other', dataRange: '10.0.16.0/22', controlPlaneRange: '10.0.20.0/28' },
    (props) => {
      const network = library.Network.fromName(stack, 'Subject', props);
      new PrivateCluster(stack, 'Cluster', { network, access: ControlPlaneAccess.privateIp({ authorizedRanges: {} }) }).addNodePool(
        'Pool',
        {
          maxNodes: 3,
        },
      );
      ring(stack, { network });
    },
  ],
  PeerProps: (stack) => [
    { ranges: ['10.200.0.0/16'] },
    (props) => stack.workload().allowTo(new library.Peer(stack, 'Subject', props), Port.tcp(80)),
  ],
  PrivateClusterProps: (stack) => [
    { network: stack.network, maintenanceExclusions: { freeze: { start: '2030-12-01T00:00:00Z', end: '2030-12-05T00:00:00Z' } } },
    (props) => new PrivateCluster(stack, 'Subject', props).addNodePool('Pool', { maxNodes: 3 }),
  ],
  ClusterFromNameProps: (stack) => [
    { network: stack.network, name: 'other', endpoint: '10.0.0.3' },
    (props) => {
      const cluster = PrivateCluster.fromName(stack, 'Subject', props);
      cluster.nodePools.list();
      new library.AppNamespace(stack, 'Namespace', { cluster });
      new library.NodePool(stack, 'Pool', { cluster, maxNodes: 3 });
    },
  ],
  NodePoolProps: (stack) => [
    {
      cluster: stack.cluster(),
      maxNodes: 3,
      taints: [{ key: 'a', value: 'b', effect: 'NO_SCHEDULE' }],
      loadProfile: { otherwise: 0, periods: [{ days: ['monday'], fromHour: 8, toHour: 19, share: 1 }] },
    },
    (props) => new library.NodePool(stack, 'Subject', props),
  ],
  AppNamespaceProps: (stack) => [{ cluster: stack.cluster() }, (props) => new library.AppNamespace(stack, 'Subject', props)],
  WorkloadProps: (stack) => [
    { ...POD, namespace: stack.namespace(), port: Port.tcp(80), ports: { metrics: Port.tcp(90) } },
    (props) => new library.Workload(stack, 'Subject', props),
  ],
  ScheduledJobProps: (stack) => [
    { ...POD, namespace: stack.namespace(), schedule: '0 3 * * *' },
    (props) => new library.ScheduledJob(stack, 'Subject', props),
  ],
  HelmAppProps: (stack) => [
    {
      namespace: stack.namespace(),
      chart: HelmChart.repository({ repository: 'https://charts.example.com', name: 'chart', version: '1.0.0' }),
      port: Port.tcp(80),
    },
    (props) => new library.HelmApp(stack, 'Subject', props).allowFrom(library.Peer.googleLoadBalancers(stack)),
  ],
  PublicEndpointProps: (stack) => [
    { workload: stack.workload(), hostName: 'api.example.com', dnsZoneName: 'example-com' },
    (props) => new library.PublicEndpoint(stack, 'Subject', props),
  ],
  PersistentDiskProps: (stack) => [
    { project: stack.project, zone: 'europe-west1-b', sizeGiB: 100 },
    (props) => new library.PersistentDisk(stack, 'Subject', props),
  ],
  SnapshotScheduleProps: (stack) => [
    { project: stack.project, region: 'europe-west1' },
    (props) => {
      const disk = new library.PersistentDisk(stack, 'Disk', { project: stack.project, zone: 'europe-west1-b', sizeGiB: 100 });
      new library.SnapshotSchedule(stack, 'Subject', props).protect(disk);
    },
  ],
  CassandraRingProps: (stack) => [{ settings: { memtable: 1 } }, (props) => ring(stack, props)],
  BackupArchiveProps: (stack) => [
    { project: stack.project, name: 'parking-archive', location: 'europe-west1' },
    (props) => new library.BackupArchive(stack, 'Subject', props),
  ],
  SnapshotSetProps: (stack) => [
    { ring: ring(stack, {}, 'Ring'), alerts: true, notificationChannels: ['projects/parking-staging/notificationChannels/1'] },
    (props) => new library.SnapshotSet(stack, 'Subject', props),
  ],
  SnapshotSetCopiesProps: (stack) => [
    {
      ...{ project: stack.project, sourceProjectId: 'parking-other', ringName: 'ring', zone: 'europe-west4-b' },
      notificationChannels: ['projects/parking-staging/notificationChannels/1'],
    },
    (props) => new library.SnapshotSetCopies(stack, 'Subject', props),
  ],
};

function ring(stack: InputStack, props: Partial<library.CassandraRingProps>, id = 'Subject'): library.CassandraRing {
  const nodes = { b1: { zone: 'europe-west1-b', address: '10.0.16.10' } };
  return new library.CassandraRing(stack, id, { network: stack.network, replicationFactor: 1, nodes, ...props });
}

type Call = (stack: InputStack, value: never) => unknown;

/** Calls of methods and functions with the value of a parameter. */
const CALLS: Readonly<Record<string, Call>> = {
  'AllowedConnection.between(reason)': (stack, reason) =>
    library.AllowedConnection.between(
      library.Peer.googleLoadBalancers(stack).connections,
      stack.workload().connections,
      Port.tcp(80),
      reason,
    ),
  'AppNamespace#claimAppName(name)': (stack, name) => stack.namespace().claimAppName(stack, name),
  'AppNamespace#grantRole(role)': (stack, role) => stack.namespace().grantRole(role),
  'Connectable#allowFrom(options)': (stack, options) => stack.workload().allowFrom(ring(stack, {}), options),
  'Connectable#allowFrom(portOrOptions)': (stack, options) => stack.workload().allowFrom(ring(stack, {}), options),
  'Connectable#allowFrom(reason)': (stack, reason) => stack.workload().allowFrom(ring(stack, {}), undefined, reason),
  'Connectable#allowTo(options)': (stack, options) => stack.workload().allowTo(ring(stack, {}), options),
  'Connectable#allowTo(portOrOptions)': (stack, options) => stack.workload().allowTo(ring(stack, {}), options),
  'Connectable#allowTo(reason)': (stack, reason) => stack.workload().allowTo(ring(stack, {}), undefined, reason),
  'Connections#allowFrom(options)': (stack, options) => stack.workload().connections.allowFrom(ring(stack, {}), options),
  'Connections#allowFrom(portOrOptions)': (stack, options) => stack.workload().connections.allowFrom(ring(stack, {}), options),
  'Connections#allowFrom(reason)': (stack, reason) => stack.workload().connections.allowFrom(ring(stack, {}), undefined, reason),
  'Connections#allowTo(options)': (stack, options) => stack.workload().connections.allowTo(ring(stack, {}), options),
  'Connections#allowTo(portOrOptions)': (stack, options) => stack.workload().connections.allowTo(ring(stack, {}), options),
  'Connections#allowTo(reason)': (stack, reason) => stack.workload().connections.allowTo(ring(stack, {}), undefined, reason),
  'ControlPlaneAccess.peering(options)': (stack, options: object) =>
    new PrivateCluster(stack, 'Subject', {
      network: stack.network,
      access: ControlPlaneAccess.peering({ range: '172.16.0.0/28', authorizedRanges: {}, ...options }),
    }).addNodePool('Pool', { maxNodes: 3 }),
  'ControlPlaneAccess.privateIp(options)': (stack, options: object) =>
    new PrivateCluster(stack, 'Subject', {
      network: stack.network,
      access: ControlPlaneAccess.privateIp({ authorizedRanges: {}, ...options }),
    }).addNodePool('Pool', { maxNodes: 3 }),
  'HelmChart.local(folder)': (stack, folder) => stack.helmApp(HelmChart.local(folder)),
  'HelmChart.repository(props)': (stack, props: object) =>
    stack.helmApp(HelmChart.repository({ repository: 'https://charts.example.com', name: 'chart', version: '1.0.0', ...props })),
  'PrivateCluster#addNodePool(id)': (stack, id) =>
    new PrivateCluster(stack, 'Subject', { network: stack.network }).addNodePool(id, { maxNodes: 3 }),
  'PrivateCluster#grantConnect(member)': (stack, member) => stack.cluster().grantConnect(member),
  'PrivateCluster.fromName(id)': (stack, id) => {
    const cluster = PrivateCluster.fromName(stack, id, { network: stack.network, name: 'apps', endpoint: '10.0.0.2' });
    new library.AppNamespace(stack, 'Namespace', { cluster });
  },
  'Project#enable(api)': (stack, api) => stack.project.enable(api),
  'Project.fromId(id)': (stack, id) => library.Project.fromId(stack, id, { projectId: 'parking-apps', projectNumber: '21' }),
  'Network.fromName(id)': (stack, id) =>
    library.Network.fromName(stack, id, { project: stack.project, region: 'europe-west1', name: 'other' }),
  'setDefaultLabels(labels)': (stack, labels) => library.setDefaultLabels(stack.provider, labels),
  'Workload#annotateService(key)': (stack, key) => stack.workload().annotateService(key, 'a'),
  'Workload#annotateService(value)': (stack, value) => stack.workload().annotateService('example.com/team', value),
};

/** Interfaces of what methods and functions take: their parameters have the cases. */
const OF_PARAMETERS: readonly string[] = [
  'ConnectionOptions',
  'HelmRepositoryChart',
  'PeeringAccessOptions',
  'PrivateIpAccessOptions',
  'ProtectedAddressesProps',
];

/** Parameters without a call of their own, with the reason. */
const WITHOUT_CALL: Readonly<Record<string, string>> = {
  'AppNamespace#podsEndpoint(labels)': 'the labels of an endpoint, below',
  'Network.fromName(props)': 'NetworkFromNameProps',
  'PrivateCluster#addNodePool(options)': 'NodePoolProps',
  'PrivateCluster.fromName(props)': 'ClusterFromNameProps',
  'Project.fromId(props)': 'ProjectProps',
  'isStateCode(value)': 'writes nothing',
  'requireProtectedAddresses(props)': 'writes notes, which Terraform ignores',
};

/** Texts that Terraform does not get, with the reason. */
const NOT_WRITTEN: Readonly<Record<string, string>> = {
  'AppNamespace#claimAppName(name)': 'a name that is claimed',
  'ClusterFromNameProps controlPlaneKind': 'a choice',
  'Network.fromName(id)': 'an id, of which names take letters and digits',
  'PrivateCluster#addNodePool(id)': 'an id, of which names take letters and digits',
  'PrivateCluster.fromName(id)': 'an id, of which names take letters and digits',
  'Project.fromId(id)': 'an id, of which names take letters and digits',
};

/** Names by which messages call a parameter. */
const NAMES: Readonly<Record<string, string>> = {
  'AppNamespace#grantRole(role)': 'roles',
  'HelmChart.local(folder)': 'chart',
  'PrivateCluster#addNodePool(id)': 'name',
  'setDefaultLabels(labels)': 'defaultLabels',
};

/** Texts that Terraform would evaluate. */
const PLANTS: readonly ((reference: string) => string)[] = [
  () => `\${file("/etc/passwd")}`,
  () => '%{ if true }x%{ endif }',
  (reference) => `\${file("/etc/passwd")} ${reference} $${reference} %{ if true }`,
];

/** Returns a copy of a value with a text at one place. */
function plant(value: unknown, [step, ...steps]: readonly Step[], text: string): unknown {
  if (step === undefined) return text;
  if (step === ITEM) return [plant(Array.isArray(value) ? value[0] : undefined, steps, text)];
  const map = (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as Props;
  const [key = 'a', member = 'a'] = Object.entries(map)[0] ?? [];
  if (step === KEY) return { [text]: member };
  return step === VALUE ? { [key]: plant(map[key], steps, text) } : { ...map, [step]: plant(map[step], steps, text) };
}

/** Texts in synthesized JSON, keys included. References that the cases plant are `<reference>`. Notes are left out. */
function textsOf(json: unknown): string[] {
  if (typeof json === 'string') return [json.replaceAll(`\${"$"}`, '$').replaceAll(`\${var.planted}`, '<reference>')];
  if (Array.isArray(json)) return json.flatMap(textsOf);
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => (key === '//' ? [] : [...textsOf(key), ...textsOf(value)]));
}

/** Checks that a text is refused, or that each place of the JSON that has it evaluates to it. */
function check(stack: InputStack, name: string, steps: readonly Step[], text: string, create: () => unknown): void {
  let json: unknown;
  try {
    create();
    json = Synthesized.from(stack).json;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationError') throw error;
    const names = [NAMES[name.split(' ')[0]!] ?? /\((\w+)\)/.exec(name)?.[1], ...steps].filter((step) => /^\w/.test(step ?? ''));
    expect(error.message).toMatch(new RegExp(`^'[^']*(${names.join('|')})`));
    expect(error.message).toMatch(/ \(at staging.*\)$/s);
    return;
  }
  const literal = text.replaceAll(stack.reference, '<reference>');
  const written = textsOf(json).filter((each) => /passwd|if true/.test(each));
  for (const each of written) {
    const evaluated = evaluateBlock(each);
    expect(evaluated).toEqual(expect.any(String));
    // A name takes letters and digits of an id.
    if (name in NOT_WRITTEN) continue;
    const quoted = JSON.stringify(literal).slice(1, -1);
    expect([literal, quoted].some((found) => (evaluated as string).includes(found))).toBe(true);
  }
  expect(written.length > 0 || name in NOT_WRITTEN).toBe(true);
}

const props = Object.entries(listTextProps())
  .filter(([name]) => !OF_PARAMETERS.includes(name))
  .flatMap(([name, ways]) => ways.map((steps) => [`${name} ${steps.join('.')}`, name, steps] as const));
const parameters = Object.entries(listTextParameters()).flatMap(([name, ways]) =>
  ways.map((steps) => [`${name} ${steps.join('.')}`.trim(), name, steps] as const),
);

describe('a text with templates of Terraform is refused or evaluates to itself', () => {
  test.each(props)('%s', (title, name, steps) => {
    for (const textOf of PLANTS) {
      const stack = new InputStack();
      const [valid, create] = CONSTRUCTS[name]!(stack);
      const text = textOf(stack.reference);
      check(stack, title, steps, text, () => create(plant(valid, steps, text) as never));
    }
  });

  test.each(parameters.filter(([, name]) => !(name in WITHOUT_CALL)))('%s', (title, name, steps) => {
    for (const textOf of PLANTS) {
      const stack = new InputStack();
      const text = textOf(stack.reference);
      check(stack, title, steps, text, () => CALLS[name]!(stack, plant(undefined, steps, text) as never));
    }
  });
});

describe('a text with templates of Terraform is refused in the endpoint of a construct of the app:', () => {
  const PODS = { kind: 'pods', namespaceName: 'billing', namespaceReference: 'billing', labels: { app: 'billing' }, nodeTag: 'gke-apps' };
  const INSTANCES = { kind: 'instances', serviceAccountEmail: 'a@example.com', addresses: { a: '10.0.16.9' }, byAddress: true };
  const RANGES = { kind: 'ranges', ranges: ['10.200.0.0/16'], except: ['10.200.1.0/24'] };

  test.each([
    ['namespaceName', PODS, []],
    ['namespaceReference', PODS, []],
    ['nodeTag', PODS, []],
    ['labels', PODS, [KEY]],
    ['labels', PODS, [VALUE]],
    ['serviceAccountEmail', INSTANCES, []],
    ['addresses', INSTANCES, [VALUE]],
    ['ranges', RANGES, [ITEM]],
    ['except', RANGES, [ITEM]],
    ['name', RANGES, []],
  ])('%s', (member, valid, steps) => {
    for (const textOf of PLANTS) {
      const stack = new InputStack();
      const { name, ...endpoint } = plant(valid, [member, ...steps], textOf(stack.reference)) as { name?: string };
      class Subject extends library.Connectable {
        public readonly connections = new library.Connections(this, {
          name,
          endpoint: () => ({ ...endpoint, network: stack.network, kubernetesProvider: stack.provider }) as unknown as library.Endpoint,
        });
      }
      const client = ring(stack, {});
      const server = new Subject(stack, 'Server');
      const prop = member === 'except' ? 'ranges' : member;
      expect(() => client.allowTo(server, Port.tcp(80))).toThrow(
        expect.objectContaining({ name: 'ValidationError', message: expect.stringMatching(new RegExp(`^'${prop}`)) }),
      );
    }
  });
});

test('each interface of props and each parameter has a case', () => {
  expect(props.length).toBeGreaterThan(180);
  expect(Object.keys(CONSTRUCTS).sort()).toEqual([...new Set(props.map(([, name]) => name))].sort());
  expect(OF_PARAMETERS.filter((name) => !(name in listTextProps()))).toEqual([]);
  expect(Object.keys({ ...CALLS, ...WITHOUT_CALL }).sort()).toEqual([...new Set(parameters.map(([, name]) => name))].sort());
});
