import type { Resource, TerraformDocument } from './document';
import { isBlock, isUndetermined } from './values';

const REFERENCE = /\$\{([^{}]+)\}/g;
const ATTRIBUTE = /^([a-z][a-z0-9_]*)\.([A-Za-z0-9_-]+)\.(.+)$/;

/** Maximum length of a chain of references. A longer chain is a cycle. */
const MAX_DEPTH = 10;

/**
 * Resolves references to locals and to arguments of resources of a document.
 *
 * References to values that are known only after apply remain unresolved. Two identical references are the same unknown value.
 */
export class References {
  constructor(protected readonly document: TerraformDocument) {}

  /** Text with resolved references. `isKnown` tests that all references were resolved. */
  public text(value: unknown, depth = 0): string {
    if (isUndetermined(value)) return this.text(toTemplate(value.expression), depth);
    if (typeof value !== 'string') return value === undefined || value === null ? '' : String(value);
    if (!value.includes('${') || depth > MAX_DEPTH) return value;
    return value.replace(REFERENCE, (reference, expression: string) => this.attribute(expression.trim(), depth) ?? reference);
  }

  /** Computed attributes of a resource that an analysis derives from its arguments. */
  protected computed(_resource: Resource): Readonly<Record<string, string>> | undefined {
    return undefined;
  }

  private attribute(expression: string, depth: number): string | undefined {
    if (expression.startsWith('local.')) return this.known(this.document.locals[expression.slice('local.'.length)], depth);
    const [, type, name, path] = ATTRIBUTE.exec(expression) ?? [];
    const resource = this.document.find(`${type}.${name}`);
    if (!resource || path === undefined) return undefined;
    return this.known(readAttribute(resource.body, path), depth) ?? this.computed(resource)?.[path];
  }

  private known(value: unknown, depth: number): string | undefined {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? this.text(String(value), depth + 1)
      : undefined;
  }
}

/** Converts an expression to a template. Expressions of plans are bare references, and `isKnown` searches for template markers. */
function toTemplate(expression: string): string {
  return expression.includes('${') ? expression : `\${${expression}}`;
}

/** Tests that a text contains no unresolved reference. */
export function isKnown(text: string): boolean {
  return !text.includes('${');
}

/** Reads the value at a path such as `metadata[0].name`. A single block is its own first element. */
function readAttribute(body: unknown, path: string): unknown {
  let current = body;
  for (const [, name, index, key] of path.matchAll(/([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\["([^"]*)"\]/g)) {
    if (index !== undefined) current = Array.isArray(current) ? current[Number(index)] : Number(index) === 0 ? current : undefined;
    else current = isBlock(current) ? current[(name ?? key)!] : undefined;
  }
  return current;
}
