import { scanTemplate, TemplateSyntaxError } from '../terraform/template-tokens';
import { textsIn, toList } from '../terraform/values';
import type { BaseComparison } from './base-comparison';
import { PUBLIC_IMAGE_PROJECTS } from './checked-arguments';
import { own, type StackBlocks } from './stack-blocks';

/** Full or partial URL of a resource of Google Cloud, up to its project. */
const LINK = /^(?:(?:https?:)?\/\/[\w.-]*googleapis\.com\/(?:[\w.-]+\/)*?)?\/?projects\/((?:\$\{[^}]*\}|[^/])*)/;

/** Project of another resource of the stack, whose own arguments are verified. */
const OF_RESOURCE = /^\$\{(google_\w+\.[\w-]+)\.project\}$/;

/** Projects that the base branch uses. */
export class BaseProjects {
  private readonly projects: ReadonlySet<unknown>;
  private readonly linked: ReadonlySet<unknown>;

  constructor(
    private readonly head: StackBlocks,
    base: StackBlocks,
    private readonly comparison: BaseComparison,
  ) {
    const configured = Object.values(base.json.provider ?? {}).flatMap((each) => toList(each).map((one) => own(one, 'project')));
    const resources = [...base.resources.values()].filter(({ kind }) => kind === 'resource').map(({ body }) => body.project);
    this.projects = new Set([...configured, ...resources].filter((project) => typeof project === 'string'));
    const links = textsIn([...base.resources.values()].map(({ body }) => body)).flatMap(projectsOf);
    this.linked = new Set([...PUBLIC_IMAGE_PROJECTS, ...links]);
  }

  /** Tests that a project is one of the base branch. An expression must have the same value there. */
  public includes(project: unknown): boolean {
    if (typeof project !== 'string') return false;
    const [, address] = OF_RESOURCE.exec(project) ?? [];
    if (address !== undefined && this.head.resources.has(address)) return true;
    return this.projects.has(project) && this.comparison.hasSameReferences(project);
  }

  /** Finds a text that names a resource in another project than those of the base branch. */
  public findForeignLink(value: unknown): string | undefined {
    const isForeign = (project: string): boolean =>
      !this.includes(project) && !(this.linked.has(project) && this.comparison.hasSameReferences(project));
    return textsIn(value).find((text) => projectsOf(text).some(isForeign));
  }
}

/** Projects that a text names at its beginning, or at that of a text in its expressions. */
function projectsOf(text: string): readonly string[] {
  return [text, ...literalsIn(text)].flatMap((each) => LINK.exec(each)?.[1] ?? []);
}

function literalsIn(text: string): readonly string[] {
  if (!text.includes('${')) return [];
  try {
    return scanTemplate(text).flatMap(({ kind, text: literal }) => (kind === 'literal' ? [literal] : []));
  } catch (error) {
    // A template that cannot be read is refused elsewhere.
    if (error instanceof TemplateSyntaxError) return [];
    throw error;
  }
}
