import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Consumer, node, ROOT, run, tool } from './consumer';

let consumer: Consumer;
let files: string[];

beforeAll(() => {
  consumer = Consumer.install();
  files = run('tar', ['-tzf', consumer.tarball])
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''))
    .sort();
});

afterAll(() => consumer?.remove());

/** Files below a folder of this repository, with `/` on every system. */
function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(ROOT.length + 1)
        .replaceAll('\\', '/'),
    );
}

describe('the tarball', () => {
  test('holds the compiled library, the command, the charts, the template and its workflows, and documents, and nothing else', () => {
    const compiled = sources('lib')
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => ['.js', '.d.ts'].map((extension) => `dist/${file.replace(/\.ts$/, extension)}`));
    const charts = sources('lib/charts').filter((file) => !file.endsWith('.ts'));
    const workflows = ['deploy', 'drill', 'preview', 'preview-plan'].map((name) => `.github/workflows/${name}.yml`);
    const guides = sources('docs').filter((file) => /^docs\/((decisions\/)?[^/]+|reference\/cli)\.md$/.test(file));
    const others = ['lib/cli/gke-platform.js', 'CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    expect(files).toEqual(
      [...compiled, ...charts, ...sources('template'), ...workflows, ...sources('scripts/ci'), ...guides, ...others].sort(),
    );
  });

  test('holds every chart', () => {
    const charts = readdirSync(join(ROOT, 'lib/charts'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(charts.length).toBeGreaterThan(0);
    for (const { name } of charts) expect(files).toContain(`lib/charts/${name}/Chart.yaml`);
  });

  test('satisfies publint', () => {
    expect(node([tool('publint/src/cli.js'), 'run', '--strict', consumer.tarball])).toContain('All good!');
  });

  test('satisfies attw, for importers of both module kinds', () => {
    expect(() => node([tool('@arethetypeswrong/cli/dist/index.js'), '--profile', 'node16', consumer.tarball])).not.toThrow();
  });

  test('names no provider type in its declarations, examples in comments aside', () => {
    const declarations = files.filter((file) => file.endsWith('.d.ts'));
    const naming = declarations.filter((file) => {
      const text = readFileSync(consumer.path('node_modules/cdktf-gke-platform', file), 'utf8');
      return text.replace(/\/\*\*[\s\S]*?\*\//g, '').includes('@cdktf/provider-');
    });
    expect(declarations.length).toBeGreaterThan(100);
    expect(naming).toEqual([]);
  });
});

describe('a repository that installs it', () => {
  test('has one engine, the lowest supported one, and its own bindings', () => {
    const installed = (name: string): string =>
      JSON.parse(readFileSync(consumer.path('node_modules', name, 'package.json'), 'utf8')).version;
    expect(installed('@cdktf/provider-google')).toBe('16.12.1');
    expect(installed('@cdktf/provider-kubernetes')).toBe('12.1.1');
    expect(installed('@cdktf/provider-helm')).toBe('12.1.2');
    expect(installed('cdktf')).toBe('0.21.0');
    expect(existsSync(consumer.path('node_modules/cdktf-gke-platform/node_modules'))).toBe(false);
  });

  test('compiles and synthesizes the examples of README and guides', () => {
    consumer.copy('test/docs', '.');
    consumer.compile('first-stack.ts', 'own-repository.ts', 'own-stack.ts');
    const { tickets } = consumer.synth('own-repository.js') as Record<string, { resource: Record<string, object> }>;
    expect(Object.keys(tickets!.resource)).toEqual(
      expect.arrayContaining([
        'google_compute_network',
        'google_container_cluster',
        'google_container_node_pool',
        'kubernetes_namespace_v1',
      ]),
    );
  });

  test('can import it from an ES module', () => {
    consumer.write('app.mjs', `import { Network } from 'cdktf-gke-platform';\nconsole.log(typeof Network);\n`);
    expect(node(['app.mjs'], { cwd: consumer.folder })).toBe('function\n');
  });

  test.each([
    ['--help', /sandbox/],
    ['--version', new RegExp(`^${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version}\n$`)],
  ])('has the command: gke-platform %s', (option, output) => {
    expect(run('npx', ['--no-install', 'gke-platform', option], { cwd: consumer.folder })).toMatch(output);
  });

  test('loads the constructs without the tools', () => {
    const loaded = node(['-e', `require('cdktf-gke-platform'); console.log(JSON.stringify(Object.keys(require.cache)))`], {
      cwd: consumer.folder,
    });
    const modules: string[] = JSON.parse(loaded);
    const tools = /cdktf-gke-platform\/dist\/lib\/(sandbox|cli|testing)\/|node_modules\/(@grpc|@msgpack|commander|protobufjs)\//;
    expect(modules.filter((file) => tools.test(file))).toEqual([]);
    expect(modules.filter((file) => /@cdktf\/provider-[a-z]+\/lib\/index\.js$/.test(file))).toEqual([]);
  });
});

describe('the public names', () => {
  /** Every name, types included, that a declaration file exports. */
  function exported(declaration: string): string[] {
    const text = readFileSync(declaration, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const own = [...text.matchAll(/^export (?:declare )?(?:abstract )?(?:class|interface|function|const|type|enum) (\w+)/gm)].map(
      (match) => match[1]!,
    );
    const named = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap((match) =>
      match[1]!.split(',').map((name) =>
        name
          .trim()
          .replace(/^type /, '')
          .replace(/^.* as /, ''),
      ),
    );
    const all = [...text.matchAll(/^export \* from '([^']*)'/gm)].flatMap((match) => {
      const target = join(dirname(declaration), match[1]!);
      return exported(existsSync(`${target}.d.ts`) ? `${target}.d.ts` : join(target, 'index.d.ts'));
    });
    return [...new Set([...own, ...named, ...all])].filter((name) => name !== '').sort();
  }

  const names = (folder: string): string[] => exported(consumer.path('node_modules/cdktf-gke-platform/dist/lib', folder, 'index.d.ts'));

  test('of the constructs', () => {
    expect(names('.')).toEqual([
      'AllowedConnection',
      'AppNamespace',
      'AppNamespaceProps',
      'AuditCategory',
      'AuthConsistencyLevel',
      'AuthorizedRanges',
      'BackupArchive',
      'BackupArchiveProps',
      'CassandraNode',
      'CassandraNodeSettings',
      'CassandraRing',
      'CassandraRingNode',
      'CassandraRingProps',
      'ClusterFromNameProps',
      'Connectable',
      'ConnectionOptions',
      'Connections',
      'ConnectionsProps',
      'ControlPlane',
      'ControlPlaneAccess',
      'ControlPlaneKind',
      'DEFAULT_CASSANDRA_VERSION',
      'DEFAULT_IMAGE',
      'DailyStartHour',
      'DefaultNamespace',
      'DefaultNamespaceProps',
      'DiskType',
      'Edge',
      'Endpoint',
      'ExistingDatacenter',
      'FirewallLogging',
      'HelmApp',
      'HelmAppProps',
      'HelmChart',
      'HelmRepositoryChart',
      'HelmValues',
      'HoursBetweenCopies',
      'HoursBetweenSets',
      'ICluster',
      'IConnectable',
      'IConnection',
      'INetwork',
      'INodePoolCluster',
      'IPersistentDisk',
      'IProject',
      'ISubnet',
      'InstancesEndpoint',
      'IpPlanProps',
      'LoadPeriod',
      'LoadProfile',
      'LocationPolicy',
      'LoggingComponent',
      'MachinesEndpoint',
      'Maintenance',
      'MaintenanceDay',
      'MaintenanceExclusion',
      'MaintenanceExclusionScope',
      'MaintenanceOptions',
      'ManagedPrometheus',
      'MonitoringComponent',
      'Network',
      'NetworkFromNameProps',
      'NetworkProps',
      'NodePool',
      'NodePoolOptions',
      'NodePoolProps',
      'NodePools',
      'NodeTaint',
      'NodeTemplate',
      'OwnerRole',
      'Participant',
      'Peer',
      'PeerProps',
      'PeeringAccessOptions',
      'PersistentDisk',
      'PersistentDiskProps',
      'PodDemand',
      'PodProps',
      'PodRequirements',
      'PodResources',
      'PodSecurity',
      'PodTemplate',
      'PodsEndpoint',
      'PoolOfNodes',
      'Port',
      'PrivateCluster',
      'PrivateClusterProps',
      'PrivateIpAccessOptions',
      'Probe',
      'Project',
      'ProjectProps',
      'ProtectedAddressesProps',
      'ProtectionExemption',
      'Protocol',
      'PublicEndpoint',
      'PublicEndpointProps',
      'RangesEndpoint',
      'RefusedError',
      'Release',
      'ReleaseChannel',
      'Repair',
      'ReportedError',
      'RuleExemption',
      'STATE_CODES',
      'ScheduledJob',
      'ScheduledJobProps',
      'SecretKey',
      'SettingValue',
      'SnapshotSchedule',
      'SnapshotScheduleProps',
      'SnapshotSet',
      'SnapshotSetCopies',
      'SnapshotSetCopiesProps',
      'SnapshotSetProps',
      'StateCode',
      'StateKind',
      'Toleration',
      'UpgradeStrategy',
      'ValidationError',
      'Waiver',
      'Weekday',
      'Workload',
      'WorkloadProps',
      'findProtectedAddresses',
      'isStateCode',
      'protectedAddressesOf',
      'reportFailedValidations',
      'requireOutputFolder',
      'requirePlannableAtOnce',
      'requirePolicy',
      'requireProtectedAddresses',
      'setDefaultLabels',
      'stateKind',
      'waive',
    ]);
  });

  test('of the sandbox', () => {
    expect(names('sandbox')).toEqual([
      'AdvancedTime',
      'AnsweredCall',
      'ApiFault',
      'Applied',
      'CloudResource',
      'Configuration',
      'Fault',
      'KubernetesRequest',
      'LocalComputeEngine',
      'LocalComputeEngineOptions',
      'LocalVm',
      'OperationError',
      'PlannedChanges',
      'Refusal',
      'RefusedError',
      'ReportedError',
      'ResourceChange',
      'Sandbox',
      'SandboxError',
      'SandboxOptions',
      'ScheduledSnapshot',
      'SecretManager',
      'TerraformError',
      'VmStatus',
      'WaitOptions',
      'missingForVms',
    ]);
  });

  test('of the test helpers', () => {
    expect(names('testing')).toEqual(['Block', 'PortText', 'Reachability', 'ReachabilityError', 'ResourceClass', 'Synthesized']);
  });
});
