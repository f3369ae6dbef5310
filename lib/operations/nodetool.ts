/** A member of the ring, as one node sees it: a line of `nodetool status`. */
export interface Member {
  readonly datacenter: string;

  /** `UN` when it is up and takes part; for example `DN` when it is down, `UJ` when it joins. */
  readonly state: string;
  readonly address: string;

  /** Bytes on its disk in words, for example `104.3 KiB`; `?` when it has not said yet. */
  readonly load: string;

  /** Empty when it has not said yet. */
  readonly hostId: string;
  readonly rack: string;
}

const MEMBER = /^([UD?][NLJM?])\s+(\S+)\s+(\?|[\d.,]+ \S+)\s+.*?\s(null|[0-9a-f]{8}-[0-9a-f-]{27})\s+(\S+)\s*$/;

/** Reads what `nodetool status` prints. */
export function membersIn(text: string): Member[] {
  let datacenter = '';
  return text.split('\n').flatMap((line) => {
    datacenter = /^Datacenter: (.+?)\s*$/.exec(line)?.[1] ?? datacenter;
    const [, state, address, load, hostId, rack] = MEMBER.exec(line) ?? [];
    if (state === undefined) return [];
    return [{ datacenter, state, address: address!, load: load!, hostId: hostId === 'null' ? '' : hostId!, rack: rack! }];
  });
}

/** What a node has heard of another one, or says of itself: a paragraph of `nodetool gossipinfo`. */
export interface GossipState {
  readonly hostId: string;

  /** Version of the schema it has; two that differ are not agreed. */
  readonly schema: string;

  /** Version of Cassandra. */
  readonly release: string;

  /** For example `NORMAL`, `LEAVING`, `LEFT`. */
  readonly status: string;
}

/** Reads what `nodetool gossipinfo` prints, by address. */
export function gossipIn(text: string): ReadonlyMap<string, GossipState> {
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
