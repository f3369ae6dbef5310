import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ReportedError } from '../core/reported-error';

/** Packed npm package. */
export interface Tarball {
  readonly content: Buffer;
  readonly version: string;
}

/**
 * Reads a packed package, as `npm pack` writes it.
 *
 * @throws ReportedError when the file cannot be read or is not a packed package of this name
 */
export function readTarball(file: string, name: string): Tarball {
  const found = readContent(file);
  const json = found && findPackageJson(found);
  if (!found || json?.name !== name || typeof json.version !== 'string') {
    const rule = `'library' must be a package of ${name} that npm pack wrote`;
    throw new ReportedError(`${rule}, got '${file}'${found ? '' : ', which is not a readable file'}`);
  }
  return { content: found, version: json.version };
}

function readContent(file: string): Buffer | undefined {
  try {
    return statSync(file).isFile() ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

/** Finds the `package.json` of a package. A tar archive is a sequence of 512-byte headers, each followed by its file, padded to 512 bytes. */
function findPackageJson(content: Buffer): { readonly name?: unknown; readonly version?: unknown } | undefined {
  try {
    const archive = gunzipSync(content);
    for (let at = 0; at + 512 <= archive.length; ) {
      const text = (from: number, length: number) => archive.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '');
      const size = Number.parseInt(text(124, 12), 8) || 0;
      if (text(0, 100) === 'package/package.json') return JSON.parse(archive.toString('utf8', at + 512, at + 512 + size));
      at += 512 * (1 + Math.ceil(size / 512));
    }
  } catch {
    // Not compressed, or not JSON: not a package.
  }
  return undefined;
}
