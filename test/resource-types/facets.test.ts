import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findResourceType, isNotApplicable, RESOURCE_TYPES, type ResourceType } from '../../lib/resource-types';
import { importedModules, sourceFiles } from '../support/source-imports';

const ROOT = path.join(__dirname, '../..');

/** Facets that every type of the constructs has, or a reason for their absence. */
const FACETS = [
  'protections',
  'running',
  'backup',
  'exposes',
  'uniqueName',
  'use',
  'pods',
  'price',
  'secrets',
  'rulesFor',
] as const satisfies readonly (keyof ResourceType)[];

const BINDING = /^@cdktf\/provider-(google|kubernetes|helm)\/lib\/(?!provider$|data-)([a-z0-9-]+)$/;

/** Terraform types that the constructs create, from the bindings that they import. */
const USED = [
  ...new Set(
    ['lib', 'stacks'].flatMap(sourceFiles).flatMap((file) =>
      importedModules(readFileSync(path.join(ROOT, file), 'utf8')).flatMap((module) => {
        const [, provider, name] = BINDING.exec(module ?? '') ?? [];
        return name === undefined ? [] : [`${provider}_${name.replace(/-/g, '_')}`];
      }),
    ),
  ),
].sort();

test('the constructs create types of three providers', () => {
  expect(USED.length).toBeGreaterThan(30);
  expect(USED).toEqual(expect.arrayContaining(['google_compute_disk', 'helm_release', 'kubernetes_network_policy_v1']));
});

test.each(USED)('every facet of %s is known, or has a reason for its absence', (name) => {
  const type = findResourceType(name);
  expect(type).toBeDefined();
  expect(FACETS.filter((facet) => type![facet] === undefined)).toEqual([]);
});

/** Members of an entry, in the order of `ResourceType`. */
const MEMBERS: readonly string[] = ['names', 'family', 'kinds', 'what', 'deletion', ...FACETS];

test('members of an entry are in the order of resource-type.ts', () => {
  const source = readFileSync(path.join(ROOT, 'lib/resource-types/resource-type.ts'), 'utf8');
  const [body = ''] = /export interface ResourceType \{[\s\S]*?\n\}/.exec(source) ?? [];
  expect([...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => name)).toEqual(MEMBERS);
  for (const type of RESOURCE_TYPES) expect(Object.keys(type)).toEqual(MEMBERS.filter((name) => name in type));
});

test('no type is described twice', () => {
  const names = RESOURCE_TYPES.flatMap(({ names: own, kinds = [] }) => [...own, ...kinds]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('a family matches no type of another entry', () => {
  for (const { family } of RESOURCE_TYPES) {
    if (family === undefined) continue;
    expect(RESOURCE_TYPES.flatMap(({ names }) => names).filter((name) => family.test(name))).toEqual([]);
  }
});

const texts = RESOURCE_TYPES.flatMap((type) =>
  Object.entries(type).flatMap(([facet, value]) => (isNotApplicable(value) ? [[type.what, facet, value.none] as const] : [])),
);

test('reasons for the absence of a facet are sentences without an end', () => {
  expect(texts.length).toBeGreaterThan(50);
  expect(texts.filter(([, , reason]) => !/^[A-Za-z].+[^.]$/.test(reason))).toEqual([]);
});

test('every described type has a price, is free, or has none here', () => {
  expect(RESOURCE_TYPES.filter(({ price }) => price === undefined).map(({ what }) => what)).toEqual([]);
});
