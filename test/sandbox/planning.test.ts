import { planChange } from '../../lib/sandbox/planning';
import { ResourceType } from '../../lib/sandbox/resource-type';
import type { AttributeSchema, BlockSchema, Nesting } from '../../lib/sandbox/schema';
import { SimulatedCloud } from '../../lib/sandbox/simulated-cloud';
import type { TypeDescription } from '../../lib/sandbox/type-description';
import { Unknown, type Values } from '../../lib/sandbox/values';

const cloud = new SimulatedCloud();

const flags = { required: false, optional: true, computed: false, sensitive: false };
const text: AttributeSchema = { type: 'string', ...flags };
const readOnly: AttributeSchema = { type: 'string', ...flags, optional: false, computed: true };
const block = (nesting: Nesting, attributes: Record<string, AttributeSchema>): BlockSchema['blocks'][string] => ({
  nesting,
  minItems: 0,
  maxItems: 0,
  block: { attributes, blocks: {} },
});

const schema: BlockSchema = {
  attributes: {
    name: text,
    size: { type: 'number', ...flags },
    labels: { type: ['map', 'string'], ...flags },
    effective_labels: { type: ['map', 'string'], ...flags, optional: false, computed: true },
    zone: text,
    mode: text,
    link: readOnly,
    tags: { type: ['set', 'string'], ...flags },
  },
  blocks: { disk: block('list', { source: text, device: text, order: readOnly }), port: block('set', { number: text, id: readOnly }) },
};

const description: TypeDescription = {
  type: 'google_thing',
  identity: (resource) => resource.text('name'),
  computed: ['zone', 'disk.device'],
  defaults: { mode: 'FAST' },
  forceNew: ['name', 'disk'],
  updatesInPlace: ['disk.device'],
  forceNewIf: { size: (before, after) => after.number('size') < before.number('size') },
  diffSuppress: { zone: (one, other) => String(one).endsWith(String(other)) },
  recomputedWith: { link: ['size'] },
};

/** A configuration as Terraform sends it: null where nothing is said. */
const config = (values: Values): Values => ({
  ...Object.fromEntries(Object.keys(schema.attributes).map((name) => [name, null])),
  disk: [],
  port: [],
  ...values,
});

const plan = (values: Values, prior?: Values, described: TypeDescription | undefined = description) =>
  planChange(new ResourceType('google_thing', schema, described), config(values), prior, { labels: { by: 'terraform' } }, cloud);

/** The resource after its creation: everything known. */
const existing = (values: Values = {}): Values => ({
  ...config({ name: 'a', size: 10, labels: { team: 'data' }, tags: ['x', 'y'] }),
  effective_labels: { by: 'terraform', team: 'data' },
  zone: 'zones/b',
  mode: 'FAST',
  link: 'https://a',
  disk: [{ source: 'd', device: 'sda', order: '1' }],
  port: [
    { number: '80', id: 'p80' },
    { number: '443', id: 'p443' },
  ],
  ...values,
});

/** The configuration of `existing`. */
const wanted = (values: Values = {}): Values => ({
  name: 'a',
  size: 10,
  labels: { team: 'data' },
  tags: ['y', 'x'],
  disk: [{ source: 'd', device: null, order: null }],
  port: [
    { number: '443', id: null },
    { number: '80', id: null },
  ],
  ...values,
});

describe('a creation', () => {
  const { planned, requiresReplace } = plan({ name: 'a', labels: { team: 'data' }, disk: [{ source: 'd', device: null, order: null }] });

  test('has configured values, defaults and labels, and unknown computed values', () => {
    expect(planned).toMatchObject({
      name: 'a',
      mode: 'FAST',
      effective_labels: { by: 'terraform', team: 'data' },
      zone: Unknown.value,
      link: Unknown.value,
      disk: [{ source: 'd', device: Unknown.value, order: Unknown.value }],
      size: null,
    });
    expect(requiresReplace).toEqual([]);
  });

  test('has unknown labels while one of them is unknown', () => {
    expect(plan({ labels: { team: Unknown.value } }).planned.effective_labels).toBe(Unknown.value);
  });
});

test('an unchanged resource is planned as its prior state, irrespective of the order in sets', () => {
  const prior = existing();
  expect(plan(wanted(), prior).planned).toBe(prior);
});

test('an update in place keeps computed values, but for those recomputed with it', () => {
  const { planned, requiresReplace } = plan(wanted({ size: 20 }), existing());
  expect(planned).toMatchObject({ size: 20, zone: 'zones/b', link: Unknown.value, disk: [{ device: 'sda', order: '1' }] });
  expect(requiresReplace).toEqual([]);
});

test('elements of a set keep their computed values, new ones are unknown', () => {
  const port = [
    { number: '8080', id: null },
    { number: '443', id: null },
  ];
  expect(plan(wanted({ port }), existing()).planned.port).toEqual([
    { number: '8080', id: Unknown.value },
    { number: '443', id: 'p443' },
  ]);
});

test('an equivalent spelling is no change', () => {
  const prior = existing();
  expect(plan(wanted({ zone: 'b' }), prior).planned).toBe(prior);
});

test('removing an argument restores its default', () => {
  expect(plan(wanted(), existing({ mode: 'SLOW' })).planned.mode).toBe('FAST');
});

test.each<[string, Values, object[][]]>([
  ['an argument', { name: 'b' }, [[{ attributeName: 'name' }]]],
  ['an argument not known yet', { name: Unknown.value }, [[{ attributeName: 'name' }]]],
  [
    'a member of a block',
    { disk: [{ source: 'e', device: null, order: null }] },
    [[{ attributeName: 'disk' }, { elementKeyInt: 0 }, { attributeName: 'source' }]],
  ],
  ['a member that can change', { disk: [{ source: 'd', device: 'sdb', order: null }] }, []],
  ['less than before', { size: 5 }, [[{ attributeName: 'size' }]]],
])('a replacement is forced or not by %s', (_, change, expected) => {
  expect(plan(wanted(change), existing()).requiresReplace).toEqual(expected);
});

test('removing a block is a change of the block', () => {
  expect(plan(wanted({ disk: [] }), existing()).requiresReplace[0]).toEqual([{ attributeName: 'disk' }]);
});

test('without a description nothing forces a replacement, and location defaults to the provider', () => {
  const type = new ResourceType('google_thing', schema);
  expect(planChange(type, config({ name: 'a' }), undefined, {}, cloud).planned).toMatchObject({ zone: Unknown.value, mode: null });
  expect(planChange(type, config({ name: 'b' }), existing(), {}, cloud).requiresReplace).toEqual([]);
});
