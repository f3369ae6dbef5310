import { environments } from '../../environments';
import { estimateCost } from '../../lib/cost';
import { findRings } from '../../lib/operations/ring';
import { checkPolicy } from '../../lib/policy/reading';
import { createReport, Reachability } from '../../lib/reachability';
import { synthesizedEnvironment } from '../reachability/environments';
import { inOtherWays } from '../support/other-ways';

describe.each(environments)('$name in other ways that Terraform takes', ({ name }) => {
  const json = synthesizedEnvironment(name);
  const written = { ...json, resource: inOtherWays(json.resource), provider: inOtherWays(json.provider) };

  test('is another text', () => {
    expect(JSON.stringify(written).length).toBeGreaterThan(JSON.stringify(json).length);
  });

  test('has the same reachability', () => {
    expect(createReport(Reachability.read(written))).toEqual(createReport(Reachability.read(json)));
  });

  test('breaks the same rules of the policy', () => {
    expect(checkPolicy(written)).toEqual(checkPolicy(json));
  });

  test('costs the same', () => {
    expect(estimateCost(written)).toEqual(estimateCost(json));
  });

  test('has the same rings', () => {
    expect(findRings(written)).toEqual(findRings(json));
  });
});
