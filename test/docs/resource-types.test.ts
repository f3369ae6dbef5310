import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Deletion, isNotApplicable, RESOURCE_TYPES, type ResourceType } from '../../lib/resource-types';

const PAGE = path.join(__dirname, '../../docs/reference/resource-types.md');

const TITLES = { google: 'Google Cloud', kubernetes: 'Kubernetes', helm: 'Helm', azurerm: 'Azure', other: 'Other providers' } as const;

function providerOf({ names, family }: ResourceType): keyof typeof TITLES {
  const name = names[0] ?? family?.source.replace('^', '') ?? '';
  const [prefix = ''] = name.split('_');
  return prefix in TITLES ? (prefix as keyof typeof TITLES) : 'other';
}

function describeDeletion(deletion: Deletion): string {
  switch (deletion.kind) {
    case 'data':
      return `**Data:** ${deletion.impact}. Recovery: ${deletion.recovery} ([source](${deletion.source}))`;
    case 'service':
      return `Service (${deletion.severity === 'refuse' ? 'refuses' : 'warns'}): ${deletion.impact}. Recovery: ${deletion.recovery}`;
    case 'harmless':
      return `Harmless: ${deletion.why}`;
    case 'rule':
      return `Guard rule \`${deletion.rule}\``;
  }
}

/** Effects of a deletion. One that depends on the arguments is shown for a resource without any. */
function describeDeletionOf({ deletion }: ResourceType): string {
  return typeof deletion === 'function'
    ? `Depends on its arguments; usually: ${describeDeletion(deletion({}))}`
    : describeDeletion(deletion);
}

const joinPath = (segments: readonly string[]): string => `\`${segments.join('.')}\``;

const FACETS: readonly (readonly [string, (type: ResourceType) => string | undefined])[] = [
  ['Deletion', describeDeletionOf],
  ['Protections', (type) => showFacet(type, 'protections', (list) => list.map(({ path: at }) => joinPath(at)).join(', '))],
  ['Running', (type) => showFacet(type, 'running', (list) => list.map(({ path: at }) => joinPath(at)).join(', '))],
  ['Copies', (type) => showFacet(type, 'backup', ({ role, of }) => `${role} of ${of.map((name) => `\`${name}\``).join(', ')}`)],
  ['Openings', (type) => showFacet(type, 'exposes', (list) => list.map(({ path: at }) => joinPath(at)).join(', '))],
  [
    'Unique name',
    (type) =>
      showFacet(type, 'uniqueName', ({ path: at, within }) =>
        within.length === 0 ? joinPath(at) : `${joinPath(at)} within ${within.map((name) => `\`${name}\``).join(', ')}`,
      ),
  ],
  [
    'While in use',
    (type) => showFacet(type, 'use', ({ whileUsed }) => (whileUsed === 'held' ? 'it is not deleted' : 'it is detached and deleted')),
  ],
  [
    'Pods',
    (type) =>
      showFacet(type, 'pods', ({ template, run }) => `${run}, template at ${template.length === 0 ? 'the object' : joinPath(template)}`),
  ],
  ['Price', (type) => showFacet(type, 'price', describePrice)],
  ['Secrets', (type) => showFacet(type, 'secrets', (paths) => paths.map(joinPath).join(', '))],
  ['Rules for', (type) => showFacet(type, 'rulesFor', (scopes) => scopes.join(', '))],
];

type Known<F extends keyof ResourceType> = Exclude<NonNullable<ResourceType[F]>, { readonly none: string }>;

function showFacet<F extends keyof ResourceType>(type: ResourceType, facet: F, describe: (value: Known<F>) => string): string | undefined {
  const value = type[facet];
  if (value === undefined) return undefined;
  return isNotApplicable(value) ? `none: ${value.none}` : describe(value as Known<F>);
}

function describePrice(price: Known<'price'>): string {
  if ('free' in price) return `free: ${price.free}`;
  return 'unpriced' in price ? `not priced: ${price.unpriced}` : 'in the cost estimate';
}

function describeType(type: ResourceType): string {
  const names = [...type.names, ...(type.family ? [type.family.source] : []), ...(type.kinds ?? []).map((kind) => `kind ${kind}`)];
  const facets = FACETS.flatMap(([title, describe]) => {
    const text = describe(type);
    return text === undefined ? [] : [`- ${title}: ${text}`];
  });
  const unknown = FACETS.filter(([, describe]) => describe(type) === undefined).map(([title]) => title.toLowerCase());
  if (unknown.length > 0) facets.push(`- *Not known: ${unknown.join(', ')}*`);
  return [`### ${type.what[0]!.toUpperCase()}${type.what.slice(1)}`, names.map((name) => `\`${name}\``).join(', '), facets.join('\n')].join(
    '\n\n',
  );
}

function describeProvider(provider: keyof typeof TITLES): string {
  const types = RESOURCE_TYPES.filter((type) => providerOf(type) === provider && !isHarmless(type));
  return types.length === 0 ? '' : `## ${TITLES[provider]}\n\n${types.map(describeType).join('\n\n')}`;
}

function isHarmless({ deletion }: ResourceType): boolean {
  return typeof deletion !== 'function' && deletion.kind === 'harmless';
}

const harmless = RESOURCE_TYPES.filter(isHarmless).map(
  ({ names, deletion }) => `| ${names.map((name) => `\`${name}\``).join(', ')} | ${(deletion as { why: string }).why} |`,
);

const page = `${[
  '# Resource types',
  `What guard, policy, cost, reachability, redaction and sandbox know of resource types, from \`lib/resource-types\`. Generated: change the facts there, and run \`UPDATE_DOCS=1 npx jest --selectProjects=unit --testPathPatterns=test/docs\`.

A facet that is *not known* is reported as unknown by each tool that needs it. A type that is not on this page is unknown: the guard warns of its deletion, the cost estimate counts it as not priced, and the reachability proof does not rely on it.`,
  ...(Object.keys(TITLES) as (keyof typeof TITLES)[]).map(describeProvider),
  `## Types whose deletion is harmless\n\n| types | reason |\n| --- | --- |\n${harmless.join('\n')}`,
]
  .filter((part) => part !== '')
  .join('\n\n')}\n`;

test('the reference of resource types is current; UPDATE_DOCS=1 writes it', () => {
  if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

test('the reference names each type', () => {
  for (const name of RESOURCE_TYPES.flatMap(({ names }) => names)) expect(page).toContain(`\`${name}\``);
});
