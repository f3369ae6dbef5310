import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { blocksAt, isBlock, isUndetermined, type Undetermined, valueAt } from '../terraform/values';
import { type Answer, all, not } from './answer';
import type { References } from './references';

/** Label that Kubernetes gives every namespace: its name. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** Labels that controllers add to pods when they make them. */
const ADDED_LABELS = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
]);

/** Labels of a pod or a namespace. */
export interface Labels {
  readonly known: ReadonlyMap<string, string>;

  /**
   * What is to be said of other labels: there are none; there may be some; or it is asked of any pod there may be, so
   * that one with the right labels counts.
   */
  readonly others: 'none' | 'unknown' | 'any';

  /** Values a key does not have, whatever else it has. */
  readonly excluded?: { readonly key: string; readonly values: ReadonlySet<string> };

  /** Reason why other labels are not known. */
  readonly undetermined?: string;
}

/** Labels of a resource, at a path of its values. */
export function readLabels({ address, values }: Resource, references: References, ...path: string[]): Labels {
  const labels = valueAt(values, ...path);
  if (!isUndetermined(labels)) return { known: textMap(labels, references), others: 'none' };
  return { known: new Map(), others: 'unknown', undetermined: reasonFor(address, path, labels) };
}

/** Map of texts, its references resolved. */
export function textMap(map: unknown, references: References): ReadonlyMap<string, string> {
  return new Map(Object.entries(isBlock(map) ? map : {}).map(([key, value]) => [key, references.text(value)]));
}

/** Reason why a value of a resource is not known. */
export function reasonFor(address: string, path: readonly string[], { expression }: Undetermined): string {
  return `${path.join('.')} of ${address} is not known before it is deployed (${expression})`;
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A label selector: every requirement has to hold, and an empty one selects everything. */
export class LabelSelector {
  public static parse(body: unknown, references: References): LabelSelector {
    if (isUndetermined(body)) return new LabelSelector([undetermined(body)]);
    const labels = valueAt(body, 'match_labels');
    return new LabelSelector([
      ...(isUndetermined(labels) ? [undetermined(labels)] : []),
      ...[...textMap(labels, references)].map(([key, value]) => ({ key, operator: 'In', values: [value] })),
      ...blocksAt(body, 'match_expressions').map((expression) =>
        isUndetermined(expression)
          ? undetermined(expression)
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

  /** Two selectors of one key select the same. */
  public readonly cacheKey: string;

  private constructor(private readonly requirements: readonly Requirement[]) {
    this.cacheKey = JSON.stringify(requirements);
  }

  public get selectsAll(): boolean {
    return this.requirements.length === 0;
  }

  /** Values one of which the label must have, when the selector says so and all of them are known. */
  public valuesOf(key: string): readonly string[] | undefined {
    return this.requirements.find(
      (requirement) => requirement.key === key && requirement.operator === 'In' && requirement.values.every(isKnown),
    )?.values;
  }

  public matches(labels: Labels): Answer {
    return all(this.requirements.map((requirement) => holds(requirement, labels)));
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

/** Operator of requirements that are not known: their key is the expression. */
const UNDETERMINED = 'undetermined';

function undetermined({ expression }: Undetermined): Requirement {
  return { key: expression, operator: UNDETERMINED, values: [] };
}

/** Semantics of https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/: `NotIn` holds without the key too. */
function holds({ key, operator, values }: Requirement, labels: Labels): Answer {
  if (operator === UNDETERMINED) return 'unknown';
  const value = labels.known.get(key);
  if (value === undefined && (labels.others !== 'none' || ADDED_LABELS.has(key))) return whenUnknown(key, operator, values, labels);

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

function whenUnknown(key: string, operator: string, values: readonly string[], labels: Labels): Answer {
  if (labels.excluded?.key === key) {
    if (operator === 'In') return values.some((value) => !labels.excluded?.values.has(value)) ? 'yes' : 'no';
    return operator === 'DoesNotExist' ? 'no' : 'yes';
  }
  return labels.others === 'any' ? 'yes' : 'unknown';
}
