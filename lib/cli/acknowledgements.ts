import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Acknowledgement } from '../preview/guard';
import { readJson, UsageError } from './synthesized-stack';

export const ACKNOWLEDGEMENTS_OPTION = [
  '--acknowledgements <file>',
  'what may happen although the guard refuses it: a list in JSON, or a compiled module that exports it; without it, the file that cdktf.json names as context.acknowledgements',
] as const;

/** The list in a file, or in the one that `cdktf.json` names. What is in it is checked by the guard. */
export function readAcknowledgements(option?: string): readonly Acknowledgement[] {
  const file = option ?? configured();
  if (file === undefined) return [];
  if (file.endsWith('.ts')) {
    throw new UsageError(
      `'${file}' has to be compiled first: name the JavaScript it becomes, for example dist/environments/acknowledgements.js`,
    );
  }
  if (!/\.c?js$/.test(file)) return readJson(file) as readonly Acknowledgement[];
  let module: { acknowledgements?: readonly Acknowledgement[] };
  try {
    module = require(path.resolve(file)) as typeof module;
  } catch (error) {
    throw new UsageError(`cannot load '${file}': ${(error as Error).message.split('\n')[0]}`);
  }
  if (module.acknowledgements === undefined) throw new UsageError(`'${file}' exports no 'acknowledgements'`);
  return module.acknowledgements;
}

function configured(): string | undefined {
  if (!existsSync('cdktf.json')) return undefined;
  const { context } = readJson('cdktf.json') as { context?: { acknowledgements?: string } };
  return context?.acknowledgements;
}
