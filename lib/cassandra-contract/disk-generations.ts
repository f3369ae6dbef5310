import { readFileSync } from 'node:fs';
import { describeFileError } from '../core/file-error';
import { ReportedError } from '../core/reported-error';
import { saveFile } from '../core/saved-file';
import { findShapeProblem, type Shape } from '../core/shape';
import { DISK_NAME_LENGTH, shorten } from '../core/short-name';
import { parseJson } from '../terraform/json';

/** Former generation of a data disk, which is kept. */
export interface KeptGeneration {
  readonly generation: number;

  /** Operation that replaced it, for example `restore of set 20261129-041500`. */
  readonly replacedBy: string;

  /** Days, as `YYYY-MM-DD`. */
  readonly replacedAt: string;
  readonly keepUntil: string;
}

/** Generation of a node's data disk that replaced the first one. */
export interface DiskGeneration {
  /** From 2; the disk that the node was created with is generation 1. */
  readonly generation: number;

  /** Source snapshot, as `projects/PROJECT/global/snapshots/NAME`. @default - a blank disk, which the other nodes fill */
  readonly from?: string;

  /** Operation that made this disk and has not ended yet, for example `restore of set 20261129-041500`. @default - it was completed */
  readonly unfinished?: string;

  /** Former disks that are kept. @default - none */
  readonly kept?: readonly KeptGeneration[];
}

/** Content of a disks file: generations by name of the node. A node that is absent has its first disk. */
export type DiskGenerations = Readonly<Record<string, DiskGeneration>>;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SNAPSHOT = /^projects\/[^/"\\$\s]+\/global\/snapshots\/[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const KEPT_MEMBERS = { generation: 'number', replacedBy: 'string', replacedAt: 'string', keepUntil: 'string' } as const;
const SHAPE: Shape = {
  mapOf: { members: { generation: 'number', 'from?': 'string', 'unfinished?': 'string', 'kept?': { listOf: { members: KEPT_MEMBERS } } } },
};

/** Name of the disk of a generation. */
export function generationName(vm: string, generation: number): string {
  return shorten(generation === 1 ? `${vm}-data` : `${vm}-data-${generation}`, DISK_NAME_LENGTH);
}

/**
 * Reads a disks file.
 *
 * @throws ReportedError that names the file, the node, the rule and the value
 */
export function readDiskGenerations(file: string): DiskGenerations {
  let json: unknown;
  try {
    json = parseJson(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ReportedError(`'${file}' cannot be read: ${error instanceof ReportedError ? error.message : describeFileError(error)}`);
  }
  const problem = findShapeProblem(json, SHAPE) ?? findProblem(json as DiskGenerations);
  if (problem !== undefined) throw new ReportedError(`'${file}': ${problem}`);
  return json as DiskGenerations;
}

/** Replaces the content of a disks file as a whole. */
export function writeDiskGenerations(file: string, generations: DiskGenerations): void {
  const problem = findProblem(generations);
  if (problem !== undefined) throw new ReportedError(`'${file}': ${problem}`);
  const sorted = Object.fromEntries(Object.entries(generations).sort(([one], [other]) => (one < other ? -1 : 1)));
  saveFile(file, `${JSON.stringify(sorted, undefined, 2)}\n`, 'as-before');
}

function findProblem(generations: DiskGenerations): string | undefined {
  for (const [node, disk] of Object.entries(generations)) {
    const unknown = [
      ...Object.keys(disk).filter((name) => !['generation', 'from', 'unfinished', 'kept'].includes(name)),
      ...(disk.kept ?? []).flatMap((kept) =>
        Object.keys(kept)
          .filter((name) => !Object.hasOwn(KEPT_MEMBERS, name))
          .map((name) => `kept.${name}`),
      ),
    ];
    if (unknown.length > 0) return `'${node}.${unknown[0]}' is not a member of a disk`;
    const { generation, from, unfinished, kept = [] } = disk;
    if (!Number.isInteger(generation) || generation < 2 || generation > 999)
      return `'${node}.generation' must be a whole number from 2 to 999, got ${generation}`;
    if (from !== undefined && !SNAPSHOT.test(from))
      return `'${node}.from' must be a snapshot, as projects/PROJECT/global/snapshots/NAME, got '${from}'`;
    if (unfinished?.trim() === '') return `'${node}.unfinished' must not be empty`;
    const seen = new Set<number>();
    for (const { generation: former, replacedAt, keepUntil, replacedBy } of kept) {
      if (!Number.isInteger(former) || former < 1 || former >= generation)
        return `'${node}.kept.generation' must be a whole number from 1 to ${generation - 1}, got ${former}`;
      if (seen.has(former)) return `'${node}.kept' has generation ${former} twice`;
      seen.add(former);
      for (const [name, day] of Object.entries({ replacedAt, keepUntil })) {
        if (!DAY.test(day) || Number.isNaN(Date.parse(day))) return `'${node}.kept.${name}' must be a day, as YYYY-MM-DD, got '${day}'`;
      }
      if (replacedBy.trim() === '') return `'${node}.kept.replacedBy' must not be empty`;
    }
  }
  return undefined;
}
