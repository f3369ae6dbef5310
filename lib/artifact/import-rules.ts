import { type Block, isBlock } from '../terraform/values';
import type { BaseProjects } from './base-projects';
import { quote } from './printable';

const ITERATED = /^\$\{each\.(key|value)\}$/;

/**
 * Finds what an import names beyond the projects of the base branch.
 *
 * Ids of Google Cloud begin with the project, or are a name in the project of the provider. The former must be written out: an id that begins
 * with a location cannot be told from one that begins with a project.
 *
 * @returns the rule that it violates, for a message
 */
export function findImportProblem(block: Block, type: string, projects: BaseProjects): string | undefined {
  const { id, for_each } = block;
  if (typeof id !== 'string') return `'id' must be a text, got ${quote(id)}`;
  const items = listItems(for_each);
  if (items === undefined) return "'for_each' must be a list of texts or an object of texts, without expressions";
  if (type.startsWith('google_storage_')) return 'is not planned: the name of a bucket does not tell its project';
  if (!type.startsWith('google_')) return undefined;
  const [, member] = ITERATED.exec(id) ?? [];
  const ids = member === undefined ? [id] : items.map(([key, value]) => (member === 'key' ? key : value));
  const foreign = ids.find((each) => !isOfProject(each, projects));
  return foreign === undefined ? undefined : `'id' must be a name, or begin with a project of the base branch, got ${quote(foreign)}`;
}

/** Keys and values of the iteration; undefined when they are not known here. */
function listItems(iteration: unknown): readonly (readonly [key: string, value: string])[] | undefined {
  if (iteration === undefined) return [];
  const entries = Array.isArray(iteration)
    ? iteration.map((value) => [value, value])
    : isBlock(iteration)
      ? Object.entries(iteration)
      : undefined;
  return entries?.every((entry) => entry.every((each) => typeof each === 'string' && !/[$%]\{/.test(each)))
    ? (entries as [string, string][])
    : undefined;
}

function isOfProject(id: string, projects: BaseProjects): boolean {
  const [, owner] = /^[^ ]+@([^ ]+)\.iam\.gserviceaccount\.com$/.exec(id) ?? [];
  if (owner !== undefined && !projects.includes(owner)) return false;
  // A name, without a separator.
  if (/^[\w.@:-]+$/.test(id)) return true;
  const [, project] = /^(?:projects\/)?((?:\$\{[^}]*\}|[^/ $%])+)[/ ]/.exec(id) ?? [];
  // The provider reads the project that comes last, so there is one.
  return project !== undefined && projects.includes(project) && !/[/ ]projects\//.test(id);
}
