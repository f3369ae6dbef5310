import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recorded } from './evaluate';

/** Name of the ring's folder. */
export const RING = 'damages';

/** Folder of the kept sets, their images and reports. */
export const KEPT_FOLDER = join(tmpdir(), `gke-platform-cassandra-${RING}`, 'kept-sets');

/** Reports of recovery VMs, by the name of the damage, from which a weakened library is checked without VMs. */
export const recordings = {
  write(name: string, { set, ...run }: Recorded): void {
    mkdirSync(KEPT_FOLDER, { recursive: true });
    writeFileSync(fileOf(name), JSON.stringify({ ...run, set: { ...set, snapshots: [...set.snapshots] } }));
  },

  /** @returns `undefined` if there was no run */
  find(name: string): Recorded | undefined {
    if (!existsSync(fileOf(name))) return undefined;
    const { set, ...run } = JSON.parse(readFileSync(fileOf(name), 'utf8'));
    return { ...run, set: { ...set, snapshots: new Map(set.snapshots) } };
  },

  /** @throws Error if there was no run */
  get(name: string): Recorded {
    const found = recordings.find(name);
    if (found === undefined) throw new Error(`there are no reports of '${name}'`);
    return found;
  },
};

function fileOf(name: string): string {
  return join(KEPT_FOLDER, `${name.replace(/\W+/g, '-')}.json`);
}
