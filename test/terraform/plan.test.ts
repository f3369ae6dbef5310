import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Plan, PlanFormatError } from '../../lib/terraform/plan';

const PLANS = ['renamed', 'deposed', 'tainted_and_requested', 'drift_and_import'].map(
  (name): unknown => JSON.parse(readFileSync(path.join(__dirname, `../preview/corpus/${name}.json`), 'utf8')).plan,
);

/** Lists the paths of all values of a plan, except for values of arguments. */
function listPaths(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (
    typeof value !== 'object' ||
    value === null ||
    ['before', 'after', 'after_unknown', 'values', 'expressions'].includes(at.at(-1) ?? '')
  ) {
    return [];
  }
  return Object.entries(value).flatMap(([name, member]) => [[...at, name], ...listPaths(member, [...at, name])]);
}

function replaceAt(value: unknown, [step, ...rest]: readonly string[], by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === step ? replaceAt(item, rest, by) : item));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, item]) => [name, name === step ? replaceAt(item, rest, by) : item]),
  );
}

const outcome = (json: unknown): string | 'refused' => {
  try {
    const plan = Plan.read(json);
    return `${plan.resources.length} resources, ${plan.changes.length} changes, ${plan.drift.length} drifted`;
  } catch (error) {
    if (!(error instanceof PlanFormatError)) throw error;
    return 'refused';
  }
};

test('reads a modified plan completely, or fails', () => {
  const changes = PLANS.flatMap((plan) =>
    listPaths(plan)
      .filter(([part]) => ['resource_changes', 'resource_drift', 'output_changes', 'checks', 'configuration'].includes(part!))
      .map((place) => ({ plan, place })),
  );
  fc.assert(
    fc.property(fc.constantFrom(...changes), fc.constantFrom(7, 'text', true, [], {}, [7], [[]], { a: 7 }), ({ plan, place }, by) => {
      const found = outcome(replaceAt(plan, place, by));
      // An empty list, and other text in a change, are valid plans.
      if (found === 'refused' || JSON.stringify(by) === '[]' || place.length > 2) return;
      expect(found).toBe(outcome(plan));
    }),
    { numRuns: 1000 },
  );
});

test.each<[object, string]>([
  [{ resource_changes: 7 }, 'must be a list (at resource_changes)'],
  [{ resource_changes: [null] }, 'must be an object (at resource_changes[0])'],
  [{ resource_changes: [{ address: 1 }] }, "'address' must be a string (at resource_changes[0].address)"],
  [{ resource_changes: [{ address: 'a.b', type: 'a', name: 'b' }] }, 'must be an object (at resource_changes[0].change)'],
  [
    { resource_changes: [{ address: 'a.b', type: 'a', name: 'b', change: { actions: 'delete' } }] },
    "'actions' must be a list of strings (at resource_changes[0].change.actions)",
  ],
  [{ resource_drift: [{ address: 'a.b', type: 'a' }] }, "'name' must be a string (at resource_drift[0].name)"],
  [{ deferred_changes: [{ resource_change: 'a' }] }, 'must be an object (at deferred_changes[0].resource_change)'],
  [{ output_changes: { o: {} } }, "'actions' must be a list of strings (at output_changes.o.actions)"],
  [{ checks: [{ instances: {} }] }, 'must be a list (at checks[0].instances)'],
  [{ configuration: [] }, 'must be an object (at configuration)'],
  [
    { configuration: { root_module: { module_calls: { m: { module: [] } } } } },
    'must be an object (at configuration.root_module.module_calls.m.module)',
  ],
  [
    { resource_changes: [{ address: 'a.b', type: 'a', name: 'b', module_address: 7, change: { actions: ['delete'] } }] },
    "'module_address' must be a string (at resource_changes[0].module_address)",
  ],
  [{ deferred_changes: [{ reason: 7 }] }, "'reason' must be a string (at deferred_changes[0].reason)"],
  [{ terraform_version: 1.14 }, "'terraform_version' must be a string (at terraform_version)"],
  [{ variables: { a: null } }, 'must be an object (at variables.a)'],
  [{ configuration: { provider_config: { google: null } } }, 'must be an object (at configuration.provider_config.google)'],
  [{ planned_values: { root_module: { resources: [null] } } }, 'must be an object (at planned_values.root_module.resources[0])'],
  [
    { prior_state: { values: { root_module: { child_modules: [{ resources: [{}] }] } } } },
    "'address' must be a string (at prior_state.values.root_module.child_modules[0].resources[0].address)",
  ],
])('fails on %j with its path', (parts, message) => {
  expect(() => Plan.read({ format_version: '1.2', planned_values: {}, ...parts })).toThrow(new PlanFormatError(message));
});

test('reads null as an absent part', () => {
  const change = { actions: ['no-op'], before: {}, after: {} };
  const nothing = { previous_address: null, module_address: null, provider_name: null, deposed: null, action_reason: null, index: null };
  const entry = { address: 'a.b', mode: 'managed', type: 'a', name: 'b', change };
  const read = (more: object): unknown =>
    Plan.read({ format_version: '1.2', terraform_version: null, planned_values: {}, resource_changes: [{ ...entry, ...more }] }).resources;
  expect(read(nothing)).toEqual(read({}));
});

test.each(['__proto__', 'constructor', 'toString'])('%s is a name like any other', (name) => {
  const address = `module.${name}.a.b`;
  const entry = { address, module_address: `module.${name}`, mode: 'managed', type: 'a', name: 'b', change: { actions: [name] } };
  const plan = Plan.read({ format_version: '1.2', planned_values: {}, resource_changes: [entry], configuration: { root_module: {} } });
  expect(plan.changes.map(({ action }) => action)).toEqual(['unknown']);
  expect(plan.configured(plan.changes[0]!)).toBeUndefined();
});

test('fails on a plan that is nested too deeply', () => {
  const nest = (depth: number): unknown => (depth === 0 ? 1 : { a: nest(depth - 1) });
  const read = (depth: number): Plan => Plan.read({ format_version: '1.2', planned_values: {}, variables: { v: { value: nest(depth) } } });
  expect(read(400).resources).toEqual([]);
  expect(() => read(600)).toThrow('a plan must have at most 500 levels of nesting');
});
