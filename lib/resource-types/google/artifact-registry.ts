import { blockAt, blocksAt, isSameValue, known, textAt, valueAt } from '../../terraform/values';
import type { Comparison } from '../protection';
import { parseQuantity } from '../quantity';
import type { ResourceType } from '../resource-type';

/** Policies that delete versions. A policy is new, or other than before, when its conditions are. */
const CLEANUP_POLICIES: Comparison = {
  compare: (before, after) => {
    const [was, is] = [before, after].map((policies) => blocksAt(policies));
    const deletes = (policy: unknown): boolean => known(textAt(policy, 'action')) === 'DELETE';
    const idOf = (policy: unknown): string => known(textAt(policy, 'id')) ?? '';
    const isSame = (one: unknown, two: unknown): boolean =>
      isSameValue(valueAt(one, 'condition'), valueAt(two, 'condition')) &&
      isSameValue(valueAt(one, 'most_recent_versions'), valueAt(two, 'most_recent_versions'));
    const isLater = (one: unknown, two: unknown): boolean => {
      const [from, to] = [one, two].map((policy) => parseQuantity(known(textAt(policy, 'condition', 'older_than'))) ?? 0);
      const others = (policy: unknown): unknown => ({ ...known(blockAt(policy, 'condition')), older_than: undefined });
      return to! >= from! && isSameValue(others(one), others(two));
    };
    const deleting = is!.filter((policy) => deletes(policy) && !was!.some((other) => deletes(other) && isLater(other, policy)));
    const keeping = was!.filter((policy) => !deletes(policy) && !is!.some((other) => !deletes(other) && isSame(other, policy)));
    return [
      ...(deleting.length > 0 ? [`cleanup policies delete more versions: ${deleting.map(idOf).join(', ')}`] : []),
      ...(keeping.length > 0 ? [`cleanup policies no longer keep versions: ${keeping.map(idOf).join(', ')}`] : []),
    ];
  },
  unset: 'strongest',
  examples: {
    strong: [{ id: 'old', action: 'DELETE', condition: [{ older_than: '2592000s' }] }],
    weak: [{ id: 'old', action: 'DELETE', condition: [{ older_than: '604800s' }] }],
  },
};

export const artifactRegistry: readonly ResourceType[] = [
  {
    names: ['google_artifact_registry_repository'],
    what: 'an artifact repository',
    deletion: {
      kind: 'data',
      impact: 'all of its images and packages: pods that have to pull them do not start',
      recovery: 'images and packages that are built and pushed again',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/artifact_registry_repository',
    },
    protections: [
      { path: ['cleanup_policies'], safe: CLEANUP_POLICIES, against: 'data-loss', weaker: 'its cleanup policies' },
      {
        path: ['cleanup_policy_dry_run'],
        safe: { oneOf: [true] },
        against: 'data-loss',
        weaker: 'its cleanup policies now delete versions',
      },
      {
        path: ['docker_config', 'immutable_tags'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'tags can be moved to other images',
      },
      {
        path: ['vulnerability_scanning_config', 'enablement_config'],
        safe: { oneOf: ['INHERITED'] },
        against: 'attack',
        weaker: 'images are no longer checked for vulnerabilities',
      },
    ],
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_container_registry'],
    what: 'a container registry',
    deletion: {
      kind: 'harmless',
      why: 'Terraform only forgets it: its bucket and images stay',
    },
    price: { free: 'the bucket is paid' },
  },
];
