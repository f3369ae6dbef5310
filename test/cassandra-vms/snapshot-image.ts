import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Damages the image of a snapshot: runs shell commands in its file system. @param directory folder of the sandbox */
export function editImage(directory: string, image: string, script: string): void {
  const commands = `set -euo pipefail; mkdir -p "$1"; mount -o loop,nouuid "$2" "$1"; cd "$1"; ${script}; cd /; umount "$1"`;
  const words = ['--mount', '--propagation=private', 'bash', '-c', commands, 'edit', join(directory, 'mnt'), image];
  const { status, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${image} cannot be changed: ${stderr}`);
}
