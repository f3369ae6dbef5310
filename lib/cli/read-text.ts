import { readFileSync } from 'node:fs';
import { describeFileError } from '../core/file-error';
import { ReportedError } from '../core/reported-error';

/** Reads a file that an option names, in UTF-8. @throws ReportedError that names it if it cannot be read */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ReportedError(`cannot read '${file}': ${describeFileError(error)}`);
  }
}
