import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatName } from './printable';

const MAX_FILES = 5_000;
const MAX_FILE_MIB = 20;
const MAX_TOTAL_MIB = 200;
const MAX_DEPTH = 30;
const MIB = 2 ** 20;

/** Names that every shell, terminal and report shows as they are. */
const FILE_NAME = /^[\p{L}\p{N}._@+=,~()[\]{}-](?:[\p{L}\p{M}\p{N}._@+=,~()[\]{} -]*[\p{L}\p{M}\p{N}._@+=,~()[\]{}-])?$/u;

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
        const content = readFile(path.join(folder, file));
        if (typeof content === 'string') refusals.push(`${formatName(file)} ${content}`);
        else files.set(file, content);
        total += content.length;
        if (!FILE_NAME.test(entry.name))
          refusals.push(`${formatName(file)} must have a name of letters, digits, spaces and ordinary punctuation`);
      }
      if (files.size + pending.length > MAX_FILES || total > MAX_TOTAL_MIB * MIB) {
        refusals.push(`an artifact has at most ${MAX_FILES} files and ${MAX_TOTAL_MIB} MiB`);
        return files;
      }
    }
  }
  return files;
}

/** Reads a file. @returns the rule that it violates, for a message, in place of the content */
function readFile(file: string): Buffer | string {
  const opened = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { size, nlink } = fstatSync(opened);
    if (nlink > 1) return 'must be a file of its own, got a hard link';
    return size > MAX_FILE_MIB * MIB ? `must be at most ${MAX_FILE_MIB} MiB` : readFileSync(opened);
  } finally {
    closeSync(opened);
  }
}
