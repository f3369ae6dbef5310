import { blocksAt, isBlock, isSameValue, isUndetermined, known, textAt, toList, valueAt } from '../terraform/values';
import type { Comparison, Protection } from './protection';

/**
 * Argument that keeps a resource running, or sets how much of it runs, with the values that do. A value that is unknown until apply counts
 * as one that stops it.
 */
export interface Running extends Omit<Protection, 'against' | 'weaker' | 'alsoNew'> {
  /** Clause for the change to a value that stops it, in the form of `weaker` of a protection: `it is stopped`. */
  readonly stops: string;

  /**
   * `refuse` when everything that depends on it stops at once.
   *
   * @default 'warn'
   */
  readonly severity?: 'refuse';

  /**
   * A new resource with such a value stops what runs already, for example a quota of 0.
   *
   * @default false
   */
  readonly alsoNew?: true;
}

/** Clause for a number that becomes much smaller: at most half, or 0. A value that is not set is decided elsewhere. */
function describeShrinking(what: string, was: unknown, is: unknown): string[] {
  const [before, after] = [parseAmount(was), parseAmount(is)];
  if (before === undefined || after === undefined || after >= before || after > before / 2) return [];
  return [`${what}: ${is} instead of ${was}`];
}

/** Number of something that runs. */
export function compareCount(what: string): Comparison {
  return { compare: (was, is) => describeShrinking(what, was, is), examples: { strong: 6, weak: 1 } };
}

/** Limits by name, such as those of a quota. A limit that is new stops what it limits when it is 0. */
export function compareLimits(what: string): Comparison {
  return {
    compare: (before, after) =>
      Object.entries(toMap(after)).flatMap(([name, is]) => {
        const was = toMap(before)[name];
        if (was === undefined) return parseAmount(is) === 0 ? [`${what} ${name}: ${is}`] : [];
        return describeShrinking(`${what} ${name}`, was, is);
      }),
    examples: { strong: { pods: '60', 'requests.memory': '96Gi' }, weak: { pods: '60', 'requests.memory': '960Mi' } },
  };
}

/** Value of which every change stops what uses the earlier one, such as a target. */
export function compareTarget(clause: string): Comparison {
  return {
    compare: (was, is) => (was === undefined || isSameValue(was, is) ? [] : [clause]),
    examples: { strong: 'a', weak: 'b' },
  };
}

/** Labels that nodes or pods must have. One that is new or has another value excludes those of today. */
export function compareLabels(clause: string): Comparison {
  return {
    compare: (before, after) => {
      const names = Object.entries(toMap(after)).flatMap(([name, value]) => (isSameValue(toMap(before)[name], value) ? [] : [name]));
      return names.length > 0 ? [`${clause}: ${names.join(', ')}`] : [];
    },
    examples: { strong: { pool: 'a' }, weak: { pool: 'a', other: 'true' } },
  };
}

/** Values of an argument in all blocks of a list: each is lost when no block has it any more. */
export function compareValuesIn(argument: string, clause: string, examples: Comparison['examples']): Comparison {
  const collect = (blocks: unknown): readonly string[] =>
    blocksAt(blocks)
      .flatMap((block) => toList(valueAt(block, argument)))
      .filter((value) => !isUndetermined(value))
      .map(String);
  return {
    compare: (before, after) => {
      const [were, are] = [collect(before), new Set(collect(after))];
      const lost = were.filter((value) => !are.has(value));
      return lost.length > 0 ? [`${clause}: ${[...new Set(lost)].join(', ')}`] : [];
    },
    examples,
  };
}

/** Maximum of an autoscaled node pool: for each zone, or in total when that is set. */
export const POOL_AUTOSCALING: Comparison = {
  compare: (before, after) => {
    if (after === undefined) return [];
    const maximum = (pool: unknown): { of: string; nodes: unknown } => {
      const total = parseAmount(valueAt(pool, 'total_max_node_count'));
      return total !== undefined && total > 0
        ? { of: 'maximum number of nodes', nodes: total }
        : { of: 'maximum number of nodes of each zone', nodes: valueAt(pool, 'max_node_count') };
    };
    const [was, is] = [maximum(before), maximum(after)];
    return was.of === is.of ? describeShrinking(is.of, was.nodes, is.nodes) : [];
  },
  examples: { strong: [{ max_node_count: 6, total_max_node_count: 0 }], weak: [{ max_node_count: 1, total_max_node_count: 0 }] },
};

/** Backends of a load balancer: one that is gone, or gets no traffic. */
export const BACKENDS: Comparison = {
  compare: (before, after) => {
    const groupOf = (block: unknown): string => known(textAt(block, 'group')) ?? '';
    const later = new Map(blocksAt(after).map((block) => [groupOf(block), block]));
    const lost = blocksAt(before).filter((block) => {
      const is = later.get(groupOf(block));
      const share = (value: unknown): number => parseAmount(valueAt(value, 'capacity_scaler')) ?? 1;
      return share(block) > 0 && (is === undefined || share(is) === 0);
    });
    return lost.length > 0 ? [`backends get no more traffic: ${lost.map((block) => groupOf(block).replace(/^.*\//, '')).join(', ')}`] : [];
  },
  examples: { strong: [{ group: 'a', capacity_scaler: 1 }], weak: [{ group: 'a', capacity_scaler: 0 }] },
};

/** Blocks of a list that are not there before: each stops something. */
export function compareNewBlocks(key: string, clause: string): Comparison {
  const keysOf = (blocks: unknown): readonly string[] => blocksAt(blocks).map((block) => known(textAt(block, key)) ?? '');
  return {
    compare: (before, after) => {
      const added = keysOf(after).filter((name) => !keysOf(before).includes(name));
      return added.length > 0 ? [`${clause}: ${added.join(', ')}`] : [];
    },
    unset: 'strongest',
    examples: { strong: undefined, weak: [{ [key]: 'all' }] },
  };
}

function toMap(value: unknown): Readonly<Record<string, unknown>> {
  const block = Array.isArray(value) ? value[0] : value;
  return isBlock(block) && !isUndetermined(block) ? block : {};
}

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Reads a number, also with a suffix of Kubernetes: `2`, `"2400m"`, `"96Gi"`. */
function parseAmount(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(m|[numkMGTPE]|[KMGTPE]i)?$/.exec(value) : null;
  return match ? Number(match[1]) * (match[2] === undefined ? 1 : SUFFIXES[match[2]]!) : undefined;
}

/** Arguments that mean the same in every type, of any provider. */
export const GENERIC_RUNNING: readonly Running[] = [
  ...[
    ['node_count'],
    ['default_node_pool', 'node_count'],
    ['desired_capacity'],
    ['desired_count'],
    ['desired_size'],
    ['scaling_config', 'desired_size'],
    ['scaling_config', 'max_size'],
    ['max_size'],
    ['max_capacity'],
    ['max_count'],
    ['instance_count'],
    ['cluster_size'],
    ['replicas'],
    ['replica_count'],
    ['replicas_per_node_group'],
    ['num_cache_clusters'],
    ['num_cache_nodes'],
    ['num_nodes'],
    ['number_of_nodes'],
    ['number_of_broker_nodes'],
    ['reserved_concurrent_executions'],
    ['max_instances'],
    ['shard_count'],
    ['scaling', 'max_instance_count'],
    ['template', 'scaling', 'max_instance_count'],
    ['service_config', 'max_instance_count'],
    ['target_size'],
  ].map((path): Running => ({ path, safe: compareCount(path.join('.')), stops: path.join('.') })),
  ...['enabled', 'enable', 'is_enabled', 'active'].map(
    (name): Running => ({ path: [name], safe: { oneOf: [true, undefined] }, stops: 'it is disabled' }),
  ),
  ...['disabled', 'paused', 'is_paused', 'suspended', 'suspend', 'stopped'].map(
    (name): Running => ({ path: [name], safe: { oneOf: [false, undefined] }, stops: `it is ${name.replace('is_', '')}` }),
  ),
  {
    path: ['desired_status'],
    safe: { oneOf: ['RUNNING', undefined] },
    stops: 'it is stopped',
  },
];

/** Fields of the `spec` of custom resources that mean the same for most operators. */
export const CUSTOM_RESOURCE_RUNNING: readonly Running[] = [
  ...['replicas', 'size', 'instances', 'nodes', 'members', 'shards'].map(
    (name): Running => ({ path: ['spec', name], safe: compareCount(`spec.${name}`), stops: `spec.${name}` }),
  ),
  ...['stopped', 'paused', 'suspend', 'suspended', 'shutdown', 'hibernate'].map(
    (name): Running => ({ path: ['spec', name], safe: { oneOf: [false, undefined] }, stops: `spec.${name} is set` }),
  ),
  ...[
    ['spec', 'racks'],
    ['spec', 'nodeSets'],
    ['spec', 'datacenters'],
    ['spec', 'cassandra', 'datacenters'],
    ['spec', 'pools'],
    ['spec', 'nodePools'],
  ].map(
    (path): Running => ({
      path,
      safe: {
        compare: (before, after) => {
          const nameOf = (block: unknown): string => known(textAt(block, 'name')) ?? known(textAt(block, 'metadata', 'name')) ?? '';
          const later = new Set(toList(after).map(nameOf));
          const lost = toList(before)
            .map(nameOf)
            .filter((name) => !later.has(name));
          return lost.length > 0 ? [`${path.join('.')} no longer has ${lost.join(', ')}`] : [];
        },
        examples: { strong: [{ name: 'a' }, { name: 'b' }], weak: [{ name: 'a' }] },
      },
      stops: path.join('.'),
    }),
  ),
];
