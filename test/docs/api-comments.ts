import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as library from '../../lib';
import * as testing from '../../lib/testing';

const lib = path.join(__dirname, '..', '..', 'lib');

/** Doc comment of an exported class. */
export interface ClassComment {
  readonly name: string;
  readonly file: string;

  /** Text without comment marks, empty without a comment. */
  readonly text: string;

  /** Code of its `@example` blocks. */
  readonly examples: readonly string[];
}

/** Optional property of an exported interface, with its doc comment. */
export interface OptionalProp {
  /** `Interface.prop`. */
  readonly name: string;
  readonly text: string;
}

/** Entry points of the package with classes that users import, and the names that each exports. */
export const ENTRY_POINTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'cdktf-gke-platform': library,
  'cdktf-gke-platform/testing': testing,
};

/** Sources of those classes: the folders that `lib/index.ts` exports, `core` and `testing`. */
const files = ['core', 'testing', ...[...read('index.ts').matchAll(/^export \* from '\.\/(\w+)'/gm)].map(([, folder]) => folder!)].flatMap(
  (folder) =>
    readdirSync(path.join(lib, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(folder, name)),
);

/** Classes of the entry points, with their doc comments. */
export function classComments(): ClassComment[] {
  const values = Object.values(ENTRY_POINTS).flatMap((names) => Object.values(names));
  const names = values.flatMap((value) => (typeof value === 'function' && /^class\b/.test(`${value}`) ? [value.name] : []));
  // A class can also be exported by a former name.
  return [...new Set(names)].map((name) => {
    const found = files.flatMap((file) =>
      [...read(file).matchAll(declaration(`(?:abstract )?class ${name}`))].map((match) => ({ file, match })),
    );
    if (found.length !== 1) throw new Error(`class ${name} must be declared once, found ${found.length} declarations`);
    const { file, match } = found[0]!;
    const text = plain(match[1] ?? '');
    return { name, file, text, examples: [...text.matchAll(/@example[^\n]*\n```ts\n([\s\S]*?)```/g)].map(([, code]) => code!) };
  });
}

/** Optional props of the interfaces that a folder's index exports, and of those that such an interface extends. */
export function optionalProps(): OptionalProp[] {
  const indexes = ['index.ts', ...files.filter((file) => path.basename(file) === 'index.ts')].map(read).join('\n');
  const interfaces = files.flatMap((file) =>
    [...read(file).matchAll(/^export interface (\w+)(?: extends ([^{]+?))? \{\n([\s\S]*?)^\}/gm)].map(([, name, parents, body]) => ({
      name: name!,
      parents: parents?.split(/\W+/) ?? [],
      body: body!,
    })),
  );
  const isPublic = (name: string): boolean =>
    new RegExp(`\\b${name}\\b`).test(indexes) || interfaces.some((each) => each.parents.includes(name) && isPublic(each.name));
  // Interfaces of behavior, such as `INetwork`, are read and not written by users.
  return interfaces
    .filter(({ name }) => isPublic(name) && !/^I[A-Z][a-z]/.test(name))
    .flatMap(({ name, body }) =>
      [...body.matchAll(/(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)? {2}(?:readonly )?(\w+)\?[:(]/g)].map(([, text, prop]) => ({
        name: `${name}.${prop}`,
        text: plain(text ?? ''),
      })),
    );
}

function declaration(what: string): RegExp {
  return new RegExp(`(?:^/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n)?^export ${what}\\b`, 'gm');
}

function plain(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

function read(file: string): string {
  return readFileSync(path.join(lib, file), 'utf8');
}
