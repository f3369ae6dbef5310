import { Reachability, reportOf } from '../../lib/reachability';
import { synthesizedEnvironment } from './environments';

/**
 * The proof watched: every single rule of staging is taken away, and widened, and each time something of what the proof
 * says has to change. A rule that can go unnoticed is either useless or not understood by the proof.
 */
const TYPES = ['kubernetes_network_policy_v1', 'google_compute_firewall'];

const staging = synthesizedEnvironment('staging');
const seen = (json: unknown) => {
  const { cells, oneSided } = reportOf(Reachability.read(json));
  return JSON.stringify([cells, oneSided]);
};
const before = seen(staging);

const rules = TYPES.flatMap((type) =>
  Object.entries<{ '//': { metadata: { path: string } } }>(staging.resource[type]).map(([id, body]) => ({
    type,
    id,
    path: body['//'].metadata.path.split('/').slice(1).join('/'),
  })),
);

/** Paths of the rules whose change nobody sees. */
function survivors(change: (resources: Record<string, unknown>, id: string) => void): string[] {
  return rules.flatMap(({ type, id, path }) => {
    const changed = {
      ...staging,
      resource: { ...staging.resource, [type]: { ...staging.resource[type] } },
    };
    change(changed.resource[type], id);
    return seen(changed) === before ? [path] : [];
  });
}

test('there are rules to take away', () => {
  expect(rules.length).toBeGreaterThan(30);
});

test('no rule can be taken away unnoticed, but those that another one repeats', () => {
  const unseen = survivors((resources, id) => delete resources[id]);
  expect(unseen.filter((path) => repeatedBy(path) === undefined)).toEqual([]);
  expect(unseen.filter((path) => !/DefaultDeny$|^Cassandra\/From-.*-9042\/Firewall$/.test(path))).toEqual([]);
});

/** Why a rule changes nothing for the workloads there are: what else does the same. */
function repeatedBy(path: string): string | undefined {
  const { type, id } = rules.find((rule) => rule.path === path)!;
  const own = staging.resource[type][id];
  if (type === 'google_compute_firewall') {
    const effect = ({ '//': _, name, description, ...body }: Record<string, unknown>) => JSON.stringify(body);
    const twin = rules.find((rule) => rule.type === type && rule.id !== id && effect(staging.resource[type][rule.id]) === effect(own));
    return twin && `the VPC sees the same in ${twin.path}, since it knows pods by their common range only`;
  }
  const others = rules.filter((rule) => {
    const { metadata, spec } = staging.resource[rule.type][rule.id];
    return (
      rule.type === type && rule.id !== id && metadata.namespace === own.metadata.namespace && Object.keys(spec.pod_selector).length === 0
    );
  });
  const closing = (direction: string) => others.find((rule) => staging.resource[type][rule.id].spec.policy_types.includes(direction));
  const closers = own.spec.policy_types.map(closing);
  if (own.spec.ingress || own.spec.egress || closers.includes(undefined)) return undefined;
  return `${closers.map((rule: { path: string }) => rule.path).join(' and ')} close the namespace too, as long as they are there`;
}

test('no rule can be widened to every port or to everybody unnoticed', () => {
  // biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
  const everyPort = (resources: Record<string, any>, id: string) => {
    const body = structuredClone(resources[id]);
    for (const allow of body.allow ?? []) delete allow.ports;
    for (const direction of ['ingress', 'egress']) {
      for (const rule of body.spec?.[direction] ?? []) rule.ports = [];
    }
    resources[id] = body;
  };
  // biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
  const everybody = (resources: Record<string, any>, id: string) => {
    const body = structuredClone(resources[id]);
    for (const key of ['source_ranges', 'source_tags', 'source_service_accounts', 'destination_ranges']) delete body[key];
    for (const [direction, side] of [
      ['ingress', 'from'],
      ['egress', 'to'],
    ]) {
      for (const rule of body.spec?.[direction!] ?? []) rule[side!] = [];
    }
    resources[id] = body;
  };
  // A rule that lets nothing through cannot be widened this way.
  const isDeny = (path: string) => /DefaultDeny|DefaultNamespace|DataSubnetDenial/.test(path);
  expect(survivors(everyPort).filter((path) => !isDeny(path))).toEqual([]);
  expect(survivors(everybody).filter((path) => !isDeny(path))).toEqual([]);
});
