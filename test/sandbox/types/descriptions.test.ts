import { Bindings, PROVIDER_NAMES } from '../../../lib/sandbox/bindings';
import type { AttributeSchema, BlockSchema } from '../../../lib/sandbox/schema';
import type { TypeDescription } from '../../../lib/sandbox/type-description';
import { TYPE_DESCRIPTIONS } from '../../../lib/sandbox/types';
import type { PluginRule } from '../../../lib/sandbox/types/admission/plugin-checks';
import { expandPaths } from '../../../lib/sandbox/values';

const bindings = new Bindings();

/** Every path of a schema, with what is known of each attribute. */
function pathsOf(schema: BlockSchema, prefix = ''): Map<string, AttributeSchema | 'block'> {
  const paths = new Map<string, AttributeSchema | 'block'>();
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    paths.set(prefix + name, attribute);
    if (attribute.nested) {
      const inner = pathsOf({ attributes: attribute.nested.attributes, blocks: {} }, `${prefix}${name}.`);
      for (const [path, found] of inner) paths.set(path, found);
    }
  }
  for (const [name, { block }] of Object.entries(schema.blocks)) {
    paths.set(prefix + name, 'block');
    for (const [path, found] of pathsOf(block, `${prefix}${name}.`)) paths.set(path, found);
  }
  return paths;
}

/** Every path a description speaks of, by the part that does. */
function mentioned(description: TypeDescription): Record<string, string[]> {
  const { computed = [], forceNew = [], updatesInPlace = [], sensitive = [], sentAsZero = [], holds = [] } = description;
  const keys = (record: object = {}) => Object.keys(record);
  return {
    computed: expandPaths(computed),
    forceNew: expandPaths(forceNew),
    updatesInPlace: expandPaths(updatesInPlace),
    sensitive: expandPaths(sensitive),
    sentAsZero: expandPaths(sentAsZero),
    notSentWhen: keys(description.notSentWhen),
    storedAs: keys(description.storedAs),
    notReadBack: keys(description.notReadBack),
    holds: holds.map(({ path }) => path),
    values: keys(description.values),
    plannedValues: keys(description.plannedValues),
    recomputedWith: [...keys(description.recomputedWith), ...Object.values(description.recomputedWith ?? {}).flat()],
    defaults: keys(description.defaults),
    forceNewIf: keys(description.forceNewIf),
    diffSuppress: keys(description.diffSuppress),
    addsBlocks: keys(description.addsBlocks),
    plan: (description.rules?.plan ?? []).flatMap((rule) => (rule as Partial<PluginRule>).paths ?? []),
  };
}

test('describes each type once', () => {
  const types = TYPE_DESCRIPTIONS.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
});

describe.each(TYPE_DESCRIPTIONS.map((description) => [description.type, description] as const))('%s', (type, description) => {
  const schema = bindings.resource(type)!;
  const paths = pathsOf(schema);

  test('refers to paths in the bindings', () => {
    const wrong = Object.entries(mentioned(description)).flatMap(([part, all]) =>
      all.filter((path) => !paths.has(path)).map((path) => `${part}: ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  test('computes and defaults optional arguments only', () => {
    const given = [...expandPaths(description.computed ?? []), ...Object.keys(description.defaults ?? {})];
    const wrong = given.filter((path) => {
      const attribute = paths.get(path);
      return attribute === 'block' || attribute?.required;
    });
    expect(wrong).toEqual([]);
  });

  test('describes the transmission of arguments only', () => {
    const written = [
      ...expandPaths(description.sentAsZero ?? []),
      ...Object.keys({ ...description.notSentWhen, ...description.storedAs, ...description.notReadBack }),
    ];
    const wrong = written.filter((path) => {
      const attribute = paths.get(path);
      return attribute !== 'block' && !attribute?.optional && !attribute?.required;
    });
    expect(wrong).toEqual([]);
  });

  test('sends arguments as zero whose type has one and that have no other default', () => {
    const wrong = expandPaths(description.sentAsZero ?? []).filter((path) => {
      const attribute = paths.get(path);
      const hasZero = attribute !== undefined && attribute !== 'block' && ['bool', 'number', 'string'].includes(String(attribute.type));
      return !hasZero || path in (description.defaults ?? {});
    });
    expect(wrong).toEqual([]);
  });

  test('sets values of computed attributes only', () => {
    const computed = [...expandPaths(description.computed ?? []), ...Object.keys(description.notSentWhen ?? {})];
    const wrong = Object.keys(description.values ?? {}).filter((path) => {
      const attribute = paths.get(path);
      return attribute !== undefined && attribute !== 'block' && !attribute.computed && !computed.includes(path);
    });
    expect(wrong).toEqual([]);
  });

  test('references described types', () => {
    const held = (description.holds ?? []).map((hold) => hold.type);
    expect(held.filter((name) => !TYPE_DESCRIPTIONS.some((other) => other.type === name))).toEqual([]);
  });
});

test('describes types of every provider', () => {
  const counts = PROVIDER_NAMES.map((provider) => TYPE_DESCRIPTIONS.filter(({ type }) => type.startsWith(`${provider}_`)).length);
  expect(counts.every((count) => count > 0)).toBe(true);
});
