import { SandboxError } from '../sandbox-error';
import type { LocalVm } from './local-vm';

/** VM that a disk is attached to. */
export interface DiskUser {
  readonly vm: Pick<LocalVm, 'name' | 'exec'>;

  /** Device name of the disk on the VM. */
  readonly deviceName: string;
}

/** Configuration of Google's guest agent, and its default timeout of snapshot scripts. */
const CONFIGURATION = '/etc/default/instance_configs.cfg';
const DEFAULT_TIMEOUT_SECONDS = 60;

const SCRIPTS = '/etc/google/snapshots';

/** Exit code of `timeout` after a timeout. */
const TIMED_OUT = 124;

/**
 * Takes a snapshot with a guest flush: as Google's guest agent does, the scripts of the guest run before and after it, with the device name
 * as argument. Nothing is frozen except by them.
 *
 * @throws SandboxError if no guest agent answers, that is, if snapshots are not enabled in its configuration; and if a script is missing,
 * fails or times out. The caller then discards the snapshot.
 */
export async function withGuestFlush(user: DiskUser | undefined, take: () => Promise<void>): Promise<void> {
  const { isEnabled, timeoutSeconds } = readConfiguration(await read(user, CONFIGURATION));
  if (user === undefined || !isEnabled) {
    throw new SandboxError(
      'You can only use guest-flush on disks attached to instances with supported operating systems. Make sure you have the latest image version and agent installed with required services (e.g. VSS for Windows).',
    );
  }
  await runScript(user, 'pre.sh', timeoutSeconds);
  try {
    await take();
  } finally {
    await runScript(user, 'post.sh', timeoutSeconds);
  }
}

async function read(user: DiskUser | undefined, path: string): Promise<string> {
  const result = await user?.vm.exec(['cat', path]);
  return result?.status === 0 ? result.stdout : '';
}

async function runScript({ vm, deviceName }: DiskUser, name: string, timeoutSeconds: number): Promise<void> {
  const path = `${SCRIPTS}/${name}`;
  if ((await vm.exec(['test', '-f', path])).status !== 0) throw new SandboxError(`${vm.name} has no ${path}: no snapshot was taken`);
  const command = ['timeout', '--kill-after=5', String(timeoutSeconds), path, deviceName];
  const { status, stderr } = await vm.exec(command, { timeoutSeconds: timeoutSeconds + 30 });
  if (status === 0) return;
  const reason = stderr.trim().split('\n').at(-1);
  const failed = `failed with status ${status}${reason ? ` (${reason})` : ''}`;
  const problem = status === TIMED_OUT ? `did not end within ${timeoutSeconds} s` : failed;
  throw new SandboxError(`${path} on ${vm.name} ${problem}: no snapshot was taken`);
}

/** Reads the section `Snapshots` of the guest agent's configuration. Snapshots are not enabled by default. */
export function readConfiguration(text: string): { readonly isEnabled: boolean; readonly timeoutSeconds: number } {
  let section = '';
  const settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    section = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim().toLowerCase() ?? section;
    const [, key, value] = /^\s*(\w+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === 'snapshots' && key !== undefined) settings.set(key.toLowerCase(), value!);
  }
  const timeout = Number(settings.get('timeout_in_seconds'));
  return {
    isEnabled: /^(1|t|true|y|yes|on)$/i.test(settings.get('enabled') ?? ''),
    timeoutSeconds: Number.isInteger(timeout) && timeout > 0 ? timeout : DEFAULT_TIMEOUT_SECONDS,
  };
}
