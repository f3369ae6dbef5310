import { CASSANDRA_KEYSPACES, PLATFORM_KEYSPACE } from '../cassandra-contract/keyspaces';
import { CQL_COMMAND, CQL_EXIT } from '../cassandra-contract/node-commands';
import { REBUILD_COMPLETE_FILE, REBUILD_DIRECTORY, REBUILD_RECORD } from '../cassandra-contract/node-paths';
import { RUN_STARTUP_SCRIPT } from '../cassandra-contract/units';
import { shellWord } from '../core/quote';
import { RefusedError } from '../core/reported-error';
import { type Clock, REAL_CLOCK } from './clock';
import { AUTH_KEYSPACE, formatPlacement, listDatacenterKeyspaces, type Replication, readReplication } from './datacenter-keyspaces';
import { describeFinding } from './findings';
import { probeNode, startupFailures } from './node-state';
import type { Ring, RingNode } from './ring';
import { RingState } from './ring-state';
import { SCRIPT_SECONDS } from './rolling-restart';
import type { NodeShell } from './shell/node-shell';
import { runOnNode } from './shell/run-on-node';
import { runCql } from './table-import';

/** Options of `rebuildDatacenter`. */
export interface RebuildDatacenterOptions {
  readonly shell: NodeShell;

  /** Ring with `joins`. */
  readonly ring: Ring;

  /** Compares the rows of all tables of keyspaces in both data centers. @returns the problem; `undefined` when there is none */
  readonly compare: (keyspaces: readonly string[]) => Promise<string | undefined>;

  /** Asks for the confirmation of the consequences. */
  readonly confirm: (lines: readonly string[]) => Promise<void>;

  /** Reports the commands instead of running them. @default false */
  readonly dryRun?: boolean;

  /** @default - the system clock */
  readonly clock?: Clock;

  /** Stops between two keyspaces of a node. @default - it is not interrupted */
  readonly signal?: AbortSignal;

  /** Called with each step. @default - steps are not reported */
  readonly onProgress?: (text: string) => void;
}

/** Replicas of the roles at most: every login reads them. */
const AUTH_REPLICAS = 3;

/** Time for one keyspace of one node. */
const REBUILD_SECONDS = 7 * 86_400;

/** Time for a startup script that runs again: it does so after two minutes. */
const READY_MINUTES = 10;
const POLL_MS = 2_000;

/**
 * Completes the second data center of a ring: adds its replicas to all keyspaces, copies their rows from the existing data center, repairs and
 * compares them, and lets clients in. The roles are the last keyspace: without them no startup script lets clients in.
 *
 * No effect on replicas of other data centers. A second run resumes an interrupted one: each node has a record of its completed steps.
 *
 * @returns the problem; `undefined` when all nodes take clients
 * @throws RefusedError before anything is changed
 */
export async function rebuildDatacenter(options: RebuildDatacenterOptions): Promise<string | undefined> {
  const { ring, shell, onProgress = () => {} } = options;
  const { joins, datacenter } = requireJoins(ring);
  requireMembers(joins, await RingState.collect(shell, ring));
  return new Rebuild(options, joins, datacenter, onProgress).run();
}

/** @throws RefusedError if the ring joins no other data center */
export function requireJoins({ name, joins, datacenter }: Ring): { readonly joins: string; readonly datacenter: string } {
  if (joins !== undefined && datacenter !== undefined) return { joins, datacenter };
  throw new RefusedError(`${name} joins no other data center: set 'joins' of CassandraRing`);
}

/** Requires that all nodes of both data centers are up, run the same series of Cassandra, and agree on the schema. */
function requireMembers(joins: string, state: RingState): void {
  const [problem] = state.problems;
  if (problem !== undefined) throw new RefusedError(describeFinding(problem));
  for (const { node, members = [], gossip } of state.nodes) {
    const others = members.filter((each) => each.datacenter === joins);
    if (others.length === 0) throw new RefusedError(`${node.name} sees no node of data center ${joins}`);
    const down = others.find((each) => each.state !== 'UN');
    if (down !== undefined) throw new RefusedError(`${down.address} of data center ${joins} is ${down.state} as seen by ${node.name}`);
    const own = state.releaseOf(node);
    for (const { address } of others) {
      const { release, schema } = gossip.get(address) ?? {};
      if (release === undefined || seriesOf(release) !== seriesOf(own ?? ''))
        throw new RefusedError(
          `${address} of data center ${joins} must run Cassandra ${seriesOf(own ?? '?')}, as ${node.name}, got ${release ?? 'an unknown release'}`,
        );
      if (schema !== gossip.get(node.address ?? state.of(node).address ?? '')?.schema)
        throw new RefusedError(`${address} of data center ${joins} and ${node.name} do not agree on the schema`);
    }
  }
}

function seriesOf(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}

class Rebuild {
  private readonly first: RingNode;

  /** Nodes of one rack, which together have a replica of every row. */
  private readonly rack: readonly RingNode[];

  constructor(
    private readonly options: RebuildDatacenterOptions,
    private readonly joins: string,
    private readonly datacenter: string,
    private readonly onProgress: (text: string) => void,
  ) {
    const { nodes } = options.ring;
    this.first = nodes[0]!;
    this.rack = nodes.filter((node) => rackOf(node) === rackOf(this.first));
  }

  public async run(): Promise<string | undefined> {
    const { dryRun = false, confirm, compare, ring } = this.options;
    const { nodes } = ring;
    if (!dryRun) {
      const failed = await this.restoreLogin();
      if (failed !== undefined) return failed;
    }
    const keyspaces = await this.readKeyspaces();
    await this.requireClosedDefaultRole();
    const names = keyspaces.map(({ keyspace }) => keyspace).filter((name) => name !== AUTH_KEYSPACE);
    const missing = keyspaces.filter((each) => each.options[this.datacenter] === undefined);
    if (dryRun) return this.describe(keyspaces, missing);
    await confirm(this.consequences(missing));
    const isOther = ({ keyspace }: Replication): boolean => keyspace !== AUTH_KEYSPACE;
    return (
      (await this.place(missing.filter(isOther))) ??
      (await this.each(nodes, names, 'rebuilt')) ??
      (await this.each(this.rack, names, 'repaired')) ??
      (await compare(names.filter(hasUserRows))) ??
      (await this.place(missing.filter((each) => !isOther(each)))) ??
      (await this.each(nodes, [AUTH_KEYSPACE], 'rebuilt')) ??
      (await this.each(this.rack, [AUTH_KEYSPACE], 'repaired')) ??
      (await this.requireRoles()) ??
      (await this.open())
    );
  }

  /** @throws RefusedError if a keyspace with rows cannot be in two data centers */
  private async readKeyspaces(): Promise<Replication[]> {
    const keyspaces = listDatacenterKeyspaces(await readReplication(this.options.shell, this.first));
    const other = keyspaces.find(({ strategy }) => strategy !== 'NetworkTopologyStrategy');
    if (other !== undefined) {
      throw new RefusedError(
        `keyspace ${other.keyspace} has ${other.strategy}, whose replicas ignore data centers: in data center ${this.joins}, change it to NetworkTopologyStrategy with '${this.joins}' alone, and repair it`,
      );
    }
    return keyspaces;
  }

  /** The startup scripts would not let clients in. @throws RefusedError if the default role can log in */
  private async requireClosedDefaultRole(): Promise<void> {
    const query = "SELECT can_login, is_superuser FROM system_auth.roles WHERE role = 'cassandra'";
    const [[canLogin, isSuperuser] = []] = await runCql(this.options.shell, this.first, [query], 'QUORUM');
    if (canLogin !== 'true' && isSuperuser !== 'true') return;
    throw new RefusedError(
      "Cassandra's default role cassandra, whose password is published, can log in or is a superuser: run ALTER ROLE cassandra WITH LOGIN = false AND SUPERUSER = false once no application uses it",
    );
  }

  private consequences(missing: readonly Replication[]): string[] {
    return [
      `Data center ${this.datacenter} gets replicas of: ${missing.map(({ keyspace }) => keyspace).join(', ') || 'nothing else'}.`,
      `From then on, applications must use LOCAL_ONE, LOCAL_QUORUM or LOCAL_SERIAL, with ${this.joins} as their local data center: ONE, QUORUM, ALL and SERIAL also ask replicas of ${this.datacenter}, which are empty at first.`,
    ];
  }

  private copiesOf({ keyspace }: Replication): number {
    const { nodes } = this.options.ring;
    return keyspace === AUTH_KEYSPACE ? Math.min(AUTH_REPLICAS, nodes.length) : new Set(nodes.map(rackOf)).size;
  }

  /** Adds replicas in this data center, and reads them back. A record of a keyspace with the same name is of one that was dropped. */
  private async place(missing: readonly Replication[]): Promise<string | undefined> {
    const { shell, ring } = this.options;
    if (missing.length === 0) return undefined;
    for (const { keyspace } of missing) this.onProgress(`${keyspace}: replicas in ${this.datacenter}`);
    for (const node of ring.nodes) {
      const lines = missing.flatMap(({ keyspace }) => [`rebuilt ${keyspace}`, `repaired ${keyspace}`]);
      const failed = await runOnNode(shell, node, forget(lines), 60);
      if (failed !== undefined) return failed;
    }
    const statements = missing.map((each) => formatPlacement(each, this.datacenter, this.copiesOf(each)));
    await runCql(shell, this.first, statements, 'ONE');
    if (missing.some(({ keyspace }) => keyspace === AUTH_KEYSPACE)) {
      // Read without a login, since the roles are not copied yet.
      return undefined;
    }
    const placed = await readReplication(shell, this.first);
    for (const before of missing) {
      const after = placed.find(({ keyspace }) => keyspace === before.keyspace)?.options;
      const expected = { ...before.options, [this.datacenter]: String(this.copiesOf(before)) };
      if (JSON.stringify(sorted(after ?? {})) !== JSON.stringify(sorted(expected)))
        return `the replication of ${before.keyspace} was changed by another client: expected ${describe(expected)}, got ${describe(after ?? {})}`;
    }
    return undefined;
  }

  /** Runs a step for each keyspace on one node after the other, unless the node has it in its record. */
  private async each(nodes: readonly RingNode[], keyspaces: readonly string[], step: 'rebuilt' | 'repaired'): Promise<string | undefined> {
    const { shell, signal } = this.options;
    for (const node of nodes) {
      for (const keyspace of keyspaces) {
        if (signal?.aborted) return 'interrupted';
        this.onProgress(`${node.name}: ${keyspace} is ${step}`);
        const failed = await runOnNode(shell, node, this.script(step, keyspace), REBUILD_SECONDS);
        if (failed !== undefined) return failed.replace(this.script(step, keyspace), this.command(step, keyspace));
      }
    }
    return undefined;
  }

  private command(step: 'rebuilt' | 'repaired', keyspace: string): string {
    return step === 'rebuilt' ? `nodetool rebuild -ks ${keyspace} -- ${shellWord(this.joins)}` : `nodetool repair --full ${keyspace}`;
  }

  private script(step: 'rebuilt' | 'repaired', keyspace: string): string {
    const line = `${step} ${keyspace}`;
    return `set -e
if grep -qxF '${line}' ${REBUILD_RECORD} 2>/dev/null; then exit 0; fi
${step === 'rebuilt' && keyspace !== AUTH_KEYSPACE ? `${forgetRanges(keyspace)}\n` : ''}${this.command(step, keyspace)}
echo '${line}' >>${REBUILD_RECORD}
sync ${REBUILD_RECORD}`;
  }

  /** A former run may have placed the roles, and not copied them: there is no login then. */
  private async restoreLogin(): Promise<string | undefined> {
    for (const node of this.options.ring.nodes) {
      const failed = await runOnNode(
        this.options.shell,
        node,
        `${LOGIN_REFUSED}\n${this.command('rebuilt', AUTH_KEYSPACE)}`,
        REBUILD_SECONDS,
      );
      if (failed !== undefined) return failed;
    }
    return undefined;
  }

  private async requireRoles(): Promise<string | undefined> {
    const roles = (await readReplication(this.options.shell, this.first)).find(({ keyspace }) => keyspace === AUTH_KEYSPACE);
    const copies = Number(roles?.options[this.datacenter] ?? 0);
    return copies > 0 ? undefined : `${AUTH_KEYSPACE} has no replicas in ${this.datacenter}: another client has changed its replication`;
  }

  /** The startup script of each node lets clients in once it can log in itself. */
  private async open(): Promise<string | undefined> {
    const { ring, shell } = this.options;
    for (const node of ring.nodes) {
      const failed = await runOnNode(shell, node, COMPLETE, 60);
      if (failed !== undefined) return failed;
    }
    for (const node of ring.nodes) {
      this.onProgress(`${node.name}: the startup script lets clients in`);
      // A timer of the node may run the script again meanwhile, which ends this one.
      const failed = await runOnNode(shell, node, RUN_STARTUP_SCRIPT, SCRIPT_SECONDS);
      const unready = await this.waitUntilReady(node);
      if (unready !== undefined) return failed === undefined ? unready : `${unready} (${failed})`;
    }
    const [problem] = (await RingState.collect(shell, ring)).problems;
    return problem && describeFinding(problem);
  }

  private async waitUntilReady(node: RingNode): Promise<string | undefined> {
    const { shell, clock = REAL_CLOCK, signal } = this.options;
    const begun = clock.now();
    for (;;) {
      const state = await probeNode(shell, node, 'files');
      const [failure] = startupFailures(state);
      if (failure !== undefined) return describeFinding(failure);
      if (state.stateCode === 'ready') return undefined;
      if (signal?.aborted) return 'interrupted';
      if (clock.now() - begun > READY_MINUTES * 60_000) return `${node.name} is not ready: ${state.message || 'no state'}`;
      await clock.sleep(POLL_MS, signal);
    }
  }

  private describe(keyspaces: readonly Replication[], missing: readonly Replication[]): undefined {
    const { shell, ring } = this.options;
    const show = (node: RingNode, command: string): void => this.onProgress(shell.formatCommand(node, command));
    const statement = (each: Replication): string =>
      `${CQL_COMMAND} ${shellWord(formatPlacement(each, this.datacenter, this.copiesOf(each)))}`;
    const [others, roles] = [
      keyspaces.filter(({ keyspace }) => keyspace !== AUTH_KEYSPACE),
      keyspaces.filter(({ keyspace }) => keyspace === AUTH_KEYSPACE),
    ];
    for (const group of [others, roles]) {
      for (const each of group.filter((one) => missing.includes(one))) show(this.first, statement(each));
      for (const node of ring.nodes) for (const { keyspace } of group) show(node, this.command('rebuilt', keyspace));
      for (const node of this.rack) for (const { keyspace } of group) show(node, this.command('repaired', keyspace));
    }
    for (const node of ring.nodes) show(node, RUN_STARTUP_SCRIPT);
  }
}

const COMPLETE = `set -e
if [ -d ${REBUILD_DIRECTORY} ]; then
  touch ${REBUILD_COMPLETE_FILE}
  sync ${REBUILD_COMPLETE_FILE}
fi`;

/** Ends here unless the login is refused. */
const LOGIN_REFUSED = `status=0
${CQL_COMMAND} --consistency ONE 'SELECT key FROM system.local' >/dev/null 2>&1 || status=$?
if [ "$status" -ne ${CQL_EXIT.loginRefused} ]; then exit 0; fi`;

/** Cassandra refuses to copy ranges of a keyspace again, of which it has a record. */
function forgetRanges(keyspace: string): string {
  return `${CQL_COMMAND} --consistency ONE "DELETE FROM system.available_ranges_v2 WHERE keyspace_name = '${keyspace}'"`;
}

/** Removes lines of the record. */
function forget(lines: readonly string[]): string {
  const expressions = lines.map((line) => `-e ${shellWord(line)}`).join(' ');
  return `if [ -e ${REBUILD_RECORD} ]; then
  grep -vxF ${expressions} ${REBUILD_RECORD} >${REBUILD_RECORD}.new || true
  mv ${REBUILD_RECORD}.new ${REBUILD_RECORD}
fi`;
}

function hasUserRows(keyspace: string): boolean {
  return keyspace !== PLATFORM_KEYSPACE && !(CASSANDRA_KEYSPACES as readonly string[]).includes(keyspace);
}

function rackOf({ rack, zone }: RingNode): string {
  return rack ?? zone;
}

function sorted(options: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(options).sort(([one], [other]) => (one < other ? -1 : 1));
}

function describe(options: Readonly<Record<string, string>>): string {
  return sorted(options)
    .map(([name, copies]) => `${name}: ${copies}`)
    .join(', ');
}
