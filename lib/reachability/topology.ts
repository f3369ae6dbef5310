import { matrixOf, type Unit } from './matrix';
import type { Peer } from './peer';
import type { Reachability } from './reachability';

/** More workloads than these, and a picture shows namespaces. */
const MOST_WORKLOADS = 30;

/** What a box of the picture stands for. */
export type BoxKind =
  | 'workload'
  | 'namespace'
  | 'machine'
  | 'load-balancer'
  | 'control-plane'
  | 'internet'
  | 'operators'
  | 'google'
  | 'range';

/** A box of the picture. */
export interface Box {
  readonly id: string;
  readonly label: string;

  /** A second, smaller line. */
  readonly detail?: string;
  readonly kind: BoxKind;
}

/** Boxes in a frame: a namespace with its workloads, a ring with its machines. */
export interface Frame {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly kind: 'namespace' | 'machines';
  readonly boxes: readonly Box[];
}

/** An arrow, with the ports. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly ports: string;

  /** Whether all of it is for certain. */
  readonly certain: boolean;
}

/** A picture of who reaches whom, before it is drawn. */
export interface Topology {
  readonly title: string;
  readonly frames: readonly Frame[];
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const KINDS: Partial<Record<Peer['kind'], BoxKind>> = {
  'load-balancer': 'load-balancer',
  'control-plane': 'control-plane',
  internet: 'internet',
  iap: 'operators',
  'google-apis': 'google',
  range: 'range',
};

/** The picture: what the stack declares, and the outside it touches; not what every pod needs of its platform. */
export function topologyOf(reachability: Reachability, title: string): Topology {
  const { units, at } = matrixOf(reachability);
  const workloads = units.filter(({ members: [first] }) => first!.kind === 'pods' && !first!.platform);
  const byNamespace = workloads.length > MOST_WORKLOADS;
  const machines = units.filter(({ members: [first] }) => first!.kind === 'machine');
  const others = units.filter(({ members: [first] }) => KINDS[first!.kind] !== undefined);

  const boxOf = new Map<Unit, string>();
  for (const unit of [...machines, ...others]) boxOf.set(unit, unit.name);
  for (const unit of workloads) boxOf.set(unit, byNamespace ? `namespace ${namespaceOf(unit)}` : unit.name);

  const arrows = new Map<string, { from: string; to: string; ports: Set<string>; certain: boolean }>();
  const among = new Map<string, string>();
  const shown = [...workloads, ...machines, ...others];
  for (const from of shown) {
    for (const to of from.reaches) {
      const [client, server] = [boxOf.get(from), destination(to, boxOf.get(to))];
      const allowance = at(from, to)!;
      if (client === undefined || server === undefined) continue;
      if (client === server) {
        if (from.members.length > 1) among.set(client, allowance.toString());
        continue;
      }
      const key = JSON.stringify([client, server]);
      const arrow = arrows.get(key) ?? { from: client, to: server, ports: new Set(), certain: true };
      arrows.set(key, arrow);
      arrow.ports.add(allowance.toString());
      arrow.certain &&= allowance.unknown.isEmpty;
    }
  }
  const touched = new Set([...arrows.values()].flatMap(({ from, to }) => [from, to]));

  const namespaces = groupBy(workloads, namespaceOf);
  return {
    title,
    frames: [
      ...(byNamespace
        ? []
        : [...namespaces].map(
            ([name, members]): Frame => ({ id: `namespace ${name}`, label: name, kind: 'namespace', boxes: members.map(workloadBox) }),
          )),
      ...machines.filter(({ members }) => members.length > 1).map((unit) => machineFrame(unit, among.get(unit.name))),
    ],
    boxes: [
      ...(byNamespace
        ? [...namespaces].map(
            ([name, members]): Box => ({
              id: `namespace ${name}`,
              label: name,
              detail: members.length === 1 ? '1 workload' : `${members.length} workloads`,
              kind: 'namespace',
            }),
          )
        : []),
      ...machines
        .filter(({ members }) => members.length === 1)
        .map(({ name, members: [machine] }): Box => ({ id: name, label: name, detail: machine!.zone, kind: 'machine' })),
      ...others.flatMap((unit) => {
        const { name, members } = unit;
        const ids = [name, destination(unit, name)!].filter((id, index, all) => touched.has(id) && all.indexOf(id) === index);
        return ids.map((id): Box => ({ id, label: name, kind: KINDS[members[0]!.kind]! }));
      }),
    ],
    arrows: [...arrows.values()].map(({ from, to, ports, certain }) => ({ from, to, ports: [...ports].sort().join(', '), certain })),
  };
}

/** The outside is drawn twice, as a client and as a server, so that arrows go one way. */
function destination({ members: [peer] }: Unit, id: string | undefined): string | undefined {
  return peer!.kind === 'internet' || peer!.kind === 'range' ? `to ${id}` : id;
}

function workloadBox({ name, members: [peer] }: Unit): Box {
  const { serves, address } = peer!;
  const what = /cron_job/.test(address ?? '') ? 'scheduled job' : /helm_release/.test(address ?? '') ? 'Helm chart' : undefined;
  const detail = [what, serves && !serves.isEmpty ? `:${serves}` : undefined].filter((text) => text !== undefined).join(' ');
  return { id: name, label: name, detail: detail === '' ? undefined : detail, kind: 'workload' };
}

/** The machines of a group by zone. */
function machineFrame({ name, members }: Unit, ports: string | undefined): Frame {
  const boxes = [...members]
    .sort((a, b) => (a.zone ?? '').localeCompare(b.zone ?? '') || a.label.localeCompare(b.label))
    .map(({ label, zone }): Box => ({ id: `${name} ${label}`, label, detail: zone, kind: 'machine' }));
  return { id: name, label: name, detail: ports === undefined ? undefined : `${ports} among themselves`, kind: 'machines', boxes };
}

function namespaceOf({ members: [peer] }: Unit): string {
  return peer!.pods!.namespace.name!;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const result = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = result.get(key);
    if (group) group.push(item);
    else result.set(key, [item]);
  }
  return result;
}
