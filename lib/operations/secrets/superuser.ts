import { randomBytes } from 'node:crypto';
import { CQL_COMMAND, CQL_EXIT, SECRET_COMMAND } from '../../cassandra-contract/node-commands';
import { CASSANDRA_YAML } from '../../cassandra-contract/node-paths';
import { CQL_PORT } from '../../cassandra-contract/ports';
import { superuserSecret } from '../../cassandra-contract/secret-names';
import { CASSANDRA_SERVICE, RUN_STARTUP_SCRIPT } from '../../cassandra-contract/units';
import { quoteShell, shellWord } from '../../core/quote';
import { type Clock, REAL_CLOCK } from '../clock';
import { describeFinding } from '../findings';
import { OperationsError } from '../operations-error';
import type { Ring, RingNode } from '../ring';
import { RingState } from '../ring-state';
import { type NodeShell, type ShellAnswer, UnreachableError } from '../shell/node-shell';

/** Versions of the password's secret. */
export interface SecretVersions {
  latestVersion(name: string): Promise<number | undefined>;
  addVersion(name: string, value: string): Promise<number>;
}

/** Options of `renewSuperuser`. */
export interface RenewSuperuserOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;
  readonly store: SecretVersions;

  /** @default - the system clock */
  readonly clock?: Clock;

  /** Called with each step. @default - steps are not reported */
  readonly onProgress?: (text: string) => void;
}

/** Query of a table that exists on every node and is readable by every role. */
const READ = 'SELECT cluster_name FROM system.local';

const ALTER = 'ALTER ROLE :superuser WITH PASSWORD = :superuser_password';

/** Login attempts on a node until it knows the new password: Cassandra caches roles for seconds. */
const LOGINS = 15;

const BETWEEN_LOGINS_MS = 2_000;

const COMMAND_SECONDS = 60;

/**
 * Renews the password of a ring's superuser: adds a version to its secret, and alters the role with a login by the previous version.
 * Completes when every node accepts the new password and rejects the old one.
 *
 * After an interruption the role may have the previous version. The next run detects that and alters the role without another version.
 *
 * @returns version of the secret with the current password
 * @throws OperationsError if neither of the two newest versions is the password, or a node does not accept the new one
 */
export async function renewSuperuser({
  shell,
  ring,
  store,
  clock = REAL_CLOCK,
  onProgress = () => {},
}: RenewSuperuserOptions): Promise<number> {
  const secret = superuserSecret(ring.name);
  const newest = await readNewestVersion(store, secret);
  const [node] = ring.nodes;
  const isCurrent = await tryLogin(shell, node!, newest);
  if (!isCurrent && !(newest > 1 && (await tryLogin(shell, node!, newest - 1)))) {
    throw new OperationsError(
      `the superuser cannot log in on ${node!.name} with either of the two newest versions of secret ${secret}; if the password is lost: gke-platform cassandra renew-superuser --lost`,
    );
  }
  // All nodes have to be reachable: a node that is down would miss the change.
  for (const other of ring.nodes.slice(1)) await tryLogin(shell, other, newest);

  const [before, now] = isCurrent ? [newest, await store.addVersion(secret, randomBytes(24).toString('base64url'))] : [newest - 1, newest];
  onProgress(
    isCurrent
      ? `added version ${now} to secret ${secret}`
      : `resuming with version ${now} of secret ${secret}, which the role does not have yet`,
  );
  const altered = await cql(shell, node!, `--password-version ${before} --consistency QUORUM ${shellWord(ALTER)}`);
  if (altered.status !== CQL_EXIT.done) {
    throw new OperationsError(
      `the role could not be altered on ${node!.name} and has the password of version ${before} of secret ${secret}: run the same command again (${readFailure(altered)})`,
    );
  }
  for (const each of ring.nodes) {
    await expectLogin(shell, each, now, true, clock);
    await expectLogin(shell, each, before, false, clock);
    onProgress(`${each.name}: accepts the new password and rejects the old one`);
  }
  return now;
}

/**
 * Resets the password of the superuser to the newest version of its secret, when no valid password is known. One node is restarted twice:
 * with authentication off and CQL on loopback only, so that root on its VM can write the role, and with its normal configuration.
 *
 * @returns version of the secret with the current password
 * @throws OperationsError if the ring is unhealthy, so no node may be restarted, or a node does not accept the password
 */
export async function resetSuperuser({
  shell,
  ring,
  store,
  clock = REAL_CLOCK,
  onProgress = () => {},
}: RenewSuperuserOptions): Promise<number> {
  const secret = superuserSecret(ring.name);
  const newest = await readNewestVersion(store, secret);
  const [node] = ring.nodes;
  const [problem] = (await RingState.collect(shell, ring)).problems;
  if (problem !== undefined) throw new OperationsError(`the ring is unhealthy: ${describeFinding(problem)}`);
  onProgress(`${node!.name}: restarting Cassandra twice`);
  const answer = await command(shell, node!, resetScript(secret, newest), RESET_SECONDS);
  if (answer.status !== CQL_EXIT.done)
    throw new OperationsError(`the password could not be reset on ${node!.name}: ${readFailure(answer)}`);
  for (const each of ring.nodes) {
    await expectLogin(shell, each, newest, true, clock);
    onProgress(`${each.name}: accepts the new password`);
  }
  return newest;
}

/** @throws OperationsError if the secret has no version */
async function readNewestVersion(store: SecretVersions, secret: string): Promise<number> {
  const newest = await store.latestVersion(secret);
  if (newest === undefined) throw new OperationsError(`secret ${secret} is missing: create it with gke-platform cassandra init-secrets`);
  return newest;
}

/** Timeout for two restarts of Cassandra. */
const RESET_SECONDS = 1_200;

/**
 * Script of the reset. Fetches and hashes the password before anything is stopped. In every case, the configuration is restored and Cassandra
 * restarted with it; after a kill, the next run restores it first. Neither password nor hash appears in a command line.
 */
function resetScript(secret: string, version: number): string {
  return String.raw`set -euo pipefail
yaml=${CASSANDRA_YAML}
await_port() {
  for ((second = 0; second < 300; second++)); do
    if [[ -n $(ss -Hltn 'sport = :${CQL_PORT}') ]]; then return; fi
    sleep 1
  done
  echo 'Cassandra takes no clients after 300 s' >&2
  return 1
}
put_back() {
  mv -f $yaml.locked $yaml
  systemctl restart ${CASSANDRA_SERVICE}
}
password=$(${SECRET_COMMAND} ${shellWord(secret)} ${version})
if [[ -z $password ]]; then
  echo ${quoteShell(`version ${version} of secret ${secret} is empty`)} >&2
  exit 1
fi
statement=$(python3 -W ignore -c '
import crypt, sys
hashed = crypt.crypt(sys.stdin.read().rstrip("\n"), crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=1024))
if len(hashed or "") != 60:
    sys.exit("the password cannot be hashed with bcrypt")
print("UPDATE system_auth.roles SET salted_hash = \x27$2a" + hashed[3:] + "\x27, can_login = true, is_superuser = true WHERE role = \x27:superuser\x27")
' <<<"$password")
# The copy is the good one only while logins are still off: the startup script may have written a newer configuration since.
if [[ -e $yaml.locked ]] && grep -q '^authenticator: AllowAllAuthenticator' $yaml; then
  put_back
  await_port
fi
cp -p $yaml $yaml.locked
trap put_back EXIT
sed -i 's/^authenticator: .*/authenticator: AllowAllAuthenticator/; s/^authorizer: .*/authorizer: AllowAllAuthorizer/; s/^rpc_address: .*/rpc_address: 127.0.0.1/' $yaml
systemctl restart ${CASSANDRA_SERVICE}
await_port
${CQL_COMMAND} --host 127.0.0.1 --consistency QUORUM <<<"$statement"
trap - EXIT
put_back
await_port
`;
}

async function expectLogin(shell: NodeShell, node: RingNode, version: number, isExpected: boolean, clock: Clock): Promise<void> {
  for (let attempt = 1; (await tryLogin(shell, node, version)) !== isExpected; attempt++) {
    if (attempt === LOGINS) {
      throw new OperationsError(
        `${node.name} ${isExpected ? 'rejects the new' : 'accepts the old'} password of the superuser (version ${version} of its secret)`,
      );
    }
    await clock.sleep(BETWEEN_LOGINS_MS);
  }
}

/** @throws OperationsError if the login was neither accepted nor rejected */
async function tryLogin(shell: NodeShell, node: RingNode, version: number): Promise<boolean> {
  const answer = await cql(shell, node, `--password-version ${version} ${shellWord(READ)}`);
  if (answer.status === CQL_EXIT.done) return true;
  if (answer.status === CQL_EXIT.loginRefused) return false;
  if (answer.status === CQL_EXIT.unknownOption) {
    throw new OperationsError(
      `${CQL_COMMAND} on ${node.name} is of an earlier version of this library: deploy, then run the startup script with '${RUN_STARTUP_SCRIPT}'`,
    );
  }
  throw new OperationsError(`the login on ${node.name} failed: ${readFailure(answer)}`);
}

function cql(shell: NodeShell, node: RingNode, words: string): Promise<ShellAnswer> {
  return command(shell, node, `${CQL_COMMAND} ${words}`, COMMAND_SECONDS);
}

async function command(shell: NodeShell, node: RingNode, script: string, seconds: number): Promise<ShellAnswer> {
  try {
    return await shell.run(node, script, seconds);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new OperationsError(`${node.name} is unreachable: ${error.message}`);
  }
}

function readFailure({ stderr, status }: ShellAnswer): string {
  return stderr.trim().split('\n').at(-1) || `exit code ${status}`;
}
