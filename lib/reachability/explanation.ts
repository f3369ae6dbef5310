import { type Answer, all } from './answer';
import type { Peer } from './peer';
import type { PortNumber } from './port-set';
import { portText, type Way } from './way';

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

  /** The declaration that would open it, when it is closed and one would. */
  readonly fix?: string;

  /** The answer in one sentence. */
  readonly sentence: string;
}

/** Explains a way at one port. */
export function explain(from: Peer, to: Peer, port: PortNumber, way: Way | undefined): Explanation {
  const steps: Step[] = [];
  if (!way) steps.push({ answer: 'no', text: `nothing leads from ${from.label} to ${to.label}` });
  else if (way.byPlatform !== undefined) steps.push({ answer: 'yes', text: way.byPlatform });
  for (const gate of way?.gates ?? []) {
    const answer = gate.allowance.at(port);
    steps.push({ answer, text: gate.reason(port) });
    if (answer === 'no') break;
  }
  const answer = all(steps.map((step) => step.answer));
  const verb = { yes: 'reaches', no: 'does not reach', unknown: 'may reach' }[answer];
  return {
    from,
    to,
    port,
    answer,
    steps,
    fix: answer === 'no' ? fixFor(from, to, port) : undefined,
    sentence: `${from.group ?? from.label} ${verb} ${to.group ?? to.label} at ${portText(port)}`,
  };
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
