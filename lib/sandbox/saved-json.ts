import { readSavedFile } from '../core/saved-file';
import { SandboxError } from './sandbox-error';

/**
 * Reads a JSON file that the sandbox saved; undefined if it does not exist.
 *
 * @param content noun with its article, for error messages: `a Terraform state`
 * @param isValid checks the structure
 * @throws SandboxError with one sentence if the file is damaged or holds something else; it is not changed
 */
export function readSavedJson<T>(file: string, content: string, isValid: (value: unknown) => value is T): T | undefined {
  const text = readSavedFile(file);
  if (text === undefined) return undefined;
  const fail = (got: string): SandboxError =>
    new SandboxError(`${file} cannot be read (it must be ${content}, got ${got}): fix the file, or delete the sandbox with --reset`);
  if (text === '') throw fail('an empty file');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fail(`no JSON: ${(error as Error).message}`);
  }
  if (isValid(value)) return value;
  throw fail('other JSON');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks that a value is an object with valid members. */
export function isRecordOf<T>(value: unknown, isValid: (member: unknown) => member is T): value is Record<string, T> {
  return isObject(value) && Object.values(value).every(isValid);
}
