import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { ResourceType } from '../../lib/sandbox/resource-type';
import type { AttributeSchema, BlockSchema } from '../../lib/sandbox/schema';
import { readImported, readRefreshed, send } from '../../lib/sandbox/transmission';
import { isSet, isZero, Unknown, type Values } from '../../lib/sandbox/values';

const flags = { required: false, optional: true, computed: false, sensitive: false };
const attribute = (type: AttributeSchema['type']): AttributeSchema => ({ type, ...flags });
const list = (block: BlockSchema): BlockSchema['blocks'][string] => ({ nesting: 'list', minItems: 0, maxItems: 0, block });

const schema: BlockSchema = {
  attributes: {
    name: attribute('string'),
    subnet: attribute('string'),
    mode: attribute('string'),
    metadata: attribute(['map', 'string']),
    labels: attribute(['map', 'string']),
    terraform_labels: { type: ['map', 'string'], ...flags, optional: false, computed: true },
    effective_labels: { type: ['map', 'string'], ...flags, optional: false, computed: true },
  },
  blocks: {
    schedule: list({
      attributes: { start: attribute('string') },
      blocks: { properties: list({ attributes: { flush: attribute('bool') }, blocks: {} }) },
    }),
    disk: list({
      attributes: { name: attribute('string'), isBoot: attribute('bool'), size: attribute('number'), key: attribute('string') },
      blocks: {},
    }),
  },
};

const type = new ResourceType('google_thing', schema, {
  type: 'google_thing',
  identity: (resource) => resource.text('name'),
  notSentWhen: {
    subnet: (_, resource) => resource.text('name') === 'public',
    mode: (value) => value === 'SLOW',
    'schedule.properties': isZero,
  },
  sentAsZero: ['disk.{isBoot,size}'],
  storedAs: { 'disk.name': ({ name }) => (isSet(name) ? String(name).toLowerCase() : null) },
  notReadBack: { mode: 'FAST', metadata: null, subnet: (resource) => `of ${resource.text('name')}`, 'disk.key': null },
  values: { mode: 'FAST' },
});

/** Values of the API after a request. */
function sent(values: Values, before?: Values): Values {
  const resource = new CloudResource('google_thing', 'a', values);
  send(type, resource, before && new CloudResource('google_thing', 'a', before));
  return resource.values;
}

describe('an argument that is not sent', () => {
  test('gets the default of the API, if there is one, or no value', () => {
    expect(sent({ name: 'public', subnet: 'a', mode: 'SLOW' })).toEqual({ name: 'public', subnet: null, mode: Unknown.value });
    expect(sent({ name: 'private', subnet: 'a', mode: 'FAST' })).toEqual({ name: 'private', subnet: 'a', mode: 'FAST' });
  });

  test('keeps its previous value in an update', () => {
    expect(sent({ name: 'public', subnet: 'b', mode: 'SLOW' }, { name: 'public', subnet: 'a', mode: 'FAST' })).toEqual({
      name: 'public',
      subnet: 'a',
      mode: 'FAST',
    });
  });

  test.each<[string, Values[], Values[]]>([
    ['holds zeros and what is not known', [{ flush: false, id: Unknown.value }], []],
    ['holds nothing', [{}], []],
    ['holds a value', [{ flush: true }], [{ flush: true }]],
  ])('is omitted as a block that %s', (_, properties, left) => {
    expect(sent({ schedule: [{ start: '03:00', properties }] })).toEqual({ schedule: [{ start: '03:00', properties: left }] });
  });

  test('is the previous block if an update sends none of it', () => {
    const schedule = (flush: boolean) => ({ schedule: [{ start: '03:00', properties: [{ flush }] }] });
    expect(sent(schedule(false), schedule(true))).toEqual(schedule(true));
  });
});

test('an argument sent as zero is zero in each block with another argument', () => {
  const disk: Values[] = [{ name: 'a' }, { name: 'b', isBoot: true, size: 10 }, { name: null, isBoot: null }];
  expect(sent({ disk })).toEqual({ disk: [{ name: 'a', isBoot: false, size: 0 }, disk[1]!, disk[2]!] });
});

test('an argument that the API normalizes is normalized in each block', () => {
  expect(
    sent({
      disk: [
        { name: 'Data', isBoot: false, size: 1 },
        { isBoot: true, size: 10 },
      ],
    }),
  ).toEqual({
    disk: [
      { name: 'data', isBoot: false, size: 1 },
      { name: null, isBoot: true, size: 10 },
    ],
  });
});

describe('an argument that is not read back', () => {
  const found = {
    name: 'a',
    mode: 'SLOW',
    metadata: { role: 'data', other: '1' },
    labels: { team: 'x', by: 'hand' },
    disk: [{ name: 'd', key: 'secret' }],
  };

  test('keeps its value in the state at a refresh; of a map, the keys in the state are read', () => {
    const state = { mode: null, metadata: { role: 'old', gone: '1' }, labels: { team: 'data' }, disk: [{ name: 'd', key: 'k' }] };
    expect(readRefreshed(type, found, state)).toEqual({
      name: 'a',
      subnet: null,
      mode: null,
      metadata: { role: 'data' },
      labels: { team: 'x' },
      terraform_labels: null,
      disk: [{ name: 'd', key: 'k' }],
    });
  });

  test('is missing after an import, or has the default of the provider; labels are missing as well', () => {
    expect(readImported(type, new CloudResource('google_thing', 'a', found))).toEqual({
      name: 'a',
      subnet: 'of a',
      mode: 'FAST',
      metadata: null,
      labels: null,
      terraform_labels: {},
      disk: [{ name: 'd', key: null }],
    });
    expect(found.disk).toEqual([{ name: 'd', key: 'secret' }]);
  });
});
