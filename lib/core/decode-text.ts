import { ReportedError } from './reported-error';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * Decodes the content of a file in UTF-8 or UTF-16, which PowerShell writes, with or without a byte order mark.
 *
 * @throws ReportedError for binary content
 */
export function decodeText(content: Uint8Array): string {
  const text = decode(content);
  if (text === undefined || text.includes('\0')) throw new ReportedError('must be UTF-8 or UTF-16, got binary content');
  return text;
}

function decode(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder(findEncoding(content), { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** Finds the encoding by the byte order mark, or by the first character, which has one byte in all text formats that are read. */
function findEncoding([first, second]: Uint8Array): Encoding {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== undefined && second !== 0)) return 'utf-16be';
  return 'utf-8';
}
