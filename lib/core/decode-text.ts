import { ReportedError } from './reported-error';

/** Byte order marks, which editors and shells of Windows write. */
const MARKS: readonly (readonly [bytes: readonly number[], problem: string])[] = [
  [[0xef, 0xbb, 0xbf], 'must be UTF-8 without a byte order mark'],
  [[0xff, 0xfe], 'must be UTF-8, got UTF-16'],
  [[0xfe, 0xff], 'must be UTF-8, got UTF-16'],
];

/**
 * Decodes the content of a file in UTF-8.
 *
 * @throws ReportedError for other encodings, a byte order mark, and binary content
 */
export function decodeText(content: Uint8Array): string {
  const problem = MARKS.find(([bytes]) => bytes.every((byte, n) => content[n] === byte))?.[1];
  if (problem !== undefined) throw new ReportedError(problem);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new ReportedError('must be UTF-8, got binary content');
  }
}
