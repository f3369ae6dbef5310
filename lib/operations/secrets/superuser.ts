import { randomBytes } from 'node:crypto';
import { CQL_COMMAND, CQL_EXIT, SECRET_COMMAND } from '../../cassandra-contract/node-commands';
import { CASSANDRA_YAML } from '../../cassandra-contract/node-paths';
import { CQL_PORT } from '../../cassandra-contract/ports';
import { superuserSecret } from '../../cassandra-contract/secret-names';
import { CASSANDRA_SERVICE, RUN_STARTUP_SCRIPT } from '../../cassandra-contract/units';
import { findingText } from '../findings';
import { OperationsError } from '../operations-error';
import type { Ring, RingNode } from '../ring';
import { RingLook } from '../ring-look';
import { type Clock, REAL_CLOCK } from '../settling';
import { type NodeShell, quoted, type ShellAnswer, UnreachableError } from '../shell/node-shell';

/** The versions of the password's secret, in Secret Manager. */
export interface SecretVersions {
  latestVersion(name: string): Promise<number | undefined>;
  addVersion(name: string, value: string): Promise<number>;
}

/** Options of `renewSuperuser`. */
export interface RenewSuperuserOptions {
  readonly shell: NodeShell;
  readonly ring: Ring;
  readonly store: SecretVersions;

  /** @default - the real one */
  readonly clock?: Clock;

  /** Called with what happens. @default - nothing is said */
  readonly onProgress?: (text: string) => void;
}

/** Read of a table that every node has and every role may read. */
const READ = 'SELECT cluster_name FROM system.local';

const ALTER = 'ALTER ROLE :superuser WITH PASSWORD = :superuser_password';

/** Logins on one node until it knows the new password: Cassandra caches roles for seconds. */
const LOGINS = 15;

const BETWEEN_LOGINS_MS = 2_000;

const COMMAND_SECONDS = 60;

/**
 * Gives the superuser of a ring a new password: a new version of its secret, and the role altered with the version before. It is done
 * when every node was logged in to with the new password and refused the old one.
 *
 * Interrupted in between, the role has the version before the newest one. The next run notices that and alters the role, without
 * another version.
 *
 * @returns number of the secret's version that is the password now
 * @throws OperationsError when the password is in neither of the two newest versions, or a node does not take the new one
 */
export async function renewSuperuser({
  shell,
  ring,
  store,
  clock = REAL_CLOCK,
  onProgress = () => {},
}: RenewSuperuserOptions): Promise<number> {
  const secret = superuserSecret(ring.name);
  const newest = await newestVersion(store, secret);
  const [node] = ring.nodes;
  const isCurrent = await logsIn(shell, node!, newest);
  if (!isCurrent && !(newest > 1 && (await logsIn(shell, node!, newest - 1)))) {
    throw new OperationsError(
      `the superuser cannot log in on ${node!.name} with either of the two newest versions of secret ${secret}: when it is lost: gke-platform cassandra renew-superuser --lost`,
    );
  }
  // The others have to be there too: a password that is changed now would be unknown to them.
  for (const other of ring.nodes.slice(1)) await logsIn(shell, other, newest);

  const [before, now] = isCurrent ? [newest, await store.addVersion(secret, randomBytes(24).toString('base64url'))] : [newest - 1, newest];
  onProgress(
    isCurrent
      ? `version ${now} of secret ${secret} made`
      : `goes on with version ${now} of secret ${secret}, which the role does not have yet`,
  );
  const altered = await cql(shell, node!, `--password-version ${before} --consistency QUORUM ${quoted(ALTER)}`);
  if (altered.status !== CQL_EXIT.done) {
    throw new OperationsError(
      `the role was not altered on ${node!.name} and has the password of version ${before} of secret ${secret}: run the same command again (${said(altered)})`,
    );
  }
  for (const each of ring.nodes) {
    await expectLogin(shell, each, now, true, clock);
    await expectLogin(shell, each, before, false, clock);
    onProgress(`${each.name}: the new password logs in, the old one does not`);
  }
  return now;
}

/**
 * Gives the superuser the password in the newest version of its secret when no password of it is known. One node is restarted twice: with
 * logins switched off, CQL on loopback alone, so that root on that VM can write the role, and as it was.
 *
 * @returns number of the secret's version that is the password now
 * @throws OperationsError when the ring is not whole, so that no node may be restarted, or a node does not take the password
 */
export async function resetSuperuser({
  shell,
  ring,
  store,
  clock = REAL_CLOCK,
  onProgress = () => {},
}: RenewSuperuserOptions): Promise<number> {
  const secret = superuserSecret(ring.name);
  const newest = await newestVersion(store, secret);
  const [node] = ring.nodes;
  const [doubt] = (await RingLook.take(shell, ring)).doubts;
  if (doubt !== undefined) throw new OperationsError(`the ring is not whole: ${findingText(doubt)}`);
  onProgress(`${node!.name}: Cassandra is restarted twice`);
  const answer = await command(shell, node!, resetScript(secret, newest), RESET_SECONDS);
  if (answer.status !== CQL_EXIT.done) throw new OperationsError(`the password was not reset on ${node!.name}: ${said(answer)}`);
  for (const each of ring.nodes) {
    await expectLogin(shell, each, newest, true, clock);
    onProgress(`${each.name}: the new password logs in`);
  }
  return newest;
}

/** @throws OperationsError when the secret has no version */
async function newestVersion(store: SecretVersions, secret: string): Promise<number> {
  const newest = await store.latestVersion(secret);
  if (newest === undefined) throw new OperationsError(`secret ${secret} is missing: make it with gke-platform cassandra init-secrets`);
  return newest;
}

/** Two restarts of Cassandra. */
const RESET_SECONDS = 1_200;

/**
 * Fetches and hashes the password before anything is stopped. Whatever happens then, the configuration is put back and Cassandra is
 * restarted with it; after a kill, the next run puts it back first. Neither password nor hash is in a command line.
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
password=$(${SECRET_COMMAND} ${secret} ${version})
if [[ -z $password ]]; then
  echo 'version ${version} of secret ${secret} is empty' >&2
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
  for (let attempt = 1; (await logsIn(shell, node, version)) !== isExpected; attempt++) {
    if (attempt === LOGINS) {
      throw new OperationsError(
        `${node.name} ${isExpected ? 'refuses the new' : 'takes the old'} password of the superuser (version ${version} of its secret)`,
      );
    }
    await clock.sleep(BETWEEN_LOGINS_MS);
  }
}

/** @throws OperationsError when neither yes nor no was answered */
async function logsIn(shell: NodeShell, node: RingNode, version: number): Promise<boolean> {
  const answer = await cql(shell, node, `--password-version ${version} ${quoted(READ)}`);
  if (answer.status === CQL_EXIT.done) return true;
  if (answer.status === CQL_EXIT.loginRefused) return false;
  if (answer.status === CQL_EXIT.unknownOption) {
    throw new OperationsError(
      `${CQL_COMMAND} on ${node.name} is of an earlier version of this library: deploy, and run its startup script with '${RUN_STARTUP_SCRIPT}'`,
    );
  }
  throw new OperationsError(`a login on ${node.name} could not be tried: ${said(answer)}`);
}

function cql(shell: NodeShell, node: RingNode, words: string): Promise<ShellAnswer> {
  return command(shell, node, `${CQL_COMMAND} ${words}`, COMMAND_SECONDS);
}

async function command(shell: NodeShell, node: RingNode, script: string, seconds: number): Promise<ShellAnswer> {
  try {
    return await shell.run(node, script, seconds);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new OperationsError(`${node.name} cannot be asked: ${error.message}`);
  }
}

function said({ stderr, status }: ShellAnswer): string {
  return stderr.trim().split('\n').at(-1) || `exit code ${status}`;
}
