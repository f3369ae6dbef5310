import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ModuleItem, parseFileSync, type TsInterfaceDeclaration } from '@swc/core';

/** Folders of the constructs. */
const FOLDERS = ['cassandra', 'cluster', 'connectivity', 'core', 'network', 'workload'].map((name) =>
  path.join(__dirname, '../../lib', name),
);

/** Lists the props of exported interfaces of constructs, including inherited ones, by interface. */
export function publicProps(): Map<string, string[]> {
  const files = FOLDERS.flatMap(sourcesIn);
  const declared = new Map(files.flatMap(interfacesIn).map((each) => [each.id.value, each]));
  const propsOf = (name: string): string[] => {
    const found = declared.get(name);
    if (!found) return [];
    const inherited = found.extends.flatMap(({ expression }) => (expression.type === 'Identifier' ? propsOf(expression.value) : []));
    return [...new Set([...inherited, ...ownProps(found)])];
  };
  const exported = [path.join(__dirname, '../../lib/index.ts'), ...files.filter((file) => path.basename(file) === 'index.ts')]
    .map((file) => readFileSync(file, 'utf8'))
    .join();
  const names = [...declared.keys()].filter((name) => /(Props|Options|RingNode)$/.test(name) && new RegExp(`\\b${name}\\b`).test(exported));
  return new Map(names.map((name) => [name, propsOf(name)]));
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

function interfacesIn(file: string): TsInterfaceDeclaration[] {
  return parseFileSync(file, { syntax: 'typescript' }).body.flatMap((item: ModuleItem) =>
    item.type === 'ExportDeclaration' && item.declaration.type === 'TsInterfaceDeclaration' ? [item.declaration] : [],
  );
}

function ownProps({ body }: TsInterfaceDeclaration): string[] {
  return body.body.flatMap((member) =>
    member.type === 'TsPropertySignature' && member.key.type === 'Identifier' ? [member.key.value] : [],
  );
}
