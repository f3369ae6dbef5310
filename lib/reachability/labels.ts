import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { blocksAt, isBlock, isUndetermined, type Undetermined, valueAt } from '../terraform/values';
import { type Answer, all, any, not } from './answer';
import type { References } from './references';

/** Label that Kubernetes sets on each namespace to its name. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** Labels that controllers add to the pods that they create. */
const ADDED_LABELS = new Set(['pod-template-hash', 'controller-revision-hash', 'pod-template-generation', 'controller-uid', 'job-name']);

/**
 * Prefixes of labels that Kubernetes, GKE and service meshes set on pods. Recommended labels such as
 * `app.kubernetes.io/name` belong to users.
 */
const PLATFORM_PREFIX = /^(?!app\.kubernetes\.io\/)([\w.-]+\.)?(kubernetes\.io|k8s\.io|gke\.io|istio\.io|cloud\.google\.com)\//;

/** Labels that Kubernetes copies from the node to its pods, whatever their template has (since Kubernetes 1.35). */
const COPIED_FROM_NODE = /^topology\.kubernetes\.io\//;

/** Labels of a pod or a namespace. */
export interface Labels {
  readonly known: ReadonlyMap<string, string>;

  /**
   * Labels besides the known ones: none; possibly some; or any, for endpoints that stand for all pods with any labels.
   */
  readonly others: 'none' | 'unknown' | 'any';

  /** Values that a key does not have. */
  readonly excluded?: { readonly key: string; readonly values: ReadonlySet<string> };

  /** Reason why other labels are not known. */
  readonly undetermined?: string;
}

/** Reads labels at a path of a resource. */
export function readLabels({ address, values }: Resource, references: References, ...path: string[]): Labels {
  const labels = valueAt(values, ...path);
  if (!isUndetermined(labels)) return { known: readTextMap(labels, references), others: 'none' };
  return { known: new Map(), others: 'unknown', undetermined: formatReason(address, path, labels) };
}

/** Reads a map of texts and resolves its references. */
export function readTextMap(map: unknown, references: References): ReadonlyMap<string, string> {
  return new Map(Object.entries(isBlock(map) ? map : {}).map(([key, value]) => [key, references.text(value)]));
}

/** Sentence on a value that is not known before the apply, with its address. */
export function formatReason(address: string, path: readonly string[], { expression }: Undetermined): string {
  return `${path.join('.')} of ${address} is not known before the apply (${expression})`;
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** Label selector: all requirements must match, and an empty selector matches everything. */
export class LabelSelector {
  public static parse(body: unknown, references: References): LabelSelector {
    if (isUndetermined(body)) return new LabelSelector([createUndetermined(body)]);
    const labels = valueAt(body, 'match_labels');
    return new LabelSelector([
      ...(isUndetermined(labels) ? [createUndetermined(labels)] : []),
      ...[...readTextMap(labels, references)].map(([key, value]) => ({ key, operator: 'In', values: [value] })),
      ...blocksAt(body, 'match_expressions').map((expression) =>
        isUndetermined(expression)
          ? createUndetermined(expression)
          : {
              key: references.textAt(expression, 'key'),
              operator: references.textAt(expression, 'operator'),
              values: references.textsAt(expression, 'values'),
            },
      ),
    ]);
  }

  public static ofLabels(labels: unknown, references: References): LabelSelector {
    return LabelSelector.parse({ match_labels: labels }, references);
  }

  /** Key that is equal for equal selectors. */
  public readonly cacheKey: string;

  private constructor(private readonly requirements: readonly Requirement[]) {
    this.cacheKey = JSON.stringify(requirements);
  }

  public get selectsAll(): boolean {
    return this.requirements.length === 0;
  }

  /** Allowed values of a label, when the selector restricts it to values that are all known. */
  public findAllowedValues(key: string): readonly string[] | undefined {
    return this.requirements.find(
      (requirement) => requirement.key === key && requirement.operator === 'In' && requirement.values.every(isKnown),
    )?.values;
  }

  /** Key of a label that the platform may add to pods, whatever their template has. */
  public get addedKey(): string | undefined {
    return this.requirements.find(({ key, operator }) => operator !== UNDETERMINED && isAdded(key))?.key;
  }

  public matches(labels: Labels): Answer {
    return all(this.requirements.map((requirement) => matchRequirement(requirement, labels)));
  }

  public toString(): string {
    if (this.selectsAll) return 'all';
    return this.requirements
      .map(({ key, operator, values }) => {
        if (operator === UNDETERMINED) return key;
        if (operator === 'In' && values.length === 1) return `${key}=${values[0]}`;
        return `${key} ${operator}${values.length > 0 ? ` (${values.join(', ')})` : ''}`;
      })
      .join(', ');
  }
}

/** Operator of a requirement that is not known, whose key is the expression. */
const UNDETERMINED = 'undetermined';

function createUndetermined({ expression }: Undetermined): Requirement {
  return { key: expression, operator: UNDETERMINED, values: [] };
}

/** Semantics of https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/: `NotIn` also matches without the key. */
function matchRequirement({ key, operator, values }: Requirement, labels: Labels): Answer {
  if (operator === UNDETERMINED) return 'unknown';
  const value = COPIED_FROM_NODE.test(key) ? undefined : labels.known.get(key);
  if (value === undefined && (labels.others !== 'none' || isAdded(key))) return matchUnknown(key, operator, values, labels);

  const isIn = () => {
    if (value === undefined) return 'no';
    if (values.includes(value)) return 'yes';
    return isKnown(value) && values.every(isKnown) ? 'no' : 'unknown';
  };
  switch (operator) {
    case 'In':
      return isIn();
    case 'NotIn':
      return not(isIn());
    case 'Exists':
      return value === undefined ? 'no' : 'yes';
    case 'DoesNotExist':
      return value === undefined ? 'yes' : 'no';
    default:
      return 'unknown';
  }
}

/** True for a label that a pod may have without its template. */
function isAdded(key: string): boolean {
  return ADDED_LABELS.has(key) || PLATFORM_PREFIX.test(key);
}

function matchUnknown(key: string, operator: string, values: readonly string[], labels: Labels): Answer {
  if (labels.excluded?.key === key) {
    const { values: excluded } = labels.excluded;
    if (operator === 'In') return any(values.map((value) => (!isKnown(value) ? 'unknown' : excluded.has(value) ? 'no' : 'yes')));
    return operator === 'DoesNotExist' ? 'no' : 'yes';
  }
  return labels.others === 'any' ? 'yes' : 'unknown';
}
