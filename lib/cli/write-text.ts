import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { describeFileError } from '../core/file-error';
import { ReportedError } from '../core/reported-error';

/**
 * Writes a file or a pipe that the user named.
 *
 * @throws ReportedError for an unwritable target, for example a folder, or a pipe without a reader
 */
export function writeText(file: string, text: string): void {
  // Other programs write it to standard output, and a file of that name is hard to remove.
  if (file === '-') throw new ReportedError("cannot write '-': name a file, or './-' for a file of that name");
  try {
    // Without O_NONBLOCK, opening a pipe waits for a reader.
    const opened = openSync(file, constants.O_WRONLY | constants.O_CREAT | (constants.O_NONBLOCK ?? 0), 0o666);
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw new ReportedError(`cannot write '${file}': ${describeFileError(error, 'no such folder')}`);
  }
}
