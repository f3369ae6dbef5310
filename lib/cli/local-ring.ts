import { CLUSTER_LABEL, NODE_LABEL, SNAPSHOT_SET_LABEL, SNAPSHOT_SET_STATE_LABEL } from '../cassandra-contract/labels';
import { CQL_COMMAND } from '../cassandra-contract/node-commands';
import { RefusedError, ReportedError } from '../core/reported-error';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import type * as Sandboxes from '../sandbox';
import type * as Hosts from '../sandbox/vm-host';
import type * as Vms from '../sandbox/vms';
import { progress } from './cassandra-ring';

/** Set and assertions of a temporary ring. */
export interface TemporaryInputs {
  readonly set: string;
  readonly assertions: readonly Recovery.Assertion[];
}

/** Properties for `withLocalRing`. */
export interface LocalRingOptions {
  readonly ring: Operations.Ring;

  /** Folder of the synthesized stack. */
  readonly folder: string;

  /** Folder of a sandbox whose VMs may run. */
  readonly directory: string;

  /** The user named a set or assertions, which a temporary ring does not have. */
  readonly hasInputs: boolean;
  readonly signal: AbortSignal;
}

/** @throws RefusedError with the missing requirements of local VMs */
export function requireLocalVms(): void {
  const { missingForVms } = require('../sandbox/vms') as typeof Vms;
  const missing = missingForVms();
  if (missing.length > 0) throw new RefusedError(`--local needs local VMs, which cannot run here: ${missing.join('; ')}`);
}

/**
 * Runs an action with the Compute Engine API of a ring on local VMs: of the sandbox of this process, of a sandbox whose VMs run, or of a temporary
 * sandbox, which has a ring with example rows and one set of snapshots, and is removed afterwards.
 *
 * @throws RefusedError if inputs do not fit, before anything is started
 */
export async function withLocalRing<Result>(
  options: LocalRingOptions,
  action: (environment: NodeJS.ProcessEnv, temporary?: TemporaryInputs) => Promise<Result>,
): Promise<Result> {
  const { ring, directory, hasInputs, signal } = options;
  const { SANDBOX_VARIABLE } = require('../operations') as typeof Operations;
  if (process.env[SANDBOX_VARIABLE]) return action(process.env);
  if (await runsVms(ring, directory)) {
    progress(`the VMs of ${ring.name} run in ${directory}: their sets are used`);
    const { withRunningVms } = require('../sandbox/vm-host') as typeof Hosts;
    return withRunningVms(directory, (sandbox) => action({ ...process.env, ...sandbox.environment }));
  }
  if (hasInputs)
    throw new RefusedError(
      `--set and --assertions need running VMs of ${ring.name} in '${directory}': a temporary ring has example rows only. Start them with 'gke-platform sandbox --vms COMMAND'`,
    );
  const temporary = new TemporaryRing(options);
  try {
    const { environment, set } = await untilAborted(temporary.start(), signal);
    return await action(environment, { set, assertions: EXAMPLE_ASSERTIONS });
  } finally {
    progress('removing the temporary ring');
    await temporary.stop();
  }
}

async function runsVms({ nodes }: Operations.Ring, directory: string): Promise<boolean> {
  const { VmClient } = require('../sandbox/vms') as typeof Vms;
  const running = (await (await VmClient.find(directory))?.list()) ?? [];
  return nodes.every(({ vm }) => running.some(({ name }) => name === vm));
}

const KEYSPACE = 'drill_example';
const ROWS = 200;

/** Assertions about the example rows. */
const EXAMPLE_ASSERTIONS: readonly Recovery.Assertion[] = [
  { cql: `SELECT count(*) FROM ${KEYSPACE}.orders`, expect: String(ROWS) },
  { cql: `SELECT sum(amount) FROM ${KEYSPACE}.orders`, expect: String((ROWS * (ROWS - 1)) / 2) },
  { cql: `SELECT item FROM ${KEYSPACE}.orders WHERE id = ${ROWS - 1}`, expect: `item ${ROWS - 1}` },
];

/** Seconds within which a ring boots from blank disks, on a slow machine. */
const BOOT_SECONDS = 600;

/** Ring of a stack on local VMs in a temporary sandbox, with example rows and one set of snapshots. */
class TemporaryRing {
  private sandbox?: Promise<Sandboxes.Sandbox>;

  constructor(private readonly options: LocalRingOptions) {}

  public async start(): Promise<{ readonly environment: NodeJS.ProcessEnv; readonly set: string }> {
    const { ring, folder } = this.options;
    const { Sandbox } = require('../sandbox') as typeof Sandboxes;
    progress('starting a temporary ring on local VMs (the first start builds the boot image, which takes some minutes)');
    this.sandbox = Sandbox.start({ vms: true });
    const sandbox = await this.sandbox;
    await this.createSecrets(sandbox);
    progress(`deploying the stack to a temporary sandbox`);
    await sandbox.apply(folder);
    progress(`waiting for the nodes ${ring.nodes.map(({ name }) => name).join(', ')}`);
    await Promise.all(
      ring.nodes.map(({ vm }) =>
        sandbox.vms.vm(vm).waitFor('ready', { seconds: BOOT_SECONDS, attribute: 'cassandra/code', endsOn: ['refused', 'failed-script'] }),
      ),
    );
    progress(`writing ${ROWS} example rows`);
    await this.writeRows(sandbox);
    const environment = { ...process.env, ...sandbox.environment };
    return { environment, set: await this.takeSet(environment) };
  }

  /** Ends the VMs, and deletes the folder. */
  public async stop(): Promise<void> {
    const sandbox = await this.sandbox?.catch(() => undefined);
    if (sandbox === undefined) return;
    // The deletion of recovery VMs may be in progress. An interruption in a terminal has ended the VMs.
    if (!this.options.signal.aborted) await sandbox.vms.reconcile().catch(() => undefined);
    await sandbox.stop();
  }

  private async createSecrets({ environment, secrets }: Sandboxes.Sandbox): Promise<void> {
    const { ring } = this.options;
    const { RingSecrets, SecretManager } = require('../operations') as typeof Operations;
    const { project, region } = ring;
    const store = new SecretManager({ project, region, token: environment.GOOGLE_OAUTH_ACCESS_TOKEN!, endpoint: secrets.endpoint });
    await new RingSecrets({ ring, store }).init();
  }

  /** Writes one half of the rows to SSTables, and leaves the other one in the commit log. */
  private async writeRows(sandbox: Sandboxes.Sandbox): Promise<void> {
    const { ring } = this.options;
    const [{ vm: first }] = ring.nodes as readonly [Operations.RingNode];
    const racks = new Set(ring.nodes.map(({ rack, zone }) => rack ?? zone)).size;
    const insert = (id: number): string => `INSERT INTO ${KEYSPACE}.orders (id, item, amount) VALUES (${id}, 'item ${id}', ${id})`;
    const inserts = Array.from({ length: ROWS }, (_, id) => insert(id));
    const run = async (vm: string, words: readonly string[]): Promise<void> => {
      const { status, stdout, stderr } = await sandbox.vms.vm(vm).exec(words, { timeoutSeconds: 300 });
      if (status !== 0) throw new ReportedError(`'${words[0]}' on ${vm} ended with ${status}: ${(stderr || stdout).trim().slice(-400)}`);
    };
    const cql = (statements: readonly string[]): Promise<void> => run(first, [CQL_COMMAND, '--consistency', 'ALL', ...statements]);
    await cql([
      `CREATE KEYSPACE ${KEYSPACE} WITH replication = {'class': 'NetworkTopologyStrategy', '${ring.datacenter}': ${racks}}`,
      `CREATE TABLE ${KEYSPACE}.orders (id int PRIMARY KEY, item text, amount int)`,
      ...inserts.slice(0, ROWS / 2),
    ]);
    await Promise.all(ring.nodes.map(({ vm }) => run(vm, ['nodetool', 'flush', KEYSPACE])));
    await cql(inserts.slice(ROWS / 2));
  }

  /** Takes a snapshot of each data disk, with a guest flush. @returns the id of the set */
  private async takeSet(environment: NodeJS.ProcessEnv): Promise<string> {
    const { ring } = this.options;
    const { ComputeEngine } = require('../recovery') as typeof Recovery;
    const compute = new ComputeEngine({ project: ring.project, environment });
    const id = `drill-${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}`;
    progress(`taking set ${id} of snapshots`);
    const take = async ({ name: node, vm, zone }: Operations.RingNode, name: string): Promise<void> => {
      const disks = ((await compute.instance({ zone, name: vm }))?.disks ?? []) as readonly { boot?: boolean; source?: string }[];
      const disk = disks
        .find(({ boot }) => boot !== true)
        ?.source?.split('/')
        .at(-1);
      if (disk === undefined) throw new ReportedError(`${vm} has no data disk`);
      const labels = {
        ...{ [CLUSTER_LABEL]: ring.name, [NODE_LABEL]: node },
        ...{ [SNAPSHOT_SET_LABEL]: id, [SNAPSHOT_SET_STATE_LABEL]: 'valid' },
      };
      await compute.createSnapshot({ zone, name: disk }, { name, labels, guestFlush: true });
    };
    // The first snapshot of the first node creates the table of canaries: those of the other nodes may not wait for it long enough.
    const [first] = ring.nodes as readonly [Operations.RingNode];
    await take(first, `${id}-first`);
    await compute.deleteSnapshot(`${id}-first`);
    await Promise.all(ring.nodes.map((node) => take(node, `${id}-${node.name}`)));
    return id;
  }
}

/** @throws ReportedError as soon as the signal is aborted */
async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  // Its result, or its error after the end of the sandbox, is of no interest any more.
  work.catch(() => undefined);
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, fail) => {
    stop = () => fail(new ReportedError('the start of the temporary ring was interrupted'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
