import { known, textAt } from '../../terraform/values';
import { nameBefore } from '../manifest';
import { hasData, listReleaseObjects } from '../release-manifest';
import type { Rule } from '../rule';
import { describeDestruction, isDestroyed } from '../subject';
import type { SubjectChange } from '../typed-change';
import type { Finding } from '../verdict';
import { joinNames, lastSegment } from '../words';

/** Deletions of custom resource definitions, directly or with the chart that owns them. */
export const crdDestroyed: Rule = {
  id: 'crd-destroyed',
  severities: ['refuse', 'warn'],
  title: 'A custom resource definition is deleted, or a Helm release that may own some',
  why: 'deleting a definition deletes every custom resource of its kind, in all namespaces',
  remediation: 'keep the definition; move or back up its custom resources before it is deleted',
  check: ({ resources }) =>
    resources.filter(isDestroyed).flatMap((change): Finding[] => {
      const { address, action } = change;
      const found = definitionOf(change) ?? (change.type === 'helm_release' ? releaseOf(change) : undefined);
      if (!found) return [];
      return [{ address, action, ...found }];
    }),
};

type Found = Omit<Finding, 'address' | 'action'>;

const LOST =
  'every custom resource of its kinds in all namespaces, and what their operators then delete: pods, and volumes with their data';
const COMES_BACK = 'the definitions, by installing the chart again; not the custom resources; data only from retained volumes or a backup';

function definitionOf(change: SubjectChange): Found | undefined {
  const isDefinition =
    /^kubernetes_custom_resource_definition/.test(change.type) || change.objectBefore?.kind === 'CustomResourceDefinition';
  if (!isDefinition) return undefined;
  const name = nameBefore(change) ?? change.name;
  return {
    severity: 'refuse',
    reason: `the definition ${name} ${describeDestruction(change)}`,
    impact: LOST,
    recovery: COMES_BACK,
  };
}

/** Names of charts that contain custom resource definitions of databases and the like. */
const OPERATOR_CHARTS =
  /(^|[-_])(operator|operators|crds?|cert-manager|external-secrets|keda|gatekeeper|argo-cd|flux2|velero|strimzi|cloudnative-pg|cnpg|longhorn|rook-ceph|openebs|crossplane|linkerd-crds|istio-base)([-_]|$)/;

/** Tests that the chart of a release usually contains custom resource definitions. */
export function isOperatorRelease(release: unknown): boolean {
  const names = [lastSegment(known(textAt(release, 'chart'))), known(textAt(release, 'name'))];
  return names.some((name) => name !== undefined && OPERATOR_CHARTS.test(name));
}

const OWNS_DEFINITIONS = /["']?kind["']?\s*:\s*["']?CustomResourceDefinition\b/;
const KEEPS = /helm\.sh\/resource-policy["']?\s*:\s*["']?keep\b/;

function releaseOf(change: SubjectChange): Found {
  const chart = lastSegment(known(textAt(change.before, 'chart'))) ?? '';
  const name = known(textAt(change.before, 'name')) ?? change.name;
  const manifest = known(textAt(change.before, 'manifest'));
  const owns = manifest === undefined ? isOperatorRelease(change.before) : OWNS_DEFINITIONS.test(manifest);
  const beginning = `release ${name}${chart === '' || chart === name ? '' : ` of chart ${chart}`} ${describeDestruction(change)}`;
  if (owns) {
    const keeps = manifest !== undefined && KEEPS.test(manifest);
    return {
      severity: 'refuse',
      reason: keeps
        ? `${beginning}; its chart contains custom resource definitions, at least one of which is kept`
        : `${beginning}; ${manifest === undefined ? 'such a chart usually contains' : 'its chart contains'} custom resource definitions, and Helm deletes those among its templates`,
      impact: LOST,
      recovery: COMES_BACK,
      remediation:
        'keep the release; or check that each definition has helm.sh/resource-policy: keep (helm get manifest), and acknowledge it',
    };
  }
  const data = (listReleaseObjects(change.before) ?? [])
    .filter((object) => hasData(object) && !object.isKept)
    .map(({ kind, name: object }) => `${kind} ${object}`.trim());
  return {
    severity: manifest === undefined ? 'warn' : 'refuse',
    ...(data.length > 0
      ? {
          reason: `${beginning}, and its chart contains ${joinNames(data)}`,
          impact: 'everything that the chart created, including its volumes and their data',
        }
      : {
          severity: 'warn' as const,
          reason: `${beginning}${manifest === undefined ? '; the plan does not show what its chart created' : ''}`,
          impact: 'everything that the chart created; claims of its stateful sets stay',
        }),
    recovery: 'what the chart creates again, without data',
    remediation: 'read helm get manifest before it is deleted: custom resource definitions and volume claims take data with them',
  };
}
