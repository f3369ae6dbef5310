import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identity of a process. Its id alone is reused: by a later process, after a reboot, and in another container. */
export interface ProcessIdentity {
  readonly pid: number;

  /** Time of its start, in the format of the operating system. @default - not known */
  readonly startedAt?: string;

  /** Identifies the boot of the kernel. @default - not known */
  readonly boot?: string;

  /** PID namespace, which a container has of its own. @default - not known */
  readonly namespace?: string;

  /** Name of the machine or container. */
  readonly host: string;
}

/** Identifies a running process, by default this one. */
export function identifyProcess(pid: number = process.pid): ProcessIdentity {
  return { pid, startedAt: readStart(pid), boot: readBoot(), namespace: readNamespace(), host: hostname() };
}

/**
 * Checks if a process has ended. Undefined if that cannot be decided here, for example for a process of another machine or container.
 */
export function hasEnded(identity: ProcessIdentity): boolean | undefined {
  const { pid, startedAt, boot, namespace, host } = identity;
  const isSameBoot = boot === readBoot();
  // Containers have the boot of their host.
  if (!isSameBoot) return boot !== undefined && host === hostname() ? true : undefined;
  if (namespace !== readNamespace() || (boot === undefined && host !== hostname())) return undefined;
  if (!isListed(pid)) return true;
  const found = readStart(pid);
  return found === undefined || (startedAt !== undefined && found !== startedAt);
}

/** Parses an identity that was saved as JSON; undefined for any other text. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const { pid, startedAt, boot, namespace, host } = parseObject(text);
  if (!Number.isInteger(pid) || typeof host !== 'string') return undefined;
  const isOptionalText = (text: unknown): text is string | undefined => text === undefined || typeof text === 'string';
  if (!isOptionalText(startedAt) || !isOptionalText(boot) || !isOptionalText(namespace)) return undefined;
  return { pid: pid as number, startedAt, boot, namespace, host };
}

function parseObject(text: string): Partial<Record<keyof ProcessIdentity, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function isListed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Reads the start time of a process; undefined if it has ended. */
function readStart(pid: number): string | undefined {
  if (process.platform === 'linux') {
    // The name of the program, in parentheses, can contain anything.
    const fields =
      read(`/proc/${pid}/stat`)
        ?.replace(/^.*\)\s+/s, '')
        .split(' ') ?? [];
    const isZombie = fields[0] === 'Z' || fields[0] === 'X';
    return isZombie ? undefined : fields[19];
  }
  if (process.platform === 'win32') return isListed(pid) ? 'not known' : undefined;
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || undefined;
}

function readBoot(): string | undefined {
  return read('/proc/sys/kernel/random/boot_id')?.trim();
}

function readNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
