import { blocksAt, known, textAt, valueAt } from '../../terraform/values';
import { parseYaml } from '../../terraform/yaml';
import { compareBlocks } from '../compare-blocks';
import type { Comparison } from '../protection';
import { parseQuantity } from '../quantity';
import type { ResourceType } from '../resource-type';
import { compareCount, compareValuesIn } from '../running';

/** Limits in the JSON of `gc_rules`: the shortest age, the fewest versions, and whether one of them suffices for a deletion. */
const GC_RULES: Comparison = {
  compare: (before, after) => {
    const [was, is] = [compareLimits(before), compareLimits(after)];
    const isWeaker = is.age < was.age || is.versions < was.versions || (is.isUnion && !was.isUnion);
    return isWeaker ? ['its rules delete more cells, or earlier'] : [];
  },
  unset: 'strongest',
  examples: {
    strong: '{"mode":"union","rules":[{"max_age":"720h"},{"max_version":10}]}',
    weak: '{"mode":"union","rules":[{"max_age":"24h"},{"max_version":10}]}',
  },
};

function compareLimits(text: unknown): { age: number; versions: number; isUnion: boolean } {
  const rules = typeof text === 'string' ? flatten(parseYaml(text)) : [];
  const minimum = (name: string): number =>
    Math.min(...rules.map((rule) => parseQuantity(valueAt(rule, name)) ?? Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
  return {
    age: minimum('max_age'),
    versions: minimum('max_version'),
    isUnion: rules.some((rule) => known(textAt(rule, 'mode'))?.toLowerCase() === 'union'),
  };
}

function flatten(rule: unknown): readonly unknown[] {
  return [rule, ...blocksAt(rule, 'rules').flatMap(flatten)];
}

export const bigtable: readonly ResourceType[] = [
  {
    names: ['google_bigtable_instance'],
    what: 'a Bigtable instance',
    deletion: {
      kind: 'data',
      impact: 'all of its tables and their backups',
      recovery: 'none, unless a backup was copied to another instance',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/bigtable_instance',
      isOriginal: true,
    },
    running: [
      {
        path: ['cluster'],
        safe: compareValuesIn('cluster_id', 'clusters of it are deleted', {
          strong: [{ cluster_id: 'a' }, { cluster_id: 'b' }],
          weak: [{ cluster_id: 'a' }],
        }),
        stops: 'its clusters',
      },
      { path: ['cluster', 'num_nodes'], safe: compareCount('nodes'), stops: 'its number of nodes' },
    ],
    price: { unpriced: 'the nodes and the storage of a database', isLarge: true },
  },
  {
    names: ['google_bigtable_table'],
    what: 'a Bigtable table',
    deletion: {
      kind: 'data',
      impact: 'all of its rows',
      recovery: 'a backup of the table',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/bigtable_table',
    },
    protections: [
      {
        path: ['column_family'],
        safe: compareBlocks({
          key: 'family',
          isWeaker: (_was, is) => is === undefined,
          clause: 'column families that it no longer has',
          examples: { strong: [{ family: 'events' }, { family: 'users' }], weak: [{ family: 'events' }] },
        }),
        against: 'data-loss',
        weaker: 'its column families',
      },
      { path: ['automated_backup_policy'], safe: { set: true }, against: 'copy-loss', weaker: 'it is no longer backed up' },
      {
        path: ['automated_backup_policy', 'retention_period'],
        safe: { more: '', unset: 'strongest' },
        against: 'copy-loss',
        weaker: 'backups are kept',
      },
      { path: ['automated_backup_policy', 'frequency'], safe: { less: '' }, against: 'copy-loss', weaker: 'a backup is taken every' },
      {
        path: ['change_stream_retention'],
        safe: { more: '', unset: 'weakest' },
        against: 'data-loss',
        weaker: 'its change stream is kept',
      },
    ],
    price: { free: 'its instance is paid' },
  },
  {
    names: ['google_bigtable_gc_policy'],
    what: 'a garbage collection policy of Bigtable',
    deletion: { kind: 'harmless', why: 'without a policy, cells are kept' },
    protections: [
      {
        path: ['max_age', 'duration'],
        safe: { more: '', unset: 'strongest' },
        against: 'data-loss',
        weaker: 'cells are kept',
        alsoNew: true,
      },
      {
        path: ['max_age', 'days'],
        safe: { more: 'days', unset: 'strongest' },
        against: 'data-loss',
        weaker: 'cells are kept',
        alsoNew: true,
      },
      {
        path: ['max_version', 'number'],
        safe: { more: 'versions', unset: 'strongest' },
        against: 'data-loss',
        weaker: 'of each cell it keeps',
        alsoNew: true,
      },
      { path: ['gc_rules'], safe: GC_RULES, against: 'data-loss', weaker: 'its rules', alsoNew: true },
    ],
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_bigtable_app_profile'],
    what: 'an application profile',
    deletion: {
      kind: 'service',
      impact: 'clients that use it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: [
      'google_bigtable_authorized_view',
      'google_bigtable_logical_view',
      'google_bigtable_materialized_view',
      'google_bigtable_schema_bundle',
    ],
    what: 'a view of a table',
    deletion: {
      kind: 'service',
      impact: 'queries of it; the table stays',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
];
