import { type Mutant, mutantsOf } from '../../scripts/rule-mutations';
import { synthesizedEnvironment } from './environments';

/**
 * The proof watched: every rule of staging, and every part of one, is taken away and widened, and each time something of
 * what the proof says has to change. A rule that can go unnoticed is either useless or not understood by the proof.
 */
const staging = synthesizedEnvironment('staging');
const mutants = mutantsOf(staging);

const texts = (some: readonly Mutant[]) => some.map(({ rule, change }) => `${rule}, ${change}`);

test('every rule is taken away', () => {
  const { kubernetes_network_policy_v1: policies, google_compute_firewall: rules } = staging.resource;
  expect(mutants.filter(({ change }) => change === 'removed')).toHaveLength(Object.keys({ ...policies, ...rules }).length);
});

test('no change goes unnoticed without a reason', () => {
  expect(texts(mutants.filter(({ noticedBy, reason }) => noticedBy.length === 0 && reason === undefined))).toEqual([]);
});

test('only rules that others repeat can be taken away unnoticed', () => {
  const redundant = mutants.filter(({ change, noticedBy }) => change === 'removed' && noticedBy.length === 0);
  expect(redundant.filter(({ rule }) => !/^Apps\/.*\/DefaultDeny$|^Cassandra\/From-.*-9042\/Firewall$/.test(rule))).toEqual([]);
  expect(redundant).toContainEqual({
    rule: 'Cassandra/From-apps-billing-tcp-9042/Firewall',
    change: 'removed',
    noticedBy: [],
    reason: 'Cassandra/From-apps-parking-sessions-tcp-9042/Firewall does the same: to a VPC all pods are one range',
  });
});

test('no rule can be opened to every port or to everybody unnoticed', () => {
  const opened = mutants.filter(({ change }) =>
    /every port|every protocol|everybody|any (source|destination|namespace)|any pod/.test(change),
  );
  expect(opened.length).toBeGreaterThan(100);
  expect(texts(opened.filter(({ noticedBy }) => noticedBy.length === 0))).toEqual([]);
});

test('a rule that does nothing is found', () => {
  const { kubernetes_network_policy_v1: policies } = staging.resource;
  const [policy] = Object.values<{ metadata: object; spec: object }>(policies);
  const idle = {
    ...policy,
    '//': { metadata: { path: 'staging/Idle' } },
    spec: { pod_selector: { match_labels: { app: 'nobody' } }, policy_types: ['Ingress'] },
  };
  const { kubernetes_namespace_v1, kubernetes_deployment_v1 } = staging.resource;
  const resource = { kubernetes_namespace_v1, kubernetes_deployment_v1, kubernetes_network_policy_v1: { idle } };
  expect(mutantsOf({ ...staging, resource })[0]).toEqual({ rule: 'Idle', change: 'removed', noticedBy: [], reason: undefined });
});
