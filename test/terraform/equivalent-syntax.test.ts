import { environments } from '../../environments';
import { estimateCost } from '../../lib/cost';
import { findRings } from '../../lib/operations/ring';
import { checkPolicy } from '../../lib/policy/reading';
import { createReport, Reachability } from '../../lib/reachability';
import { synthesizedEnvironment } from '../reachability/environments';
import { toEquivalentSyntax } from '../support/equivalent-syntax';

describe.each(environments)('$name in equivalent Terraform syntax', ({ name }) => {
  const json = synthesizedEnvironment(name);
  const written = { ...json, resource: toEquivalentSyntax(json.resource), provider: toEquivalentSyntax(json.provider) };

  test('has different JSON', () => {
    expect(JSON.stringify(written).length).toBeGreaterThan(JSON.stringify(json).length);
  });

  test('has the same reachability', () => {
    expect(createReport(Reachability.read(written))).toEqual(createReport(Reachability.read(json)));
  });

  test('has the same policy violations', () => {
    expect(checkPolicy(written)).toEqual(checkPolicy(json));
  });

  test('has the same costs', () => {
    expect(estimateCost(written)).toEqual(estimateCost(json));
  });

  test('has the same rings', () => {
    expect(findRings(written)).toEqual(findRings(json));
  });
});
