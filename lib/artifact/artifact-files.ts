import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatName } from './printable';

const MAX_FILES = 5_000;
const MAX_FILE_MIB = 20;
const MAX_TOTAL_MIB = 200;
const MAX_DEPTH = 30;
const MIB = 2 ** 20;

/** Reads all files of a folder, by path with slashes. Other kinds of entries, large files and too many files are refused. */
export function readArtifactFiles(folder: string, refusals: string[]): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  let total = 0;
  const pending = [''];
  for (const below of pending) {
    for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
      const file = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory() && file.split('/').length < MAX_DEPTH) pending.push(file);
      else if (entry.isDirectory()) refusals.push(`${formatName(file)} is a folder too deep: an artifact has at most ${MAX_DEPTH} levels`);
      else if (!entry.isFile()) refusals.push(`${formatName(file)} must be a file, got a link or something else`);
      else {
        const content = readSmallFile(path.join(folder, file));
        if (content === undefined) refusals.push(`${formatName(file)} must be at most ${MAX_FILE_MIB} MiB`);
        else files.set(file, content);
        total += content?.length ?? 0;
      }
      if (files.size + pending.length > MAX_FILES || total > MAX_TOTAL_MIB * MIB) {
        refusals.push(`an artifact has at most ${MAX_FILES} files and ${MAX_TOTAL_MIB} MiB`);
        return files;
      }
    }
  }
  return files;
}

function readSmallFile(file: string): Buffer | undefined {
  const opened = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    return fstatSync(opened).size > MAX_FILE_MIB * MIB ? undefined : readFileSync(opened);
  } finally {
    closeSync(opened);
  }
}
