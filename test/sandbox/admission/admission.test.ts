import { TypeBench } from '../types/type-bench';
import { ADMITTED } from './admitted';
import { inNamespace, NAMESPACE, type Resource } from './refusal';
import { REFUSALS } from './refusals';

// The same cases as those of the real plugin and the real API server, in `admission.providers.test.ts`.

let bench: TypeBench;

beforeEach(() => {
  bench = new TypeBench();
  bench.create(NAMESPACE, { metadata: { name: 'case' } });
});

const create = ([type, configuration]: Resource): void => void bench.create(type, inNamespace('case', type, configuration));
const plan = ([type, configuration]: Resource): void => bench.checkPlan(type, inNamespace('case', type, configuration));

describe.each(Object.entries(REFUSALS))('%s', (_, refusals) => {
  test.each(refusals.map((refusal) => [refusal.mistake, refusal] as const))('%s', (_, { resources, by, words }) => {
    const wrong = resources.at(-1)!;
    for (const resource of resources.slice(0, -1)) create(resource);
    if (by === 'plan') expect(() => plan(wrong)).toThrow(words);
    else {
      expect(() => plan(wrong)).not.toThrow();
      expect(() => create(wrong)).toThrow(words);
    }
  });
});

test.each(ADMITTED.map(({ name, resources }) => [name, resources] as const))('admits %s', (_, resources) => {
  for (const resource of resources) expect(() => create(resource)).not.toThrow();
});
