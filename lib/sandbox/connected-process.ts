import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { identifyProcess, type ProcessIdentity } from '../core/process-identity';

/**
 * Finds the process at the other end of a TCP connection of this machine. Undefined where that cannot be told: outside of Linux, and for processes of other users.
 */
export function findConnectedProcess({ remotePort, localPort }: Socket): ProcessIdentity | undefined {
  if (process.platform !== 'linux' || remotePort === undefined || localPort === undefined) return undefined;
  try {
    const inode = findInode(remotePort, localPort);
    if (inode === undefined) return undefined;
    const pid = listProcesses().find((each) => hasSocket(each, inode));
    return pid === undefined ? undefined : identifyProcess(pid);
  } catch {
    return undefined;
  }
}

/** Finds the inode of a connection's socket on the side with the given local port. */
function findInode(local: number, remote: number): string | undefined {
  const port = (text: string | undefined): number => Number.parseInt(text?.split(':')[1] ?? '', 16);
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  const found = lines.map((line) => line.trim().split(/\s+/)).find((fields) => port(fields[1]) === local && port(fields[2]) === remote);
  return found?.[9];
}

function listProcesses(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function hasSocket(pid: number, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readLink(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
  } catch {
    return false;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
