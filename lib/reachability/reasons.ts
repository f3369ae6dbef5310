import { isKnown } from '../terraform/references';
import type { Answer } from './answer';
import type { Endpoint } from './endpoint';
import { type FarEnd, type Firewall, formatPriority, type NearEnd } from './firewall';
import { type Direction, describeEntry, resolvePorts } from './network-policy';
import type { Permission, PolicySide } from './policy-side';
import { hasPorts, type PortNumber } from './port-set';

/** Maximum number of policies that a sentence lists. */
const LISTED_POLICIES = 3;

/** Explains the verdict of policies at one endpoint for a port. */
export function explainPolicies(side: PolicySide, other: Endpoint, port: PortNumber): string {
  if (side.mayBeDenied) return side.hidden!;
  const answer = side.evaluate(other).at(port);
  const ofNamespace = side.evaluateNamespaceTier(other).at(port);
  return (
    explainTier(side, 'admin', answer, other, port) ??
    (ofNamespace === answer ? undefined : explainTier(side, 'baseline', answer, other, port)) ??
    explainNetworkPolicies(side, other, port)
  );
}

/** Explains the rule of an ordered tier that has an answer for a port; undefined when the tier leaves the port to the next one. */
function explainTier(side: PolicySide, tier: 'admin' | 'baseline', answer: Answer, other: Endpoint, port: PortNumber): string | undefined {
  if (side.endpoint.pods?.onNodeNetwork !== 'no') return undefined;
  for (const { policy, action, allowance } of side.findOrdered(tier, other)) {
    const matched = allowance.at(port);
    const preposition = side.direction === 'egress' ? 'to' : 'from';
    const what = `${action} ${side.direction} ${preposition} ${other.label} at ${formatPort(port)}`;
    if (matched === 'yes')
      return action === 'pass'
        ? undefined
        : `${policy.address} ${action === 'allow' ? 'allows' : 'denies'} ${what.slice(action.length + 1)}`;
    const reason = policy.undetermined ?? 'its match is not known';
    if (matched === 'unknown' && answer === 'unknown' && action !== 'pass') return `${policy.address} may ${what}: ${reason}`;
  }
  return undefined;
}

function explainNetworkPolicies(side: PolicySide, other: Endpoint, port: PortNumber): string {
  const { endpoint, direction } = side;
  const preposition = direction === 'egress' ? 'to' : 'from';
  if (side.enforces === 'no') return side.hidden ?? endpoint.pods!.cluster.dataPlane.reason;
  if (endpoint.pods?.onNodeNetwork === 'unknown' && endpoint.pods.silent) return endpoint.pods.silent;
  if (endpoint.pods?.onNodeNetwork !== 'no') {
    const uses = endpoint.pods?.onNodeNetwork === 'yes' ? 'uses' : 'may use';
    return `${endpoint.label} ${uses} the host network, where NetworkPolicies do not apply`;
  }
  if (side.isolated === 'no') {
    return side.hidden ?? `no NetworkPolicy restricts ${direction} of ${endpoint.label}: all ${direction} is allowed`;
  }

  const called = direction === 'ingress' ? endpoint.pods : other.pods;
  const best = findStrongest(side.findPermissions(other), ({ rule, answer }) => resolvePorts(rule, called).given(answer).at(port));
  if (best?.answer === 'yes') {
    const { policy, entry, rule } = best.permission;
    const what = entry ? describeEntry(entry, other) : 'any endpoint';
    return `NetworkPolicy ${policy.name} allows ${direction} ${preposition} ${what} at ${resolvePorts(rule, called).possible.inWords()}`;
  }
  if (side.enforces === 'unknown') return endpoint.pods.cluster.dataPlane.reason;
  if (endpoint.pods.silent) return endpoint.pods.silent;
  if (side.hidden) return side.hidden;
  if (best) {
    const reason = explainUndetermined(best.permission, endpoint, other);
    return `NetworkPolicy ${best.permission.policy.name} may allow ${direction} ${preposition} ${other.label}: ${reason}`;
  }
  const namespace = endpoint.pods.namespace.name ?? endpoint.label;
  return `no NetworkPolicy of ${namespace} allows ${direction} ${preposition} ${other.label} at ${formatPort(port)} (isolated by ${listIsolating(side)})`;
}

/** Names of the policies that isolate an endpoint, those that deny everything first. */
function listIsolating({ policies, direction }: PolicySide): string {
  const denying = policies.filter((policy) => policy[direction]?.length === 0);
  const names = (denying.length > 0 ? denying : policies).map(({ name }) => name);
  const more = names.length - LISTED_POLICIES;
  return more > 0 ? `${names.slice(0, LISTED_POLICIES).join(', ')} and ${more} more` : names.join(', ');
}

/** Reason why a permission is not certain. */
function explainUndetermined({ policy, rule, entry }: Permission, { pods }: Endpoint, other: Endpoint): string {
  const labels = [pods?.labels, other.pods?.labels, other.pods?.namespace.labels];
  if (policy.undetermined !== undefined) return `${policy.undetermined} (${policy.address})`;
  const added = entry?.pods?.addedKey ?? policy.pods.addedKey;
  return (
    other.location.unknown ??
    rule.undetermined ??
    entry?.undetermined ??
    labels.find((candidate) => candidate?.undetermined !== undefined)?.undetermined ??
    (added === undefined ? undefined : `the platform may add the label ${added} to pods`) ??
    'it depends on values that are not known before the apply'
  );
}

/** Finds the permission with the best answer. */
function findStrongest(
  permissions: readonly Permission[],
  ask: (permission: Permission) => Answer,
): { readonly permission: Permission; readonly answer: Answer } | undefined {
  const answers = permissions.map((permission) => ({ permission, answer: ask(permission) })).filter(({ answer }) => answer !== 'no');
  return answers.find(({ answer }) => answer === 'yes') ?? answers[0];
}

/** Explains the verdict of VPC firewall rules at one end for a port. */
export function explainFirewall(
  firewall: Firewall,
  direction: Direction,
  near: NearEnd,
  far: FarEnd,
  nearEndpoint: Endpoint,
  farEndpoint: Endpoint,
  port: PortNumber,
): string {
  if (near.network === undefined) return `the network of ${nearEndpoint.label} is not in this stack`;
  if (firewall.undetermined !== undefined) return firewall.undetermined;
  const nearName = nearEndpoint.group ?? nearEndpoint.label;
  const farName = farEndpoint.group ?? farEndpoint.label;
  const client = farEndpoint.kind === 'pods' && !far.vms ? `every pod (${far.location.text})` : `${farName} (${far.location.text})`;
  const traffic = direction === 'ingress' ? `${client} to ${nearName}` : `${nearName} to ${farName}`;
  const deciding = firewall.findMatches(direction, near, far).filter(({ rule, answer }) => rule.ports.given(answer).at(port) !== 'no');
  const [first] = deciding;
  // Of several equal rules, the one named after the client.
  const alike = deciding.filter(
    ({ rule, answer }) => first && rule.priority === first.rule.priority && rule.action === first.rule.action && answer === first.answer,
  );
  const { rule, answer } = alike.find((match) => match.rule.name.includes(farEndpoint.label)) ?? first ?? {};
  if (rule && answer) {
    const name = rule.address === undefined ? rule.name : `firewall rule ${rule.name}`;
    const tail = `${traffic} at ${rule.ports.possible.inWords()} (priority ${formatPriority(rule)})`;
    if (rule.ports.given(answer).at(port) === 'yes') return `${name} ${rule.action === 'allow' ? 'allows' : 'denies'} ${tail}`;
    return `${name} may ${rule.action} ${tail}: ${rule.undetermined ?? 'it depends on values that are not known before the apply'}`;
  }
  return direction === 'egress'
    ? `no firewall rule denies ${traffic}: egress is allowed by default`
    : `no firewall rule ${firewall.mayHaveOtherRules(near) ? 'of this stack ' : ''}allows ${traffic} at ${formatPort(port)}${
        firewall.mayHaveOtherRules(near) ? `: ${formatNetwork(near)} belongs to another stack, whose rules are not known` : ''
      }`;
}

function formatNetwork({ network = '' }: NearEnd): string {
  return isKnown(network) ? `the network ${network.slice(network.lastIndexOf('/') + 1)}` : 'its network';
}

/** Formats a port, for example `tcp/9042`, or a protocol without ports. */
export function formatPort({ protocol, number }: PortNumber): string {
  return hasPorts(protocol) ? `${protocol}/${number}` : protocol;
}
