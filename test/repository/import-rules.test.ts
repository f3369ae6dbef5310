import { readdirSync } from 'node:fs';
import path from 'node:path';
import { importCycles, importedModules, type SourceImport, sourceImports } from '../support/source-imports';

const ROOT = path.join(__dirname, '../..');

/**
 * Allowed imports between folders, of values and types. The default is closed: a new folder imports no other folder, and no other folder
 * imports it, until it is listed here.
 *
 * Constructs import the folders they are built on. Analyses and commands read Terraform's JSON and import no construct, so that they work for
 * any configuration.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  charts: [],
  terraform: ['core'],
  'cassandra-contract': ['core', 'terraform'],
  'resource-types': ['terraform'],

  network: ['core'],
  connectivity: ['core', 'network'],
  cluster: ['core', 'network', 'connectivity', 'terraform'],
  workload: ['core', 'network', 'connectivity', 'cluster', 'charts', 'terraform'],
  cassandra: ['core', 'network', 'connectivity', 'cassandra-contract', 'terraform'],

  reachability: ['core', 'terraform', 'cassandra-contract', 'resource-types'],
  redaction: ['core', 'terraform', 'resource-types'],
  cost: ['core', 'terraform', 'cassandra-contract', 'resource-types'],
  policy: ['core', 'terraform', 'resource-types', 'reachability'],
  guard: ['core', 'terraform', 'resource-types', 'cassandra-contract', 'reachability', 'redaction'],
  preview: ['core', 'terraform', 'reachability', 'cost', 'policy', 'guard', 'redaction'],
  deploy: ['core', 'terraform', 'guard', 'preview', 'redaction'],
  artifact: ['core', 'terraform', 'guard'],
  operations: [
    'core',
    'terraform',
    'cassandra-contract',
    'resource-types',
    'reachability',
    'guard',
    'redaction',
    'preview',
    'deploy',
    'sandbox',
  ],
  recovery: ['core', 'terraform', 'cassandra-contract', 'cassandra', 'cost', 'guard', 'redaction', 'preview', 'deploy', 'operations'],
  sandbox: ['core', 'terraform', 'cassandra-contract'],
  testing: ['terraform', 'reachability'],
  init: ['core', 'terraform'],
  cli: [
    'core',
    'terraform',
    'cassandra-contract',
    'reachability',
    'redaction',
    'cost',
    'policy',
    'guard',
    'preview',
    'deploy',
    'artifact',
    'operations',
    'recovery',
    'sandbox',
    'init',
    'package.json',
  ],

  'index.ts': ['core', 'network', 'connectivity', 'cluster', 'workload', 'cassandra', 'policy', 'terraform'],
  stacks: ['core', 'network', 'connectivity', 'cluster', 'workload', 'cassandra', 'policy'],
  environments: ['index.ts', 'guard', 'stacks'],
};

/** Files with a module name that is computed at run time: acknowledgements and bindings of the user. */
const RUNTIME_IMPORTS = ['lib/cli/acknowledgements.ts', 'lib/sandbox/bindings.ts'];

const imports = sourceImports('lib', 'stacks', 'environments');

/** Folder of a file below lib, or else below the root. */
function folderOf(file: string): string {
  const [first, second] = file.split('/');
  return first === 'lib' ? second! : first!;
}

function violations(of: readonly SourceImport[]): readonly string[] {
  const against = of.filter(({ from, to }) => {
    if (to === undefined) return !RUNTIME_IMPORTS.includes(from);
    const [importer, imported] = [folderOf(from), folderOf(to)];
    return importer !== imported && !MAY_IMPORT[importer]?.includes(imported);
  });
  return against.map(({ from, to }) => `${from} -> ${to ?? 'a module named at run time'}`);
}

test('no file imports a folder that its own folder may not import', () => {
  const width = Math.max(...Object.keys(MAY_IMPORT).map(({ length }) => length));
  const rows = Object.entries(MAY_IMPORT).map(([folder, others]) => `${folder.padEnd(width)}  ${others.join(', ') || '-'}`);
  process.stdout.write(`\n${'folder'.padEnd(width)}  may import\n${rows.join('\n')}\n\n`);
  expect(imports.length).toBeGreaterThan(1000);
  expect(violations(imports)).toEqual([]);
});

test('no files import each other in a cycle, types included', () => {
  expect(importCycles(imports)).toEqual([]);
});

test('the table lists the folders of lib, and no others', () => {
  const others = ['index.ts', 'stacks', 'environments'];
  const folders = readdirSync(path.join(ROOT, 'lib'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(Object.keys(MAY_IMPORT).sort()).toEqual([...folders.map(({ name }) => name), ...others].sort());
});

test('the table allows no import that no file has', () => {
  const used = new Set(imports.map(({ from, to }) => `${folderOf(from)} -> ${folderOf(to ?? '')}`));
  const allowed = Object.entries(MAY_IMPORT).flatMap(([folder, others]) => others.map((other) => `${folder} -> ${other}`));
  expect(allowed.filter((arrow) => !used.has(arrow))).toEqual([]);
});

test.each([
  ['lib/core/a.ts', 'lib/network/port.ts'],
  ['lib/core/a.ts', 'lib/terraform/values.ts'],
  ['lib/terraform/a.ts', 'lib/reachability/references.ts'],
  ['lib/network/a.ts', 'lib/cluster/index.ts'],
  ['lib/network/a.ts', 'lib/workload/deep/b.ts'],
  ['lib/connectivity/a.ts', 'lib/workload/a.ts'],
  ['lib/cluster/a.ts', 'lib/workload/a.ts'],
  ['lib/workload/a.ts', 'lib/cassandra/a.ts'],
  ['lib/cassandra/a.ts', 'lib/cluster/a.ts'],
  ['lib/cassandra/a.ts', 'stacks/b.ts'],
  ['lib/policy/a.ts', 'lib/network/a.ts'],
  ['lib/policy/a.ts', 'environments/index.ts'],
  ['lib/sandbox/types/a.ts', 'lib/cluster/a.ts'],
  ['lib/operations/a.ts', 'lib/cassandra/cassandra-ring.ts'],
  ['lib/cli/a.ts', 'lib/cassandra/index.ts'],
  ['lib/index.ts', 'lib/sandbox/index.ts'],
  ['lib/new/a.ts', 'lib/core/a.ts'],
  ['lib/cli/a.ts', 'lib/new/a.ts'],
  ['stacks/a.ts', 'environments/index.ts'],
  ['stacks/a.ts', 'lib/sandbox/index.ts'],
  ['lib/cli/a.ts', undefined],
])('fails when %s imports %s', (from, to) => {
  expect(violations([{ from, to }])).toHaveLength(1);
});

test.each([
  ['lib/core/a.ts', 'lib/core/cidr.ts'],
  ['lib/workload/a.ts', 'lib/cluster/cluster-reference.ts'],
  ['lib/cli/a.ts', 'lib/sandbox/index.ts'],
  ['environments/a.ts', 'stacks/environment-stack.ts'],
])('%s may import %s', (from, to) => {
  expect(violations([{ from, to }])).toEqual([]);
});

test.each([
  ["import a from './a';", './a'],
  ["import type { A } from './a';", './a'],
  ["import { type A, b } from './a';", './a'],
  ["import './a';", './a'],
  ["import a = require('./a');", './a'],
  ["export { a } from './a';", './a'],
  ["export type { A } from './a';", './a'],
  ["export * from './a';", './a'],
  ["type A = import('./a').A;", './a'],
  ["const a = require('./a') as typeof import('./a');", './a'],
  ["class A { b() { return import('./a'); } }", './a'],
  ['const a = require(name);', undefined],
])('%s imports %s', (source, module) => {
  expect(new Set(importedModules(source))).toEqual(new Set([module]));
});

test.each(["// import a from './a';", 'const a = "import b from \'./b\'";', 'export { a };', "a.require('./a');"])(
  '%s imports nothing',
  (source) => {
    expect(importedModules(source)).toEqual([]);
  },
);

test('finds cycles of any length', () => {
  const of = (...pairs: string[]) => pairs.map((pair): SourceImport => ({ from: pair[0]!, to: pair[1]! }));
  expect(importCycles(of('ab', 'bc', 'ca', 'cd', 'de', 'ff'))).toEqual([['a', 'b', 'c'], ['f']]);
  expect(importCycles(of('ab', 'ac', 'bd', 'cd'))).toEqual([]);
});
