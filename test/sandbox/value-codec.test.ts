import { decode, ExtData, encode } from '@msgpack/msgpack';
import type { AttributeSchema, BlockSchema } from '../../lib/sandbox/schema';
import { decodeValues, encodeValues } from '../../lib/sandbox/value-codec';
import { Unknown } from '../../lib/sandbox/values';

const argument = (type: AttributeSchema['type']): AttributeSchema => ({
  type,
  required: false,
  optional: true,
  computed: false,
  sensitive: false,
});

const schema: BlockSchema = {
  attributes: { name: argument('string'), size: argument('number'), on: argument('bool'), tags: argument(['set', 'string']) },
  blocks: {
    disk: { nesting: 'list', minItems: 0, maxItems: 0, block: { attributes: { source: argument('string') }, blocks: {} } },
    timeouts: { nesting: 'single', minItems: 0, maxItems: 0, block: { attributes: { create: argument('string') }, blocks: {} } },
  },
};

test('a resource is decoded as encoded, with missing values as null', () => {
  const values = { name: 'a', size: 10.5, on: true, tags: ['x'], disk: [{ source: 'd' }] };
  expect(decodeValues(encodeValues(values, schema), schema)).toEqual({ ...values, timeouts: null });
});

test('no resource is null', () => {
  expect(decode(encodeValues(undefined, schema).msgpack!)).toBeNull();
  expect(decodeValues({ msgpack: encode(null) }, schema)).toBeUndefined();
  expect(decodeValues(null, schema)).toBeUndefined();
});

test.each([0, 12])('an unknown value of extension %i is decoded at any depth', (extension) => {
  const unknown = new ExtData(extension, new Uint8Array([0]));
  const read = decodeValues({ msgpack: encode({ name: unknown, tags: [unknown], disk: [{ source: unknown }] }) }, schema);
  expect(read).toMatchObject({ name: Unknown.value, tags: [Unknown.value], disk: [{ source: Unknown.value }] });
});

test('an unknown value is encoded as extension 0', () => {
  const written = decode(encodeValues({ name: Unknown.value }, schema).msgpack!) as Record<string, unknown>;
  expect(written.name).toMatchObject({ type: 0 });
});

test('JSON of a state file is conformed to the schema', () => {
  const json = Buffer.from('{"name":"a","size":"12","gone":1}');
  expect(decodeValues({ json }, schema)).toEqual({ name: 'a', size: 12, on: null, tags: null, disk: [], timeouts: null });
});

test('a number that is no safe integer keeps its precision', () => {
  const read = decodeValues({ msgpack: encode({ size: '123456789012345678901234567890' }) }, schema);
  expect(read).toMatchObject({ size: '123456789012345678901234567890' });
});

test('a value of dynamic type keeps its type, from msgpack and from a state file', () => {
  const dynamic: BlockSchema = { attributes: { manifest: argument('dynamic') }, blocks: {} };
  const pair = ['["object",{"kind":"string"}]', { kind: 'X' }];
  const wire = { msgpack: encode({ manifest: [Buffer.from(pair[0] as string), pair[1]] }) };
  const json = Buffer.from('{"manifest":{"type":["object",{"kind":"string"}],"value":{"kind":"X"}}}');
  expect(decodeValues(wire, dynamic)).toEqual({ manifest: pair });
  expect(decodeValues({ json }, dynamic)).toEqual({ manifest: pair });
});
