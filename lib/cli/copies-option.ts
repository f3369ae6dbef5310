import { InvalidArgumentError } from 'commander';
import type * as Recovery from '../recovery';

/** Option for a project with copies of the sets of a ring, from `SnapshotSetCopies`. */
export const COPIES_OPTION = [
  '--copies <project>',
  "project with copies of the sets, from 'SnapshotSetCopies' (default: the sets of the ring's own project)",
  parseProject,
] as const;

/** Copies of a ring in the project of the option. */
export function openCopies(project: string | undefined, environment: NodeJS.ProcessEnv): Recovery.CopiesProject | undefined {
  if (project === undefined) return undefined;
  const { ComputeEngine } = require('../recovery') as typeof Recovery;
  return { project, compute: new ComputeEngine({ project, environment }) };
}

function parseProject(text: string): string {
  if (/^([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(text)) return text;
  throw new InvalidArgumentError('must be a project id, such as parking-vault.');
}
