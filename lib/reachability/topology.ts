import type { Endpoint } from './endpoint';
import { joinNames } from './exposures';
import { createMatrix, type Matrix, type Unit } from './matrix';
import type { ReachabilityView } from './view';

/** Maximum number of workloads in a picture; with more, it shows namespaces. */
const MAX_WORKLOADS = 30;

/** Kind of a box, which decides its colours. */
export type BoxKind =
  | 'workload'
  | 'namespace'
  | 'machine'
  | 'load-balancer'
  | 'control-plane'
  | 'internet'
  | 'operators'
  | 'google'
  | 'range'
  | 'platform';

/** Box of the picture. */
export interface Box {
  readonly id: string;
  readonly label: string;

  /** Second, smaller line. */
  readonly detail?: string;
  readonly kind: BoxKind;
}

/** Frame with boxes: a namespace with its workloads, or a ring with its VMs. */
export interface Frame {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly kind: 'namespace' | 'machines';
  readonly boxes: readonly Box[];
}

/** Arrow from a client to a server, labelled with the ports. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly ports: string;

  /** False when some of the ports are undetermined. */
  readonly certain: boolean;
}

/** Picture of the reachability matrix, before it is rendered. */
export interface Topology {
  readonly title: string;
  readonly frames: readonly Frame[];
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const KINDS: Partial<Record<Endpoint['kind'], BoxKind>> = {
  'load-balancer': 'load-balancer',
  'control-plane': 'control-plane',
  internet: 'internet',
  iap: 'operators',
  'google-apis': 'google',
  range: 'range',
};

/** Creates the picture of what the stack declares and its external endpoints, without the platform services of every pod. */
export function createTopology(reachability: ReachabilityView, title: string): Topology {
  const { units, at } = createMatrix(reachability);
  const workloads = units.filter(({ members: [first] }) => first!.kind === 'pods' && !first!.platform);
  const byNamespace = workloads.length > MAX_WORKLOADS;
  const vms = units.filter(({ members: [first] }) => first!.kind === 'machine');
  const others = units.filter(({ members: [first] }) => KINDS[first!.kind] !== undefined);

  const platform = findPlatformClients(units, at);

  const boxOf = new Map<Unit, string>();
  for (const { name, members } of platform) for (const unit of members) boxOf.set(unit, name);
  for (const unit of [...vms, ...others]) boxOf.set(unit, unit.name);
  for (const unit of workloads) boxOf.set(unit, byNamespace ? `namespace ${getNamespace(unit)}` : unit.name);

  const arrows = new Map<string, { from: string; to: string; ports: Set<string>; certain: boolean }>();
  const among = new Map<string, string>();
  const shown = [...workloads, ...vms, ...others, ...platform.flatMap(({ members }) => members)];
  for (const from of shown) {
    for (const to of from.reaches) {
      const [client, server] = [boxOf.get(from), findDestination(to, boxOf.get(to))];
      const allowance = at(from, to)!;
      if (client === undefined || server === undefined || isPlatformPart(to)) continue;
      // What the platform reaches beside the stack is not part of the picture.
      if (isPlatformPart(from) && KINDS[to.members[0]!.kind] !== undefined) continue;
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

  const namespaces = groupBy(workloads, getNamespace);
  return {
    title,
    frames: [
      ...(byNamespace
        ? []
        : [...namespaces].map(
            ([name, members]): Frame => ({
              id: `namespace ${name}`,
              label: name,
              kind: 'namespace',
              boxes: members.map(createWorkloadBox),
            }),
          )),
      ...vms.filter(({ members }) => members.length > 1).map((unit) => createVmFrame(unit, among.get(unit.name))),
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
      ...vms
        .filter(({ members }) => members.length === 1)
        .map(({ name, members: [vm] }): Box => ({ id: name, label: name, detail: vm!.zone, kind: 'machine' })),
      ...others.flatMap((unit) => {
        const { name, members } = unit;
        const ids = [name, findDestination(unit, name)!].filter((id, index, all) => touched.has(id) && all.indexOf(id) === index);
        return ids.map((id): Box => ({ id, label: name, kind: KINDS[members[0]!.kind]! }));
      }),
      ...platform.map(({ name }): Box => ({ id: name, label: name, kind: 'platform' })),
    ],
    arrows: [...arrows.values()].map(({ from, to, ports, certain }) => ({ from, to, ports: [...ports].sort().join(', '), certain })),
  };
}

/** Clients of the platform with equal servers and ports, which are one box. */
interface PlatformClients {
  readonly name: string;
  readonly members: Unit[];
}

/** True for pods that the stack does not declare, for nodes and for Google's proxies. */
function isPlatformPart({ members: [endpoint] }: Unit): boolean {
  const { kind, platform } = endpoint!;
  return platform && KINDS[kind] === undefined;
}

/** Finds the clients of the platform that reach what the stack declares, as the exposures of a report list them. */
function findPlatformClients(units: readonly Unit[], at: Matrix['at']): PlatformClients[] {
  const groups = new Map<string, Unit[]>();
  for (const unit of units.filter(isPlatformPart)) {
    const servers = [...unit.reaches].filter(({ members: [to] }) => !to!.platform && KINDS[to!.kind] === undefined);
    if (servers.length === 0) continue;
    const key = servers.map((to) => `${to.name}=${at(unit, to)}`).join(';');
    groups.set(key, [...(groups.get(key) ?? []), unit]);
  }
  return [...groups.values()].map((members) => ({ name: joinNames(members.map(({ name }) => name)), members }));
}

/** External endpoints are drawn twice, as clients and as servers, so that all arrows have one direction. */
function findDestination({ members: [endpoint] }: Unit, id: string | undefined): string | undefined {
  return endpoint!.kind === 'internet' || endpoint!.kind === 'range' ? `to ${id}` : id;
}

function createWorkloadBox({ name, members: [endpoint] }: Unit): Box {
  const { serves, address } = endpoint!;
  const what = /cron_job/.test(address ?? '') ? 'scheduled job' : /helm_release/.test(address ?? '') ? 'Helm chart' : undefined;
  const detail = [what, serves && !serves.isEmpty ? `:${serves}` : undefined].filter((text) => text !== undefined).join(' ');
  return { id: name, label: name, detail: detail === '' ? undefined : detail, kind: 'workload' };
}

/** Frame of a group of VMs, sorted by zone. */
function createVmFrame({ name, members }: Unit, ports: string | undefined): Frame {
  const boxes = [...members]
    .sort((a, b) => (a.zone ?? '').localeCompare(b.zone ?? '') || a.label.localeCompare(b.label))
    .map(({ label, zone }): Box => ({ id: `${name} ${label}`, label, detail: zone, kind: 'machine' }));
  return { id: name, label: name, detail: ports === undefined ? undefined : `${ports} among themselves`, kind: 'machines', boxes };
}

function getNamespace({ members: [endpoint] }: Unit): string {
  return endpoint!.pods!.namespace.name!;
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
