import { TerraformDocumentError } from '../terraform/errors';
import { parseJson } from '../terraform/json';
import type { ValuePath } from '../terraform/value-path';
import { isBlock } from '../terraform/values';

/**
 * Parses JSON that every reader reads as the same value, Terraform included: it replaces invalid Unicode, normalizes text, and reads numbers
 * of any length.
 *
 * @throws TerraformDocumentError for any other JSON
 */
export function parseExactJson(content: Buffer): unknown {
  const value = parseJson(decode(content));
  requireExact(value, []);
  return value;
}

function decode(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new TerraformDocumentError('must be UTF-8');
  }
}

function requireExact(value: unknown, path: ValuePath): void {
  if (typeof value === 'string') requireNormal(value, path);
  else if (typeof value === 'number') {
    if (!Number.isFinite(value) || Object.is(value, -0) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
      throw new TerraformDocumentError(`must be a number that a double holds exactly, got ${value}`, path);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) requireExact(item, [...path, index]);
  } else if (isBlock(value)) {
    for (const [name, member] of Object.entries(value)) {
      requireNormal(name, [...path, name]);
      requireExact(member, [...path, name]);
    }
  }
}

function requireNormal(text: string, path: ValuePath): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) throw new TerraformDocumentError('must be text without control characters', path);
  if (text.startsWith('\ufeff')) throw new TerraformDocumentError('must be text without a byte order mark, which Terraform drops', path);
  if (/[^\0-\x7f]/.test(text) && (/\p{Cs}/u.test(text) || text.normalize('NFC') !== text))
    throw new TerraformDocumentError('must be Unicode text in normalization form C', path);
}
