import fc from 'fast-check';
import { type Difference, findDifferences } from '../../lib/preview/differences';

const differences = (before: unknown, after: unknown, afterUnknown: unknown = {}): Difference[] =>
  findDifferences({
    before: { list: before },
    after: { list: after },
    afterUnknown: { list: afterUnknown },
    beforeSensitive: false,
    afterSensitive: false,
  });

/** Differences as `label: before -> after`, with `-` for an absent value. */
const lines = (before: unknown, after: unknown, afterUnknown?: unknown): string[] =>
  differences(before, after, afterUnknown).map(
    (each) =>
      `${each.label.slice('list'.length)}: ${each.before === undefined ? '-' : String(each.before.value)} -> ${each.after === undefined ? '-' : each.after.isUnknown ? '?' : String(each.after.value)}`,
  );

const allow = (protocol: string, ...ports: string[]) => ({ protocol, ports });
const PING = { protocol: 'icmp', ports: [] };

describe('blocks of a list', () => {
  test.each<[string, unknown[], unknown[], string[]]>([
    [
      'the one of the same protocol is before, wherever it is',
      [allow('tcp', '22'), allow('udp', '443'), PING],
      [PING, allow('udp', '0-65535')],
      ['[0].protocol: tcp -> -', '[0].ports[0]: 22 -> -', '[1].ports[0]: 443 -> 0-65535'],
    ],
    [
      'one that is equally alike to two others is removed and added',
      [PING, allow('tcp', '22'), allow('tcp', '443')],
      [PING, allow('tcp', '0-65535')],
      [
        '[1].ports[0]: 22 -> -',
        '[1].protocol: tcp -> -',
        '[1].ports[0]: - -> 0-65535',
        '[1].protocol: - -> tcp',
        '[2].ports[0]: 443 -> -',
        '[2].protocol: tcp -> -',
      ],
    ],
    [
      'one that is not alike is removed and added',
      [PING, allow('tcp', '22')],
      [PING, allow('udp', '53')],
      ['[1].ports[0]: 22 -> -', '[1].protocol: tcp -> -', '[1].ports[0]: - -> 53', '[1].protocol: - -> udp'],
    ],
    [
      'the block of a list of one is before',
      [allow('tcp', '22')],
      [allow('udp', '53')],
      ['[0].ports[0]: 22 -> 53', '[0].protocol: tcp -> udp'],
    ],
    [
      'one with more parts is alike',
      [allow('tcp', '22'), PING],
      [PING, allow('tcp', '22', '80', '443', '9042')],
      ['[1].ports[1]: - -> 80', '[1].ports[2]: - -> 443', '[1].ports[3]: - -> 9042'],
    ],
    [
      'equal ones change alike',
      [
        { type: 'ssd', size: 1 },
        { type: 'ssd', size: 1 },
        { type: 'hdd', size: 1 },
      ],
      [
        { type: 'ssd', size: 2 },
        { type: 'ssd', size: 2 },
        { type: 'hdd', size: 1 },
      ],
      ['[0].size: 1 -> 2', '[1].size: 1 -> 2'],
    ],
    [
      'nested ones are aligned by themselves',
      [
        { rule: 'a', allow: [allow('tcp', '22'), allow('udp', '53')] },
        { rule: 'b', allow: [PING] },
      ],
      [
        { rule: 'b', allow: [PING, allow('sctp', '1')] },
        { rule: 'a', allow: [allow('udp', '53')] },
      ],
      [
        '[0].allow[1].ports[0]: - -> 1',
        '[0].allow[1].protocol: - -> sctp',
        '[1].allow[0].ports[0]: 22 -> -',
        '[1].allow[0].protocol: tcp -> -',
      ],
    ],
    [
      'those with unique keys are aligned by key',
      [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
      [
        { key: 'b', value: '1' },
        { key: 'a', value: '2' },
      ],
      ['["a"].value: 1 -> 2', '["b"].value: 2 -> 1'],
    ],
    [
      'YAML texts are compared by their content',
      ['kind: a\nname: x\nsize: 1\n', 'kind: b\nname: y\nsize: 1\n'],
      ['kind: b\nname: y\nsize: 2\n', 'kind: a\nname: x\nsize: 3\n'],
      ['[0]⟨text⟩.size: 1 -> 2', '[1]⟨text⟩.size: 1 -> 3'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(lines(before, after).sort()).toEqual([...expected].sort());
  });

  test('an unknown value is compared by what is known of its block', () => {
    const [before, after] = [
      [
        { zone: 'a', ip: '1' },
        { zone: 'b', ip: '2' },
      ],
      [
        { zone: 'b', ip: null },
        { zone: 'a', ip: '1' },
      ],
    ];
    expect(lines(before, after, [{ ip: true }, {}])).toEqual(['[0].ip: 2 -> ?']);
  });
});

describe('scalars of a list', () => {
  test.each<[string, unknown[], unknown[], string[]]>([
    ['one in the same place is before', ['a', '22', 'z'], ['a', '23', 'z'], ['[1]: 22 -> 23']],
    ['one in another place is removed and added', ['22', '443'], ['443', '0-65535'], ['[0]: 22 -> -', '[1]: - -> 0-65535']],
    [
      'several are removed and added',
      ['22', '80', '443'],
      ['80', '23', '24'],
      ['[0]: 22 -> -', '[1]: - -> 23', '[2]: 443 -> -', '[2]: - -> 24'],
    ],
    ['the only one is before', ['22'], ['443'], ['[0]: 22 -> 443']],
    ['an order is shown when nothing else differs', ['a', 'b', 'c'], ['b', 'a', 'c'], ['[0]: a -> b', '[1]: b -> a']],
    ['a repeated one counts', ['a', 'a', 'b'], ['a', 'b'], ['[1]: a -> -']],
  ])('%s', (_, before, after, expected) => {
    expect(lines(before, after)).toEqual(expected);
  });
});

const block = fc.record({
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  ports: fc.array(fc.constantFrom('22', '80', '443'), { maxLength: 3 }),
  note: fc.constantFrom(null, 'a', 'b'),
});

test('nothing is lost or invented: the differences of a list lead from one to the other', () => {
  const leaves = (list: unknown[]): string[] =>
    differences([], list).map(({ label, after }) => `${label.replace(/\d+/g, '')}=${after!.value}`);
  const sorted = (list: Iterable<string>): string[] => [...list].sort();
  fc.assert(
    fc.property(fc.array(block, { maxLength: 8 }), fc.array(block, { maxLength: 8 }), (before, after) => {
      const rest = leaves(before);
      const found = differences(before, after);
      if (sorted(rest).join() === sorted(leaves(after)).join()) return;
      for (const { label, before: was } of found) {
        if (was === undefined) continue;
        const at = rest.indexOf(`${label.replace(/\d+/g, '')}=${was.value}`);
        expect(at).not.toBe(-1);
        rest.splice(at, 1);
      }
      for (const { label, after: is } of found) if (is) rest.push(`${label.replace(/\d+/g, '')}=${is.value}`);
      expect(sorted(rest)).toEqual(sorted(leaves(after)));
    }),
    { numRuns: 500 },
  );
});

test('the order of a set is of no importance', () => {
  const distinct = fc.uniqueArray(block, { maxLength: 8, selector: (each) => JSON.stringify(each) });
  const sides = (before: unknown[], after: unknown[]): string[] =>
    differences(before, after)
      .map((each) => `${each.label.replace(/\d+/g, '')}: ${each.before?.value} -> ${each.after?.value}`)
      .sort();
  fc.assert(
    fc.property(
      fc.tuple(distinct, distinct).filter(([before, after]) => {
        const keys = (list: unknown[]): string =>
          list
            .map((each) => JSON.stringify(each))
            .sort()
            .join();
        return keys(before) !== keys(after);
      }),
      ([before, after]) => {
        // Ports are a list within the blocks, whose order counts.
        expect(sides([...before].reverse(), [...after].reverse())).toEqual(sides(before, after));
      },
    ),
    { numRuns: 500 },
  );
});

test('thousands of changed blocks are aligned by what is rare in them', () => {
  const rule = (index: number, ports: string[]) => ({
    protocol: 'tcp',
    priority: 1000,
    ports,
    description: `rule ${index}`,
    target: `vm-${index}`,
  });
  const before = Array.from({ length: 5_000 }, (_, index) => rule(index, ['22']));
  const after = Array.from({ length: 5_000 }, (_, index) => rule((index * 7) % 5_000, [`${index + 100}`]));
  const found = differences(before, after);
  expect(found).toHaveLength(5_000);
  for (const { before: was, after: is } of found) expect([was?.value, is === undefined]).toEqual(['22', false]);
});
