import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, LocalBackend, TerraformStack, Testing } from 'cdktf';
import { CassandraRing, type CassandraRingProps, type StateCode } from '../../lib/cassandra';
import { Peer } from '../../lib/connectivity';
import { Project } from '../../lib/core/project';
import { Network, Port } from '../../lib/network';
import {
  findRing,
  type NodeShell,
  type Ring,
  RingSecrets,
  rebuildDatacenter,
  rollingRestart,
  SandboxShell,
  SecretManager,
} from '../../lib/operations';
import { compareDatacenters, describeComparison } from '../../lib/recovery';
import { type LocalVm, Sandbox } from '../../lib/sandbox';
import { SandboxFolder } from '../../lib/sandbox/sandbox-folder';
import { printTable, progress, step as take } from '../cassandra-vms/steps';

const PROJECT = { projectId: 'parking-staging', projectNumber: '210000000001' };
const REGION = 'europe-west1';
const OLD_ADDRESS = '10.10.8.11';
const NODES = { b: { zone: `${REGION}-b`, address: '10.10.8.21' }, c: { zone: `${REGION}-c`, address: '10.10.8.22' } };
const STORAGE = Port.tcp(7000);

/** A ring `old`, in place of one in Kubernetes, and a ring `parking`, which joins it. */
class MigrationStack extends TerraformStack {
  constructor(
    rings: { readonly joins?: CassandraRingProps['joins']; readonly hasOld: boolean; readonly hasNew: boolean },
    app = new App(),
  ) {
    super(app, 'migration');
    new LocalBackend(this, { path: 'terraform.tfstate' });
    new GoogleProvider(this, 'Google', { project: PROJECT.projectId, region: REGION });
    const project = new Project(this, 'Project', PROJECT);
    const network = new Network(this, 'Network', { project, region: REGION, name: 'parking', dataRange: '10.10.8.0/24' });
    const common = {
      network,
      clusterName: 'parking',
      machineType: 'n2-standard-2',
      dataDiskSizeGiB: 50,
      alerts: false,
      deletionProtection: false,
    };
    if (rings.hasOld) {
      const nodes = { a: { zone: `${REGION}-d`, address: OLD_ADDRESS } };
      const old = new CassandraRing(this, 'Old', { ...common, name: 'old', datacenter: 'dc1', replicationFactor: 1, nodes });
      const others = new Peer(this, 'Vms', { ranges: Object.values(NODES).map(({ address }) => `${address}/32`), throughVpc: true });
      old.allowFrom(others, { port: STORAGE });
      old.allowTo(others, { port: STORAGE });
    }
    if (!rings.hasNew) return;
    new CassandraRing(this, 'Cassandra', {
      ...{ ...common, name: 'parking', superuser: 'keeper', replicationFactor: 2, nodes: NODES },
      settings: { hints_flush_period: '1s' },
      joins: rings.joins,
    });
  }
}

let sandbox: Sandbox;
let rings: ConstructorParameters<typeof MigrationStack>[0] = { hasOld: true, hasNew: false };
const lab = {
  get vms(): readonly LocalVm[] {
    return sandbox.vms.vms;
  },
};
const here = () => (sandbox === undefined ? undefined : lab);

function described(name: string, of = rings): Ring {
  const stack = new MigrationStack(of, Testing.app());
  stack.prepareStack();
  return findRing(JSON.parse(JSON.stringify(stack.toTerraform())), name);
}

const shell = (): NodeShell => new SandboxShell({ exec: (name, script) => sandbox.vms.vm(name).exec(script, { timeoutSeconds: 600 }) });
const store = () =>
  new SecretManager({
    ...{ project: PROJECT.projectId, region: REGION, token: sandbox.environment.GOOGLE_OAUTH_ACCESS_TOKEN! },
    endpoint: sandbox.secrets.endpoint,
  });

async function run(vm: string, words: string | readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await sandbox.vms.vm(vm).exec(words, { timeoutSeconds: 600 });
  if (status !== 0) throw new Error(`on ${vm}: '${words}' ended with ${status}: ${stderr || stdout}`);
  return stdout;
}

const cql = (vm: string, statements: readonly string[], consistency = 'LOCAL_QUORUM') =>
  run(vm, ['cassandra-cql', '--consistency', consistency, ...statements]);

async function reaches(vm: string, code: StateCode, seconds: number): Promise<void> {
  await sandbox.vms.vm(vm).waitFor(code, { seconds, attribute: 'cassandra/code', endsOn: [] });
}

const again = (vm: string) => run(vm, 'systemctl restart --no-block google-startup-scripts.service');
const inserts = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `INSERT INTO shop.orders (id, item) VALUES (${from + index}, 'item ${from + index}')`);
const ids = async (vm: string, consistency?: string) =>
  (await cql(vm, ['SELECT id FROM shop.orders'], consistency))
    .split('\n')
    .filter(Boolean)
    .map(Number)
    .sort((one, other) => one - other);

const NEW = ['parking-b', 'parking-c'];

let failed: string | undefined;

/** A step that needs all steps before it. */
function step(name: string, ring: typeof here, work: () => Promise<void>, seconds: number): void {
  const next = async (): Promise<void> => {
    if (failed !== undefined) throw new Error(`not tried, since '${failed}' failed`);
    failed = name;
    await work();
    failed = undefined;
  };
  take(name, ring, next, seconds);
}

step(
  'the existing ring serves',
  here,
  async () => {
    const directory = join(tmpdir(), 'gke-platform-cassandra-second-datacenter');
    SandboxFolder.remove(directory);
    sandbox = await Sandbox.start({ directory, vms: true });
    await new RingSecrets({ ring: described('old'), store: store() }).init();
    await sandbox.apply(new MigrationStack(rings));
    await reaches('old-a', 'ready', 500);
    await cql('old-a', [
      "CREATE KEYSPACE shop WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}",
      'CREATE TABLE shop.orders (id int PRIMARY KEY, item text)',
      ...inserts(0, 1500),
    ]);
  },
  900,
);

step(
  'nodes that it does not trust, or that have no role there, begin no ring',
  here,
  async () => {
    const certificateAuthority = sandbox.secrets.read('old-ca')!;
    rings = {
      hasOld: true,
      hasNew: true,
      joins: { datacenter: 'dc1', seeds: [OLD_ADDRESS], ranges: [`${OLD_ADDRESS}/32`], certificateAuthority },
    };
    await new RingSecrets({ ring: described('parking'), store: store() }).init();
    await sandbox.apply(new MigrationStack(rings));
    await Promise.all(NEW.map((vm) => reaches(vm, 'refused-datacenter', 500)));
    expect(await run('parking-b', 'systemctl is-active cassandra || true')).toBe('inactive\n');
    await store().addVersion('old-ca', `${certificateAuthority}${sandbox.secrets.read('parking-ca')}`);
    await run('old-a', 'systemctl restart google-startup-scripts.service');
    await Promise.all(NEW.map(again));
    await Promise.all(NEW.map((vm) => reaches(vm, 'waiting-roles', 500)));
    expect(await run('old-a', 'nodetool status')).not.toContain('10.10.8.2');
  },
  1500,
);

step(
  'nodes become members without rows, one at a time, and closed to clients',
  here,
  async () => {
    await cql('old-a', [
      `CREATE ROLE keeper WITH PASSWORD = '${sandbox.secrets.read('parking-superuser')}' AND LOGIN = true AND SUPERUSER = true`,
    ]);
    await Promise.all(NEW.map(again));
    await Promise.all(NEW.map((vm) => reaches(vm, 'starting-rebuild', 600)));
    expect((await run('old-a', 'nodetool status')).match(/^UN /gm)).toHaveLength(3);
    for (const vm of NEW) {
      expect(await run(vm, 'nft list table inet cassandra_clients')).toContain('drop');
      expect(await run(vm, 'cat /var/lib/cassandra/joining')).toBe('rebuild\n');
    }
  },
  900,
);

step(
  'the rows are copied and compared while the application writes, and clients are let in',
  here,
  async () => {
    const ring = described('parking');
    let writes = 0;
    let isDone = false;
    const writer = (async () => {
      while (!isDone) {
        // On a busy machine a login may time out: what was not acknowledged is not counted.
        await cql('old-a', inserts(10_000 + writes, 10)).then(
          () => (writes += 10),
          () => undefined,
        );
        await sleep(1000);
      }
    })();
    const say = progress();
    const rebuild = () =>
      rebuildDatacenter({
        ...{ shell: shell(), ring, onProgress: say },
        confirm: async (lines) => lines.forEach(say),
        compare: async (keyspaces) => {
          const tables = await compareDatacenters(shell(), ring, keyspaces);
          for (const each of tables) say(describeComparison(each));
          expect(tables).toEqual([expect.objectContaining({ table: 'shop.orders', different: 0 })]);
          expect(tables[0]!.rows).toBeGreaterThanOrEqual(1500);
          return undefined;
        },
      });
    try {
      expect(await rebuild()).toBeUndefined();
      expect(await rebuild()).toBeUndefined();
    } finally {
      isDone = true;
      await writer;
    }
    expect(writes).toBeGreaterThan(0);
    const all = await ids('old-a');
    expect(all).toHaveLength(1500 + writes);
    for (const vm of NEW) {
      expect(await ids(vm)).toEqual(all);
      expect((await sandbox.vms.vm(vm).exec('nft list table inet cassandra_clients')).status).not.toBe(0);
      expect(await run(vm, 'ls /var/lib/cassandra/rebuild /var/lib/cassandra/joining 2>/dev/null || true')).toBe('');
    }
    const replication = await cql('parking-b', ['SELECT keyspace_name, replication FROM system_schema.keyspaces']);
    expect(replication).toMatch(/^shop\t\{.*dc1: 1, europe-west1: 2\}$/m);
    expect(replication).toMatch(/^system_auth\t\{.*dc1: 1, europe-west1: 2\}$/m);
  },
  1500,
);

step(
  'a comparison finds a row that the nodes of this data center do not have',
  here,
  async () => {
    await cql('old-a', ["ALTER TABLE shop.orders WITH read_repair = 'NONE'"]);
    await run('old-a', 'nodetool disablehandoff');
    for (const vm of NEW) await run(vm, 'systemctl stop cassandra');
    await cql('old-a', inserts(90_000, 1), 'LOCAL_ONE');
    for (const vm of NEW) await run(vm, 'systemctl start cassandra');
    await run(
      'parking-b',
      "until [[ $(nodetool status | grep -c '^UN ') == 3 ]] && [[ $(nodetool statusbinary) == running ]]; do sleep 2; done",
    );
    expect(await compareDatacenters(shell(), described('parking'), ['shop'])).toEqual([expect.objectContaining({ different: 1 })]);
    await run('parking-b', 'nodetool repair --full shop');
    expect(await compareDatacenters(shell(), described('parking'), ['shop'])).toEqual([expect.objectContaining({ different: 0 })]);
  },
  900,
);

step(
  'the old data center is removed, and the ring is on its own with all rows',
  here,
  async () => {
    const all = await ids('parking-b');
    const alone = (keyspace: string) =>
      cql('parking-b', [`ALTER KEYSPACE ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy', 'europe-west1': 2}`]);
    await alone('shop');
    await run('old-a', 'nodetool decommission --force');
    // Cassandra refuses it while the other data center has nodes.
    await alone('system_auth');
    rings = { hasOld: true, hasNew: true };
    const changed = (await sandbox.plan(new MigrationStack(rings))).changes.map(({ address, action }) => `${action} ${address}`);
    process.stderr.write(`${changed.join('\n')}\n`);
    expect(changed.filter((each) => !/firewall|google_compute_instance/.test(each))).toEqual([]);
    await sandbox.apply(new MigrationStack(rings));
    const since = new Date();
    const ring = described('parking');
    const { problem, done } = await rollingRestart({ shell: shell(), ring, since, onProgress: progress() });
    expect({ problem, done }).toEqual({ problem: undefined, done: ['b', 'c'] });
    for (const vm of NEW) {
      expect(await ids(vm)).toEqual(all);
      expect(await run(vm, 'cat /etc/cassandra/cassandra.yaml')).not.toMatch(
        /internode-ca|10\.10\.8\.11|require_endpoint_verification: false|auto_bootstrap/,
      );
    }
    expect((await sandbox.plan(new MigrationStack(rings))).changes).toEqual([]);
  },
  1200,
);

afterAll(async () => {
  await sandbox?.stop();
  printTable('second-datacenter');
});
