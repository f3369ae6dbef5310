/** Member of the ring as one node sees it: a line of `nodetool status`. */
export interface Member {
  readonly datacenter: string;

  /** `UN` (up, normal); for example `DN` if it is down, `UJ` while it joins. */
  readonly state: string;
  readonly address: string;

  /** Data on its disk, for example `104.3 KiB`; `?` if unknown. */
  readonly load: string;

  /** Empty if unknown. */
  readonly hostId: string;
  readonly rack: string;
}

const MEMBER = /^([UD?][NLJM?])\s+(\S+)\s+(\?|[\d.,]+ \S+)\s+.*?\s(null|[0-9a-f]{8}-[0-9a-f-]{27})\s+(\S+)\s*$/;

/** Parses the output of `nodetool status`. */
export function parseNodetoolStatus(text: string): Member[] {
  let datacenter = '';
  return text.split('\n').flatMap((line) => {
    datacenter = /^Datacenter: (.+?)\s*$/.exec(line)?.[1] ?? datacenter;
    const [, state, address, load, hostId, rack] = MEMBER.exec(line) ?? [];
    if (state === undefined) return [];
    return [{ datacenter, state, address: address!, load: load!, hostId: hostId === 'null' ? '' : hostId!, rack: rack! }];
  });
}

/** Gossip state of a node: a paragraph of `nodetool gossipinfo`. */
export interface GossipState {
  readonly hostId: string;

  /** Schema version; nodes with different ones disagree. */
  readonly schema: string;

  /** Release of Cassandra. */
  readonly release: string;

  /** For example `NORMAL`, `LEAVING`, `LEFT`. */
  readonly status: string;
}

/** Parses the output of `nodetool gossipinfo`. @returns states by address */
export function parseGossipInfo(text: string): ReadonlyMap<string, GossipState> {
  const states = new Map<string, GossipState>();
  for (const paragraph of text.split(/^(?=\S*\/)/m)) {
    const address = /^\S*\/(\S+)/.exec(paragraph)?.[1];
    if (address === undefined) continue;
    // As NAME:VERSION:VALUE, in older releases NAME:VALUE.
    const field = (name: string): string => new RegExp(`^\\s+${name}:(?:\\d+:)?(.*?)\\s*$`, 'm').exec(paragraph)?.[1] ?? '';
    const status = field('STATUS_WITH_PORT') || field('STATUS');
    states.set(address, {
      hostId: field('HOST_ID'),
      schema: field('SCHEMA'),
      release: field('RELEASE_VERSION'),
      status: status.split(',')[0]!,
    });
  }
  return states;
}
