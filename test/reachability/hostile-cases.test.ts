import { parsePort, Reachability } from '../../lib/reachability';
import { ref } from './hand-made';
import { HOSTILE_CASES } from './hostile-cases';

const PROVIDER = { google: [{ project: 'p1' }], kubernetes: [{ host: ref('google_container_cluster.c.endpoint') }] };
const ANSWERS = { yes: 'y', no: 'n', unknown: '?' } as const;

/**
 * Configurations with a part that is easily overlooked. Where an answer is acceptable that is not certain, a certain one must not be wrong.
 */
test.each(HOSTILE_CASES.map((each) => [each.title, each] as const))('%s', (_, { resources, ask, acceptable, provider, others }) => {
  const reach = Reachability.read(JSON.parse(JSON.stringify({ ...others, provider: provider ?? PROVIDER, resource: resources })));
  const [from, to, port] = ask;
  const answer = ANSWERS[reach.ask(from, to, parsePort(port)!)];
  const { steps } = reach.explain(from, to, parsePort(port)!);
  expect({ answer: acceptable.includes(answer) ? acceptable : answer, reason: steps.at(-1)!.text }).toEqual({
    answer: acceptable,
    reason: expect.any(String),
  });
});

test('there are cases for each part', () => {
  expect(HOSTILE_CASES.length).toBeGreaterThanOrEqual(108);
});
