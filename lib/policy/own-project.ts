import { blocks, isBlock } from '../terraform/values';

/** Stack in the project of a stack of another environment. */
export interface SharedProject {
  readonly stack: string;
  readonly environment: string;
  readonly project: string;

  /** First stack in the project, and its environment. */
  readonly other: { readonly stack: string; readonly environment: string };
}

/** Formats a shared project as an error message. */
export function formatSharedProject({ stack, environment, project, other }: SharedProject): string {
  return `stack ${stack} (environment ${environment}) must have its own project, got ${project}, which is that of ${other.stack} (${other.environment})`;
}

/**
 * Finds environments that share a project. With a project for each environment, permissions and mistakes do not cross environments.
 * Stacks belong to different environments when the label `environment` of their Google provider differs.
 *
 * @param stacks synthesized stacks of one app, by id
 * @returns stacks that share a project with another environment
 */
export function findSharedProjects(stacks: Readonly<Record<string, unknown>>): SharedProject[] {
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
