import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Resources of the host that running VMs use and must release: processes, namespaces, mounts, loop devices. */
export class Leftovers {
  /**
   * Watches the resources of the VMs that a process runs.
   *
   * @param directory folder of their disks
   */
  public static watch(root: number, directory: string): Leftovers {
    const processes = below(root);
    const own = new Set(['net', 'mnt', 'pid'].map((kind) => namespace(process.pid, kind)));
    const namespaces = new Set(
      processes
        .flatMap((pid) => ['net', 'mnt', 'pid'].map((kind) => namespace(pid, kind)))
        .filter((each): each is string => each !== undefined && !own.has(each)),
    );
    return new Leftovers(processes, namespaces, directory);
  }

  private constructor(
    public readonly processes: readonly number[],
    public readonly namespaces: ReadonlySet<string>,
    private readonly directory: string,
  ) {}

  /** Loop devices of disks. */
  public get loopDevices(): string[] {
    return readdirSync('/sys/block').filter((name) => {
      const file = `/sys/block/${name}/loop/backing_file`;
      return existsSync(file) && readFileSync(file, 'utf8').startsWith(this.directory);
    });
  }

  /** Describes the resources that are still in use. */
  public find(): string[] {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(this.directory));
    const inUse = new Set(running().flatMap((pid) => ['net', 'mnt', 'pid'].map((kind) => namespace(pid, kind))));
    return [
      ...this.processes.filter(isRunning).map((pid) => `process ${pid} (${name(pid)})`),
      ...[...this.namespaces].filter((each) => inUse.has(each)).map((each) => `namespace ${each}`),
      ...mounts.map((line) => `mount ${line}`),
      ...this.loopDevices.map((device) => `loop device ${device}`),
    ];
  }
}

/** The processes that a process started, and those that they did. */
function below(root: number): number[] {
  const parents = new Map(running().map((pid) => [pid, parent(pid)]));
  const isBelow = (pid: number | undefined): boolean => pid !== undefined && pid > 1 && (pid === root || isBelow(parents.get(pid)));
  return [...parents.keys()].filter((pid) => pid !== root && isBelow(parents.get(pid)));
}

function running(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** Excludes zombies. */
function isRunning(pid: number): boolean {
  return status(pid, 'State') !== undefined && !status(pid, 'State')!.startsWith('Z');
}

function parent(pid: number): number | undefined {
  const value = status(pid, 'PPid');
  return value === undefined ? undefined : Number(value);
}

function name(pid: number): string {
  return status(pid, 'Name') ?? 'gone';
}

function status(pid: number, key: string): string | undefined {
  try {
    return new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

function namespace(pid: number, kind: string): string | undefined {
  try {
    return basename(readlinkSync(`/proc/${pid}/ns/${kind}`));
  } catch {
    return undefined;
  }
}

/** The process whose command line has all of these words. */
export function processWith(...words: readonly string[]): number | undefined {
  return running().find((pid) => {
    const line = commandLine(pid);
    return pid !== process.pid && words.every((word) => line.some((each) => each.endsWith(word)));
  });
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
