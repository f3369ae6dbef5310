import type { ResourceChange } from '../terraform/plan';
import { isBlock, known, numberAt, sameValue, textAt, textsAt, valueAt } from '../terraform/values';
import { KubernetesVersion } from './kubernetes-version';
import type { Subject } from './subject';

/** A node pool whose nodes are all made again while it stays. */
export interface RollingPool {
  readonly change: ResourceChange;

  /** Arguments that make them so. */
  readonly because: readonly string[];

  /** How many nodes there are at most, when the plan tells. */
  readonly nodes: number | undefined;
  readonly pace: string;
}

/** Arguments of nodes that change on the nodes there are. */
const WITHOUT_NEW_NODES = new Set(['resource_labels', 'resource_manager_tags']);

/** Pools that this plan rolls. */
export function rollingPools(subject: Subject): readonly RollingPool[] {
  return subject
    .ofType('google_container_node_pool')
    .filter(({ action }) => action === 'update')
    .flatMap((change) => {
      const because = [...(newVersion(change) ? ['version'] : []), ...nodeChanges(change)];
      return because.length === 0 ? [] : [{ change, because, nodes: nodesOf(change), pace: paceOf(change) }];
    });
}

function newVersion({ before, after }: ResourceChange): boolean {
  const [was, is] = [before, after].map((pool) => known(textAt(pool, 'version')));
  return is !== undefined && was !== is && KubernetesVersion.parse(is) !== undefined;
}

function nodeChanges({ before, after }: ResourceChange): string[] {
  const [was, is] = [before, after].map((pool) => {
    const configuration = valueAt(pool, 'node_config');
    const block = Array.isArray(configuration) ? configuration[0] : configuration;
    return isBlock(block) ? block : {};
  });
  return Object.keys(is!)
    .filter((name) => !WITHOUT_NEW_NODES.has(name) && !name.startsWith('effective_') && !sameValue(was![name], is![name]))
    .sort();
}

function nodesOf({ after, before }: ResourceChange): number | undefined {
  const zones = Math.max(1, known(textsAt(after, 'node_locations')).length);
  const total = known(numberAt(after, 'autoscaling', 'total_max_node_count'));
  if (total !== undefined && total > 0) return total;
  const perZone =
    known(numberAt(after, 'autoscaling', 'max_node_count')) ??
    known(numberAt(after, 'node_count')) ??
    known(numberAt(before, 'node_count'));
  return perZone === undefined ? undefined : perZone * zones;
}

/** GKE makes one node more than there are, and takes none away before it is there, unless told otherwise. */
function paceOf({ after }: ResourceChange): string {
  if (known(textAt(after, 'upgrade_settings', 'strategy')) === 'BLUE_GREEN')
    return 'blue-green: as many nodes again, then all old ones are drained';
  const surge = known(numberAt(after, 'upgrade_settings', 'max_surge')) ?? 1;
  const unavailable = known(numberAt(after, 'upgrade_settings', 'max_unavailable')) ?? 0;
  return `${surge + unavailable} at once (${surge} more than there are, ${unavailable} fewer)`;
}
