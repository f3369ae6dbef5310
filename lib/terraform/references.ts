import type { Resource, TerraformDocument } from './document';
import { isBlock, isUndetermined } from './values';

const REFERENCE = /\$\{([^{}]+)\}/g;
const ATTRIBUTE = /^([a-z][a-z0-9_]*)\.([A-Za-z0-9_-]+)\.(.+)$/;

/** Maximum depth of references to references; a longer chain is a cycle. */
const MAX_DEPTH = 10;

/**
 * Values that the references of a document resolve to: locals, and arguments of its resources.
 *
 * A value that is known after apply stays a reference: equal texts are the same unknown value.
 */
export class References {
  constructor(protected readonly document: TerraformDocument) {}

  /** Resolves the references in a text, as far as possible; `isKnown` tests the result. */
  public text(value: unknown, depth = 0): string {
    if (isUndetermined(value)) return this.text(asTemplate(value.expression), depth);
    if (typeof value !== 'string') return value === undefined || value === null ? '' : String(value);
    if (!value.includes('${') || depth > MAX_DEPTH) return value;
    return value.replace(REFERENCE, (reference, expression: string) => this.attribute(expression.trim(), depth) ?? reference);
  }

  /** Attributes of a resource that its arguments determine, for analyses that know its type. */
  protected computed(_resource: Resource): Readonly<Record<string, string>> | undefined {
    return undefined;
  }

  private attribute(expression: string, depth: number): string | undefined {
    if (expression.startsWith('local.')) return this.known(this.document.locals[expression.slice('local.'.length)], depth);
    const [, type, name, path] = ATTRIBUTE.exec(expression) ?? [];
    const resource = this.document.find(`${type}.${name}`);
    if (!resource || path === undefined) return undefined;
    return this.known(at(resource.body, path), depth) ?? this.computed(resource)?.[path];
  }

  private known(value: unknown, depth: number): string | undefined {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? this.text(String(value), depth + 1)
      : undefined;
  }
}

/** Writes an expression as a template. Plans have bare references, and `isKnown` looks for template sequences. */
function asTemplate(expression: string): string {
  return expression.includes('${') ? expression : `\${${expression}}`;
}

/** Tests that a text has no reference. */
export function isKnown(text: string): boolean {
  return !text.includes('${');
}

/** Reads the value at a path such as `metadata[0].name`. A single block counts as its own first element. */
function at(body: unknown, path: string): unknown {
  let current = body;
  for (const [, name, index, key] of path.matchAll(/([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\["([^"]*)"\]/g)) {
    if (index !== undefined) current = Array.isArray(current) ? current[Number(index)] : Number(index) === 0 ? current : undefined;
    else current = isBlock(current) ? current[(name ?? key)!] : undefined;
  }
  return current;
}
