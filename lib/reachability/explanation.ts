import { type Answer, all } from './answer';
import type { Endpoint } from './endpoint';
import type { PortNumber, PortSet } from './port-set';
import { formatPort } from './reasons';
import type { Route } from './trace';

/** Step of a trace: the verdict of one checkpoint for the port. */
export interface Step {
  readonly answer: Answer;
  readonly text: string;
}

/** Verdict for one client, server and port, with its reasons. */
export interface Explanation {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: PortNumber;
  readonly answer: Answer;

  /** Steps in the order of the trace, up to the first that denies the port. */
  readonly steps: readonly Step[];

  /** Load balancer that the client calls in place of the server. */
  readonly through?: { readonly balancer: Endpoint; readonly ports: PortSet };

  /** Difference between ports of the load balancer and of the server. */
  readonly note?: string;

  /** Declaration that would allow the connection, when it is denied. */
  readonly remediation?: string;

  /** @deprecated Use `remediation`. */
  readonly fix?: string;

  /** Verdict as a sentence. */
  readonly sentence: string;
}

/** Explains the route with the best verdict for a port. */
export function explain(from: Endpoint, to: Endpoint, port: PortNumber, routes: readonly Route[]): Explanation {
  const explained = routes.map((route) => ({ route, steps: createSteps(route, port) }));
  const rank = ['yes', 'unknown', 'no'] as const;
  const answers = explained.map(({ steps }) => all(steps.map(({ answer }) => answer)));
  const answer = rank.find((candidate) => answers.includes(candidate)) ?? 'no';
  const { route, steps } = explained[answers.indexOf(answer)] ?? {
    steps: [{ answer: 'no', text: `nothing leads from ${from.label} to ${to.label}` } as const],
  };
  const through = route?.through;
  const isPlural = from.isPlural === true;
  const verb = { yes: isPlural ? 'reach' : 'reaches', no: isPlural ? 'do not reach' : 'does not reach', unknown: 'may reach' }[answer];
  const remediation = answer === 'no' ? suggestRemediation(through?.balancer ?? from, to, port) : undefined;
  const by = through && answer !== 'no' ? ` through ${through.balancer.label}` : '';
  return {
    from,
    to,
    port,
    answer,
    steps,
    through: through && { balancer: through.balancer, ports: through.frontPorts },
    note: through && describePort(from, to, port, answer, through),
    remediation,
    fix: remediation,
    sentence: `${from.group ?? from.label} ${verb} ${to.group ?? to.label} at ${formatPort(port)}${by}`,
  };
}

function createSteps({ trace }: Route, port: PortNumber): Step[] {
  const steps: Step[] = trace.byPlatform === undefined ? [] : [{ answer: 'yes', text: trace.byPlatform }];
  for (const checkpoint of trace.checkpoints) {
    const answer = checkpoint.allowance.at(port);
    steps.push({ answer, text: checkpoint.reason(port) });
    if (answer === 'no') break;
  }
  return steps;
}

/** Note on the port: clients call the load balancer at its own ports. */
function describePort(
  from: Endpoint,
  to: Endpoint,
  port: PortNumber,
  answer: Answer,
  through: NonNullable<Route['through']>,
): string | undefined {
  const { balancer, frontPorts, ports } = through;
  if (answer !== 'no') {
    return `${formatPort(port)} of ${to.label} itself is not open to ${from.label}: clients call ${balancer.label} at ${frontPorts}`;
  }
  if (!frontPorts.has(port) || ports.has(port)) return undefined;
  return `${formatPort(port)} is a port of ${balancer.label}, which leads to ${to.label} at ${ports}: ask for that port`;
}

function suggestRemediation(from: Endpoint, to: Endpoint, { protocol, number }: PortNumber): string | undefined {
  if (protocol !== 'tcp' && protocol !== 'udp') return undefined;
  const port = `Port.${protocol}(${number})`;
  const client = formatVariable(from);
  const server = formatVariable(to);
  const isOurs = (endpoint: Endpoint) => (endpoint.kind === 'pods' || endpoint.kind === 'machine') && !endpoint.platform;

  if (isOurs(to)) {
    switch (from.kind) {
      case 'pods':
        return from.platform ? undefined : `${server}.allowFrom(${client}, ${port})`;
      case 'machine':
        return `${server}.allowFrom(${client}, ${port})`;
      case 'control-plane':
        return to.address?.startsWith('helm_release.')
          ? `webhookPorts: [${port}] of ${server}`
          : `${server}.allowFrom(ControlPlane.of(cluster), ${port})`;
      case 'internet':
        return to.kind === 'pods' ? `new PublicEndpoint(this, 'PublicEndpoint', { workload: ${server}, hostName: '...' })` : undefined;
      case 'load-balancer':
        return from.passesCallers === undefined && from.backends?.some(({ pods, ports }) => pods === to && ports.has({ protocol, number }))
          ? `${server}.allowFrom(Peer.googleLoadBalancers(this), ${port})`
          : undefined;
      case 'iap':
      case 'range':
        return `${server}.allowFrom(new Peer(this, 'Name', { ranges: ['${from.location.text}'] }), ${port})`;
      default:
        return undefined;
    }
  }
  if (!isOurs(from)) return undefined;
  switch (to.kind) {
    case 'control-plane':
      return number === 443 ? `${client}.allowTo(cluster.apiServer)` : undefined;
    case 'google-apis':
      return number === 443 ? `${client}.allowTo(Peer.googleApis(this))` : undefined;
    case 'range':
      return `${client}.allowTo(new Peer(this, 'Name', { ranges: ['${to.location.text}'] }), ${port})`;
    case 'internet':
      return `${client}.allowTo(new Peer(this, 'Name', { ranges: ['...'] }), ${port})`;
    default:
      return undefined;
  }
}

/** Variable name of an endpoint in the code of its stack. */
function formatVariable({ path, group, label, kind }: Endpoint): string {
  const ids = path?.split('/').filter((id) => id !== 'Resource');
  const id = kind === 'machine' && group !== undefined ? (ids?.at(-2) ?? group) : (ids?.at(-1) ?? label.split('/').at(-1)!);
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word, index) => (index === 0 ? word[0]!.toLowerCase() : word[0]!.toUpperCase()) + word.slice(1)).join('');
}
