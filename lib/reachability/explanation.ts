import { type Answer, all } from './answer';
import type { Peer } from './peer';
import type { PortNumber, PortSet } from './port-set';
import { portText, type Route } from './way';

/** One thing on the way, and what it does to the port. */
export interface Step {
  readonly answer: Answer;
  readonly text: string;
}

/** Whether one peer reaches another at a port, and why. */
export interface Explanation {
  readonly from: Peer;
  readonly to: Peer;
  readonly port: PortNumber;
  readonly answer: Answer;

  /** What lets it through, in the order of the way; up to what stops it, when something does. */
  readonly steps: readonly Step[];

  /** Load balancer that the client calls instead of the server itself. */
  readonly through?: { readonly balancer: Peer; readonly ports: PortSet };

  /** What the answer means for the port itself, when a load balancer leads to the server. */
  readonly note?: string;

  /** The declaration that would open it, when it is closed and one would. */
  readonly fix?: string;

  /** The answer in one sentence. */
  readonly sentence: string;
}

/** Explains at one port the route that lets most through; without one, the first. */
export function explain(from: Peer, to: Peer, port: PortNumber, routes: readonly Route[]): Explanation {
  const explained = routes.map((route) => ({ route, steps: stepsOf(route, port) }));
  const rank = ['yes', 'unknown', 'no'] as const;
  const answers = explained.map(({ steps }) => all(steps.map(({ answer }) => answer)));
  const answer = rank.find((candidate) => answers.includes(candidate)) ?? 'no';
  const { route, steps } = explained[answers.indexOf(answer)] ?? {
    steps: [{ answer: 'no', text: `nothing leads from ${from.label} to ${to.label}` } as const],
  };
  const through = route?.through;
  const verb = { yes: 'reaches', no: 'does not reach', unknown: 'may reach' }[answer];
  const by = through && answer !== 'no' ? ` through ${through.balancer.label}` : '';
  return {
    from,
    to,
    port,
    answer,
    steps,
    through: through && { balancer: through.balancer, ports: through.frontPorts },
    note: through && noteFor(from, to, port, answer, through),
    fix: answer === 'no' ? fixFor(through?.balancer ?? from, to, port) : undefined,
    sentence: `${from.group ?? from.label} ${verb} ${to.group ?? to.label} at ${portText(port)}${by}`,
  };
}

function stepsOf({ way }: Route, port: PortNumber): Step[] {
  const steps: Step[] = way.byPlatform === undefined ? [] : [{ answer: 'yes', text: way.byPlatform }];
  for (const gate of way.gates) {
    const answer = gate.allowance.at(port);
    steps.push({ answer, text: gate.reason(port) });
    if (answer === 'no') break;
  }
  return steps;
}

/** What holds for the port itself: clients call the load balancer at its own ports. */
function noteFor(from: Peer, to: Peer, port: PortNumber, answer: Answer, through: NonNullable<Route['through']>): string | undefined {
  const { balancer, frontPorts, ports } = through;
  if (answer !== 'no') {
    return `${portText(port)} of ${to.label} itself is not open to ${from.label}: clients call ${balancer.label} at ${frontPorts}`;
  }
  if (!frontPorts.has(port) || ports.has(port)) return undefined;
  return `${portText(port)} is a port of ${balancer.label}, which leads to ${to.label} at ${ports}: ask for that port`;
}

function fixFor(from: Peer, to: Peer, { protocol, number }: PortNumber): string | undefined {
  if (protocol !== 'tcp' && protocol !== 'udp') return undefined;
  const port = `Port.${protocol}(${number})`;
  const client = variable(from);
  const server = variable(to);
  const isOurs = (peer: Peer) => (peer.kind === 'pods' || peer.kind === 'machine') && !peer.platform;

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

/** Name a peer would have in the code of its stack. */
function variable({ path, group, label, kind }: Peer): string {
  const ids = path?.split('/').filter((id) => id !== 'Resource');
  const id = kind === 'machine' && group !== undefined ? (ids?.at(-2) ?? group) : (ids?.at(-1) ?? label.split('/').at(-1)!);
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word, index) => (index === 0 ? word[0]!.toLowerCase() : word[0]!.toUpperCase()) + word.slice(1)).join('');
}
