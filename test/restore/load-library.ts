import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';
import type { Library } from './evaluate';
import type { LibraryMutant } from './mutants';

const LIBRARY = join(__dirname, '../../lib/recovery');

/** Loads the checks of the library, with those of one file weakened. */
export function loadLibrary(mutant?: LibraryMutant): Library {
  const library = {} as Library;
  jest.isolateModules(() => {
    if (mutant !== undefined) {
      const path = join(LIBRARY, mutant.file);
      jest.doMock(path, () => compile(path, mutant));
    }
    for (const name of [
      'verify-set',
      'snapshot-sets',
      'restore-ring',
      'drill',
      'drill-proof',
      'verification',
      'recover-disk',
      'recovery-error',
    ])
      Object.assign(library, require(join(LIBRARY, name)));
    if (mutant !== undefined) jest.dontMock(join(LIBRARY, mutant.file));
  });
  return library;
}

function compile(path: string, { from, to }: LibraryMutant): unknown {
  const source = replaceOnce(readFileSync(path, 'utf8'), from, to);
  const { code } = transformSync(source, {
    filename: path,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const module = { exports: {} };
  const load = (name: string): unknown => require(name.startsWith('.') ? join(dirname(path), name) : name);
  new Function('require', 'module', 'exports', code)(load, module, module.exports);
  return module.exports;
}

/** @throws Error if the text is not there once */
export function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`the weakened check must be there once: ${from}`);
  return text.replace(from, () => to);
}
