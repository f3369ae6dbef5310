import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { SandboxError } from '../sandbox-error';

/** Programs that local VMs need, with their Debian packages. */
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

/** File systems that the kernel must support: those of boot disks and data disks. */
const FILE_SYSTEMS = ['overlay', 'xfs'];

/** Properties of a host that decide if it can run VMs. */
export interface Host {
  readonly platform: string;
  readonly isRoot: boolean;
  hasProgram(name: string): boolean;
  hasFileSystem(name: string): boolean;

  /** Mount point of cgroup2; `undefined` if it is not mounted. */
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
 * Finds the requirements of local VMs that a host does not meet, as clauses such as `they need root`.
 *
 * @param host host to check. @default - this host
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

/** Requires a host that can run VMs. @throws SandboxError with the missing requirements */
export function requireVms(host: Host = THIS_HOST): void {
  const missing = missingForVms(host);
  if (missing.length === 0) return;
  throw new SandboxError(`local VMs cannot run here: ${missing.join('; ')}. Without them (no --vms) the sandbox works as always`);
}

/** Mount point of cgroup2 on this host. */
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

/** Checks for a file system in the kernel or in a module, which a mount loads. */
function isKnown(fileSystem: string): boolean {
  if (readFileSync('/proc/filesystems', 'utf8').split(/\s+/).includes(fileSystem)) return true;
  const modules = join('/lib/modules', release(), 'modules.dep');
  return existsSync(modules) && readFileSync(modules, 'utf8').includes(`/${fileSystem}.ko`);
}
