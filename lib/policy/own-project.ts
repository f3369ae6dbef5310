import { blocks, isBlock } from '../terraform/values';

/** A stack in the project of a stack of another environment. */
export interface SharedProject {
  readonly stack: string;
  readonly environment: string;
  readonly project: string;

  /** The stack that was there first, and its environment. */
  readonly other: { readonly stack: string; readonly environment: string };
}

/** Sentence about it, for people. */
export function sharedProjectText({ stack, environment, project, other }: SharedProject): string {
  return `stack ${stack} (environment ${environment}) must have a project of its own, got ${project}, which is that of ${other.stack} (${other.environment})`;
}

/**
 * Environments live in projects of their own: who may change one may then not change the other, and a mistake stays in its own. Stacks
 * are of different environments when the label `environment` of their Google provider differs.
 *
 * @param stacks synthesized stacks of one app, by id
 * @returns the stacks that share a project with another environment
 */
export function sharedProjects(stacks: Readonly<Record<string, unknown>>): SharedProject[] {
  const first = new Map<string, { readonly environment: string; readonly stack: string }>();
  return Object.entries(stacks).flatMap(([stack, json]) =>
    blocks(isBlock(json) ? json.provider : undefined, 'google').flatMap(({ project, default_labels }) => {
      const environment = isBlock(default_labels) ? default_labels.environment : undefined;
      if (typeof project !== 'string' || typeof environment !== 'string') return [];
      const known = first.get(project);
      if (!known) first.set(project, { environment, stack });
      return known && known.environment !== environment ? [{ stack, environment, project, other: known }] : [];
    }),
  );
}
