import { PortSet } from '../../lib/reachability/port-set';

/** Range of addresses, as numbers. */
export type AddressRange = readonly [first: number, last: number];

/** End of an expected connection: the name of a workload, or a range of addresses outside of the cluster. */
export type ConnectionEnd = string | AddressRange;

/** Connection that np-guard expects. */
export interface Connection {
  readonly from: ConnectionEnd;
  readonly to: ConnectionEnd;
  readonly ports: PortSet;
}

/** Protocols of NetworkPolicies in the lists. */
export const PROTOCOLS = PortSet.union([PortSet.of('tcp'), PortSet.of('udp'), PortSet.of('sctp')]);

/** Parses a list of connections. Lines on ingress controllers and other headings are left out. */
export function parseConnections(text: string): Connection[] {
  return text.split('\n').flatMap((line): Connection[] => {
    const [, from, to, ports] = /^(\S+) => (\S+) : (.*)$/.exec(line) ?? [];
    if (from === undefined || [from, to].some((end) => /^[{[]/.test(end!))) return [];
    return [{ from: parseEnd(from), to: parseEnd(to!), ports: parsePorts(ports!) }];
  });
}

function parseEnd(text: string): ConnectionEnd {
  const [, first, last] = /^([\d.]+)-([\d.]+)\[External\]$/.exec(text) ?? [];
  return first === undefined ? text : [parseAddress(first), parseAddress(last!)];
}

function parseAddress(text: string): number {
  return text.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

/** Parses ports such as `TCP 80,443,UDP 1-52`. */
function parsePorts(text: string): PortSet {
  if (text === 'All Connections') return PROTOCOLS;
  let protocol = PortSet.protocol('tcp')!;
  return PortSet.union(
    text.split(',').map((part) => {
      const [, name, first, last] = /^(?:([A-Z]+) )?(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
      if (first === undefined) throw new Error(`ports '${text}' are not understood`);
      if (name !== undefined) protocol = PortSet.protocol(name)!;
      return PortSet.of(protocol, [Number(first), Number(last ?? first)]);
    }),
  );
}
