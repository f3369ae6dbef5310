import { createMutants, type Mutant } from '../../scripts/rule-mutations';
import { synthesizedEnvironment } from './environments';

/**
 * Mutation test of the analysis: every rule of staging, and every part of one, is removed and widened, and each time its
 * report has to change. A mutation without an effect is of a redundant rule, or of one that the analysis does not evaluate.
 */
const staging = synthesizedEnvironment('staging');
const mutants = createMutants(staging);

const texts = (some: readonly Mutant[]) => some.map(({ rule, change }) => `${rule}, ${change}`);

test('every rule is removed', () => {
  const { kubernetes_network_policy_v1: policies, google_compute_firewall: rules } = staging.resource;
  expect(mutants.filter(({ change }) => change === 'removed')).toHaveLength(Object.keys({ ...policies, ...rules }).length);
});

test('each mutation without an effect has a reason', () => {
  expect(texts(mutants.filter(({ noticedBy, reason }) => noticedBy.length === 0 && reason === undefined))).toEqual([]);
});

test('only redundant rules can be removed without an effect', () => {
  const redundant = mutants.filter(({ change, noticedBy }) => change === 'removed' && noticedBy.length === 0);
  expect(redundant.filter(({ rule }) => !/^Apps\/.*\/DefaultDeny$|^Cassandra\/From-.*-9042\/Firewall$/.test(rule))).toEqual([]);
  expect(redundant).toContainEqual({
    rule: 'Cassandra/From-apps-billing-tcp-9042/Firewall',
    change: 'removed',
    noticedBy: [],
    reason: 'Cassandra/From-apps-parking-sessions-tcp-9042/Firewall does the same: to a VPC all pods are one range',
  });
});

test('no rule can be widened to every port or any endpoint without an effect', () => {
  const opened = mutants.filter(({ change }) =>
    /every port|every protocol|any peer|any (source|destination|namespace)|any pod/.test(change),
  );
  expect(opened.length).toBeGreaterThan(100);
  expect(texts(opened.filter(({ noticedBy }) => noticedBy.length === 0))).toEqual([]);
});

test('a rule without an effect is found', () => {
  const { kubernetes_network_policy_v1: policies } = staging.resource;
  const [policy] = Object.values<{ metadata: object; spec: object }>(policies);
  const idle = {
    ...policy,
    '//': { metadata: { path: 'staging/Idle' } },
    spec: { pod_selector: { match_labels: { app: 'nobody' } }, policy_types: ['Ingress'] },
  };
  const { kubernetes_namespace_v1, kubernetes_deployment_v1 } = staging.resource;
  const resource = { kubernetes_namespace_v1, kubernetes_deployment_v1, kubernetes_network_policy_v1: { idle } };
  expect(createMutants({ ...staging, resource })[0]).toEqual({ rule: 'Idle', change: 'removed', noticedBy: [], reason: undefined });
});
