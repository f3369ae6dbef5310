import type { ResourceChange } from '../terraform/plan';
import { isBlock, isSameValue, known, numberAt, textAt, textsAt, valueAt } from '../terraform/values';
import { KubernetesVersion } from './kubernetes-version';
import type { Subject } from './subject';

/** Node pool that is updated in place by recreating all of its nodes. */
export interface RollingPool {
  readonly change: ResourceChange;

  /** Arguments whose change recreates the nodes. */
  readonly because: readonly string[];

  /** Maximum number of nodes; undefined when the plan does not determine it. */
  readonly nodes: number | undefined;
  readonly pace: string;
}

/** Node arguments that change in place, on existing nodes. */
const WITHOUT_NEW_NODES = new Set(['resource_labels', 'resource_manager_tags']);

/** Finds the node pools whose nodes the plan recreates. */
export function findRollingPools(subject: Subject): readonly RollingPool[] {
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
    .filter((name) => !WITHOUT_NEW_NODES.has(name) && !name.startsWith('effective_') && isChanged(was![name], is![name]))
    .sort();
}

/** Tests for a change. Providers write an argument that is not set as absent or as the zero of its type. */
function isChanged(was: unknown, is: unknown): boolean {
  return !(isZero(was) && isZero(is)) && !isSameValue(was, is);
}

function isZero(value: unknown): boolean {
  return !value || (Array.isArray(value) ? value.length === 0 : isBlock(value) && Object.keys(value).length === 0);
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

/** Pace of a rolling update, in words. By default GKE adds one node before it removes one. */
function paceOf({ after }: ResourceChange): string {
  if (known(textAt(after, 'upgrade_settings', 'strategy')) === 'BLUE_GREEN')
    return 'blue-green: a second set of nodes, then the old one is drained';
  const surge = known(numberAt(after, 'upgrade_settings', 'max_surge')) ?? 1;
  const unavailable = known(numberAt(after, 'upgrade_settings', 'max_unavailable')) ?? 0;
  return `${surge + unavailable} at a time (surge ${surge}, unavailable ${unavailable})`;
}
