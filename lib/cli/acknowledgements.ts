import { existsSync } from 'node:fs';
import path from 'node:path';
import { ReportedError } from '../core/reported-error';
import { findShapeProblem } from '../core/shape';
import { type Acknowledgement, requireAcknowledgements } from '../guard/acknowledgement';
import { nameFileInErrors, readJson } from './synthesized-stack';

export const ACKNOWLEDGEMENTS_OPTION = [
  '--acknowledgements <file>',
  'accepted refusals of the guard: a JSON list, or a compiled module that exports it (default: context.acknowledgements of cdktf.json)',
] as const;

/** Reads the acknowledgements in a file, by default that of `cdktf.json`. */
export function readAcknowledgements(option?: string): readonly Acknowledgement[] {
  const file = option ?? configured();
  if (file === undefined) return [];
  const list = listIn(file);
  return nameFileInErrors(file, () => requireAcknowledgements(list));
}

function listIn(file: string): unknown {
  if (file.endsWith('.ts')) {
    throw new ReportedError(`'${file}' must be compiled: pass the JavaScript file, for example dist/environments/acknowledgements.js`);
  }
  if (!/\.c?js$/.test(file)) return readJson(file);
  let module: { acknowledgements?: unknown };
  try {
    module = require(path.resolve(file)) as typeof module;
  } catch (error) {
    throw new ReportedError(`cannot load '${file}': ${(error as Error).message.split('\n')[0]}`);
  }
  if (module.acknowledgements === undefined) throw new ReportedError(`'${file}' must export 'acknowledgements'`);
  return module.acknowledgements;
}

function configured(): string | undefined {
  if (!existsSync('cdktf.json')) return undefined;
  const configuration = readJson('cdktf.json');
  const problem = findShapeProblem(configuration, { members: { 'context?': { members: { 'acknowledgements?': 'string' } } } });
  if (problem !== undefined) throw new ReportedError(`cdktf.json: ${problem}`);
  return (configuration as { context?: { acknowledgements?: string } }).context?.acknowledgements;
}
