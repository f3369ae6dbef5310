import fc from 'fast-check';
import { readConfiguration } from '../../lib/terraform/configuration';
import { TerraformDocument } from '../../lib/terraform/document';
import { TerraformDocumentError } from '../../lib/terraform/errors';
import { parseJson } from '../../lib/terraform/json';

const FIREWALL = { name: 'f', allow: [{ protocol: 'tcp', ports: ['22'] }], source_ranges: ['10.0.0.0/8'] };
const OTHER = { name: 'g', deny: { protocol: 'all' } };
const CANONICAL = {
  '//': { metadata: { stackName: 'staging' } },
  terraform: { required_version: '>= 1.5', backend: { gcs: { bucket: 'states' } } },
  provider: { google: [{ project: 'p' }, { project: 'q', alias: 'other' }] },
  resource: { google_compute_firewall: { A: FIREWALL, B: OTHER }, terraform_data: { C: { input: [[{ any: 'thing' }], null] } } },
  data: { google_project: { P: {} } },
  locals: { list: [[{ a: 1 }]] },
  output: { o: { value: [[{}]] } },
  moved: [{ from: 'a.b', to: 'a.c' }],
};

/** Equivalent forms of the configuration, which Terraform accepts. */
const EQUIVALENT: readonly [string, (json: typeof CANONICAL) => unknown][] = [
  [
    'types in a list',
    ({ resource, ...rest }) => ({ ...rest, resource: Object.entries(resource).map(([type, named]) => ({ [type]: named })) }),
  ],
  [
    'names in a list',
    ({ resource: { google_compute_firewall, ...others }, ...rest }) => ({
      ...rest,
      resource: { ...others, google_compute_firewall: [{ A: FIREWALL }, { B: OTHER }] },
    }),
  ],
  ['a resource in a list', (json) => ({ ...json, resource: { ...json.resource, google_compute_firewall: { A: [FIREWALL], B: OTHER } } })],
  ['providers in lists', (json) => ({ ...json, provider: [{ google: { project: 'p' } }, { google: [{ project: 'q', alias: 'other' }] }] })],
  [
    'settings in a list',
    ({ terraform: { required_version, backend }, ...rest }) => ({ ...rest, terraform: [{ required_version }, { backend }] }),
  ],
  ['a single moved block', ({ moved, ...rest }) => ({ ...rest, moved: moved[0] })],
  ['empty blocks', (json) => ({ ...json, import: undefined, variable: null, module: [], check: {} })],
];

test('keeps the form that cdktf writes', () => {
  expect(readConfiguration(CANONICAL)).toEqual(CANONICAL);
});

test.each(EQUIVALENT)('normalizes %s', (_, written) => {
  expect(readConfiguration(written(CANONICAL))).toMatchObject(CANONICAL);
});

const resource = (body: unknown) => ({ resource: { google_compute_firewall: { A: body } } });

test.each<[unknown, string]>([
  [resource([[FIREWALL]]), 'must be an object, got a list (at resource.google_compute_firewall.A[0])'],
  [resource({ allow: [[{ protocol: 'all' }]] }), 'must be a block, got a list (at resource.google_compute_firewall.A.allow[0])'],
  [resource({ allow: [[]] }), 'must be a block, got a list (at resource.google_compute_firewall.A.allow[0])'],
  [resource({ allow: [null] }), 'must be a value, got null (at resource.google_compute_firewall.A.allow[0])'],
  [
    resource({ allow: [{}, null] }),
    'must be a block like other items of the list, got null (at resource.google_compute_firewall.A.allow[1])',
  ],
  [
    resource({ allow: ['tcp', {}] }),
    'must be a block like other items of the list, got the string "tcp" (at resource.google_compute_firewall.A.allow[0])',
  ],
  [resource({ a: { b: [{ c: [[[{}]]] }] } }), 'must be a block, got a list (at resource.google_compute_firewall.A.a.b[0].c[0])'],
  [resource([FIREWALL, OTHER]), 'must be one block, got 2 (at resource.google_compute_firewall.A)'],
  [resource([]), 'must be one block, got 0 (at resource.google_compute_firewall.A)'],
  [resource(null), 'must be one block, got 0 (at resource.google_compute_firewall.A)'],
  [resource('text'), 'must be an object, or a list of objects, got the string "text" (at resource.google_compute_firewall.A)'],
  [{ resource: { t: 7 } }, 'must be an object, or a list of objects, got the number 7 (at resource.t)'],
  [{ resource: [{ t: { A: {} } }, { t: { A: {} } }] }, 'must be one block, got 2 (at resource[0].t.A)'],
  [{ resource: [{ t: { A: {} } }, 'more'] }, 'must be an object, got the string "more" (at resource[1])'],
  [{ resource: { 't.u': { A: {} } } }, `a name must consist of letters, digits, '_' and '-' (at resource["t.u"])`],
  [{ resource: { t: { '//': {} } } }, `a name must consist of letters, digits, '_' and '-' (at resource.t["//"])`],
  [{ locals: { '${file("x")}': 1 } }, `a name must consist of letters, digits, '_' and '-' (at locals["\${file(\\"x\\")}"])`],
  [{ terraform: [{ backend: {} }, { backend: {} }] }, '"backend" must occur once, got it twice (at terraform[1].backend)'],
  [{ provider: { google: [[{}]] } }, 'must be an object, got a list (at provider.google[0])'],
  [{ provider: { kubernetes: { exec: [[{ command: 'sh' }]] } } }, 'must be a block, got a list (at provider.kubernetes.exec[0])'],
  [{ terraform: { backend: [[{ http: {} }]] } }, 'must be a block, got a list (at terraform.backend[0])'],
  [{ import: [[{ to: 'a.b' }]] }, 'must be an object, got a list (at import[0])'],
  [{ resources: {} }, 'unknown block type "resources" (at resources)'],
  [{ constructor: {} }, 'unknown block type "constructor" (at constructor)'],
  [[{ resource: {} }], 'not a Terraform configuration: expected a JSON object'],
])('fails on %j with its path', (json, message) => {
  expect(() => readConfiguration(json)).toThrow(new TerraformDocumentError(message));
});

/** Lists the paths of all values. */
function listPaths(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const below = members.flatMap(([name, member]) => listPaths(member, [...path, Array.isArray(value) ? Number(name) : name]));
  return path.length === 0 ? below : [path, ...below];
}

function replaceAt(value: unknown, [step, ...rest]: readonly (string | number)[], other: (old: unknown) => unknown): unknown {
  if (step === undefined) return other(value);
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replaceAt(item, rest, other) : item));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, item]) => [name, name === step ? replaceAt(item, rest, other) : item]),
  );
}

const STRUCTURE = listPaths(CANONICAL).filter(([first]) => !['//', 'locals', 'output', 'moved'].includes(String(first)));
const OTHERS: readonly [string, (old: unknown) => unknown][] = [
  ['in a list', (old) => [old]],
  ['in a nested list', (old) => [[old]]],
  ['twice in a list', (old) => [old, old]],
  ['text', () => 'text'],
  ['a number', () => 7],
  ['null', () => null],
  ['a list with null', () => [null]],
  ['an empty list', () => []],
];

test('keeps every block of a changed configuration, or fails with its path', () => {
  const firewalls = (document: TerraformDocument): number => document.ofType('google_compute_firewall').length;
  const whole = firewalls(TerraformDocument.read(CANONICAL));
  fc.assert(
    fc.property(fc.constantFrom(...STRUCTURE), fc.constantFrom(...OTHERS), (place, [, other]) => {
      let document: TerraformDocument;
      try {
        document = TerraformDocument.read(replaceAt(CANONICAL, place, other));
      } catch (error) {
        if (!(error instanceof TerraformDocumentError)) throw error;
        expect(error.path.slice(0, 1)).toEqual(place.slice(0, 1));
        return;
      }
      // Above the resource name, null and an empty list mean that there are no resources.
      if (place[0] === 'resource' && place.length < 3 && !place.includes('terraform_data') && other(undefined) === null) return;
      if (place[0] === 'resource' && place.length < 3 && !place.includes('terraform_data') && JSON.stringify(other('x')) === '[]') return;
      expect(firewalls(document)).toBe(whole);
    }),
    { numRuns: 1000 },
  );
});

test('reads truncated and modified JSON completely, or fails', () => {
  const text = JSON.stringify(CANONICAL);
  const outcome = (changed: string): 'whole' | 'refused' | 'less' => {
    try {
      const { resources } = TerraformDocument.read(parseJson(changed));
      return resources.length === 3 ? 'whole' : 'less';
    } catch (error) {
      if (!(error instanceof TerraformDocumentError)) throw error;
      return 'refused';
    }
  };
  for (let end = 0; end < text.length; end++) expect([end, outcome(text.slice(0, end))]).toEqual([end, 'refused']);
  for (const added of ['[', ']', '{', '"', ',']) {
    for (let at = 0; at <= text.length; at++) {
      expect([added, at, outcome(`${text.slice(0, at)}${added}${text.slice(at)}`)]).not.toEqual([added, at, 'less']);
    }
  }
});

describe('plans', () => {
  const plan = (root_module: unknown) => ({ format_version: '1.2', planned_values: { root_module } });
  const planned = { address: 'google_compute_disk.A', mode: 'managed', type: 'google_compute_disk', name: 'A', values: { size: 10 } };

  test('are read with their child modules', () => {
    const inside = { ...planned, address: 'module.m.google_compute_disk.A["k"]' };
    const document = TerraformDocument.read(plan({ resources: [planned], child_modules: [{ resources: [inside] }] }));
    expect(document.resources.map(({ address, body }) => [address, body])).toEqual([
      ['google_compute_disk.A', { size: 10 }],
      ['google_compute_disk.A["k"]', { size: 10 }],
    ]);
  });

  test.each<[unknown, string]>([
    ['text', 'must be an object (at planned_values.root_module)'],
    [
      { resources: [planned, 7] },
      "must be a resource with 'address', 'mode', 'type' and 'values' (at planned_values.root_module.resources[1])",
    ],
    [{ resources: [{ ...planned, address: 1 }] }, 'planned_values.root_module.resources[0]'],
    [{ resources: [{ ...planned, mode: undefined }] }, 'planned_values.root_module.resources[0]'],
    [{ resources: [{ ...planned, values: [] }] }, 'planned_values.root_module.resources[0]'],
    [{ child_modules: [{ resources: ['x'] }] }, 'planned_values.root_module.child_modules[0].resources[0]'],
  ])('fail on %j with its path', (root, message) => {
    expect(() => TerraformDocument.read(plan(root))).toThrow(message);
  });
});
