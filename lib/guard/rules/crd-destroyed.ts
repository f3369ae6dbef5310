import type { ResourceChange } from '../../terraform/plan';
import { isBlock, known, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { destruction, isDestroyed } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment } from '../words';

/** Deleting a definition deletes every resource of its kind, in all namespaces: this is how a database was lost once. */
export const crdDestroyed: Rule = {
  id: 'crd-destroyed',
  title: 'The definition of a kind of custom resources goes, or a chart that may own such definitions',
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
const COMES_BACK = 'the definitions, with the chart; not the resources, and data only from volumes that were retained, or from a backup';

function definitionOf(change: ResourceChange): Found | undefined {
  const manifest = valueAt(change.before, 'manifest') ?? valueAt(change.before, 'yaml_body');
  const isDefinition = isBlock(manifest)
    ? manifest.kind === 'CustomResourceDefinition'
    : typeof manifest === 'string' && change.type !== 'helm_release' && OWNS_DEFINITIONS.test(manifest);
  if (!isDefinition) return undefined;
  const name = known(textAt(manifest, 'metadata', 'name')) ?? change.name;
  return {
    severity: 'refuse',
    reason: `the definition ${name} ${destruction(change)}`,
    impact: LOST,
    recovery: COMES_BACK,
    remediation: 'keep the definition; move or back up the resources of its kind before it goes',
  };
}

/** Charts whose definitions stand for databases and the like, or that are nothing but definitions. */
const OPERATOR_CHARTS =
  /(^|[-_])(operator|operators|crds?|cert-manager|external-secrets|keda|gatekeeper|argo-cd|flux2|velero|strimzi)([-_]|$)/;

const OWNS_DEFINITIONS = /["']?kind["']?\s*:\s*["']?CustomResourceDefinition\b/;
const KEEPS = /helm\.sh\/resource-policy["']?\s*:\s*["']?keep\b/;

function releaseOf(change: ResourceChange): Found {
  const chart = lastSegment(known(textAt(change.before, 'chart'))) ?? '';
  const name = known(textAt(change.before, 'name')) ?? change.name;
  const manifest = known(textAt(change.before, 'manifest'));
  const owns = manifest === undefined ? OPERATOR_CHARTS.test(chart) || OPERATOR_CHARTS.test(name) : OWNS_DEFINITIONS.test(manifest);
  const beginning = `release ${name}${chart === '' || chart === name ? '' : ` of chart ${chart}`} ${destruction(change)}`;
  if (owns) {
    const keeps = manifest !== undefined && KEEPS.test(manifest);
    return {
      severity: 'refuse',
      reason: keeps
        ? `${beginning}; its chart makes definitions of custom resources, of which at least one is not deleted with it`
        : `${beginning}; ${manifest === undefined ? 'such a chart brings definitions' : 'its chart makes definitions'} of custom resources, and Helm deletes those among its templates`,
      impact: LOST,
      recovery: COMES_BACK,
      remediation:
        'keep the release; or see that each definition says helm.sh/resource-policy: keep (helm get manifest), and acknowledge it',
    };
  }
  return {
    severity: manifest === undefined ? 'warn' : 'refuse',
    ...(manifest !== undefined && /["']?kind["']?\s*:\s*["']?PersistentVolumeClaim\b/.test(manifest)
      ? { reason: `${beginning}, and its chart makes volume claims`, impact: 'everything the chart made, its volumes and their data too' }
      : {
          severity: 'warn' as const,
          reason: `${beginning}${manifest === undefined ? '; nobody sees in a plan what its chart made' : ''}`,
          impact: 'everything the chart made; claims of its stateful sets stay',
        }),
    recovery: 'what the chart makes again, empty',
    remediation: 'read helm get manifest before it goes: definitions of custom resources and volume claims take data along',
  };
}
