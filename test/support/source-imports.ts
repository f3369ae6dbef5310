import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';

const ROOT = path.join(__dirname, '../..');

/** An import of one source file by another, as paths from the root of the repository. */
export interface SourceImport {
  readonly from: string;

  /** Nothing for a module that is named at run time alone. */
  readonly to: string | undefined;
}

/** Imports between files of the repository, of all TypeScript in some folders: values and types, `import`, `export ... from` and `require`. */
export function sourceImports(...folders: string[]): readonly SourceImport[] {
  return folders.flatMap(sourceFiles).flatMap((file) => {
    const modules = importedModules(readFileSync(path.join(ROOT, file), 'utf8'));
    return modules
      .filter((name) => name === undefined || name.startsWith('.'))
      .map((name) => ({ from: file, to: name === undefined ? undefined : resolved(path.posix.join(path.posix.dirname(file), name)) }));
  });
}

/** TypeScript files of a folder, as paths from the root of the repository. */
export function sourceFiles(folder: string): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .sort();
}

/** Modules that TypeScript imports, in any of its spellings; nothing for one that is named at run time alone. */
export function importedModules(source: string): readonly (string | undefined)[] {
  const modules: (string | undefined)[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const named = moduleOf(node as Node);
    if (named) modules.push(named.value);
    Object.values(node).forEach(visit);
  };
  visit(parseSync(source, { syntax: 'typescript', decorators: true }).body);
  return modules;
}

interface Node {
  readonly type?: string;
  readonly [member: string]: unknown;
}

interface Literal extends Node {
  readonly value: string;
}

/** The module of a node that imports one. */
function moduleOf(node: Node): { readonly value: string | undefined } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return node.source as Literal;
    case 'ExportNamedDeclaration':
      return (node.source as Literal | null) ?? undefined;
    case 'TsImportType':
      return node.argument as Literal;
    case 'TsExternalModuleReference':
      return node.expression as Literal;
    case 'CallExpression': {
      const { callee, arguments: given } = node as unknown as { callee: Node; arguments: readonly { expression: Node }[] };
      if (callee.type !== 'Import' && !(callee.type === 'Identifier' && callee.value === 'require')) return undefined;
      const argument = given[0]?.expression;
      return { value: argument?.type === 'StringLiteral' ? (argument as Literal).value : undefined };
    }
    default:
      return undefined;
  }
}

function resolved(name: string): string {
  const found = [`${name}.ts`, `${name}/index.ts`, name].find((file) => existsSync(path.join(ROOT, file)));
  // Compiled files are one folder deeper than their sources.
  if (found === undefined && name === '../package.json') return 'package.json';
  if (found === undefined) throw new Error(`no file of the import ${name}`);
  return found;
}

/** Groups of files that import each other in a circle, each group sorted. */
export function importCycles(imports: readonly SourceImport[]): readonly (readonly string[])[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) if (to !== undefined) targets.set(from, [...(targets.get(from) ?? []), to]);

  // Tarjan's strongly connected components.
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const target of targets.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (open.includes(target)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(target)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1 || targets.get(file)?.includes(file)) cycles.push(group.sort());
  };
  for (const file of targets.keys()) if (!order.has(file)) visit(file);
  return cycles.sort(([a], [b]) => (a! < b! ? -1 : 1));
}
