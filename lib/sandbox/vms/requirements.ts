import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { SandboxError } from '../sandbox-error';

/** Programs that local VMs are made with, and the Debian package each comes with. */
const PROGRAMS: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  nft: 'nftables',
  ip: 'iproute2',
  losetup: 'mount',
  fsfreeze: 'util-linux',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  'mkfs.xfs': 'xfsprogs',
  'dpkg-deb': 'dpkg',
  gpg: 'gpg',
  openssl: 'openssl',
  java: 'openjdk-17-jre-headless',
  mvn: 'maven',
};

/** File systems that the kernel has to know: that of a VM's boot disk, and that of data disks. */
const FILE_SYSTEMS = ['overlay', 'xfs'];

/** What is asked of a machine before VMs are run on it. */
export interface Host {
  readonly platform: string;
  readonly isRoot: boolean;
  hasProgram(name: string): boolean;
  hasFileSystem(name: string): boolean;

  /** Where control groups of the second version are mounted. */
  readonly controlGroups: string | undefined;
}

const THIS_HOST: Host = {
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  hasProgram: isInstalled,
  hasFileSystem: isKnown,
  get controlGroups() {
    const line = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .find((each) => each.includes(' - cgroup2 '));
    return line?.split(' ')[4];
  },
};

/**
 * What is missing on a machine for local VMs, as clauses: `they need root`. None when they can run.
 *
 * @param host this machine, when left out
 */
export function missingForVms(host: Host = THIS_HOST): string[] {
  if (host.platform !== 'linux') return [`they need Linux, and this is ${host.platform}`];
  if (!host.isRoot) return ['they need root: network namespaces, loop devices and mounts are made for them'];
  const missing: string[] = [];
  const packages = new Set(Object.entries(PROGRAMS).flatMap(([program, name]) => (host.hasProgram(program) ? [] : [name])));
  if (packages.size > 0) missing.push(`these Debian packages are missing: ${[...packages].sort().join(' ')}`);
  if (!host.controlGroups) missing.push('no cgroup2 file system is mounted');
  for (const name of FILE_SYSTEMS) if (!host.hasFileSystem(name)) missing.push(`the kernel has no ${name} file system`);
  return missing;
}

/** @throws SandboxError that says what is missing */
export function requireVms(host: Host = THIS_HOST): void {
  const missing = missingForVms(host);
  if (missing.length === 0) return;
  throw new SandboxError(`local VMs cannot run here: ${missing.join('; ')}. Without them (no --vms) the sandbox works as always`);
}

/** Where this machine has mounted the second version of control groups. */
export function controlGroupMount(): string {
  return THIS_HOST.controlGroups!;
}

function isInstalled(program: string): boolean {
  return ['/usr/sbin', '/sbin', ...(process.env.PATH ?? '').split(delimiter)].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether the kernel knows a file system already, or has it as a module, which a mount loads. */
function isKnown(fileSystem: string): boolean {
  if (readFileSync('/proc/filesystems', 'utf8').split(/\s+/).includes(fileSystem)) return true;
  const modules = join('/lib/modules', release(), 'modules.dep');
  return existsSync(modules) && readFileSync(modules, 'utf8').includes(`/${fileSystem}.ko`);
}
