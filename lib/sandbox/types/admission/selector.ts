import { isValues, type Value, type Values } from '../../values';
import type { Field } from './field';
import { checkLabels } from './metadata';
import { qualifiedName } from './syntax';

/** Validates the syntax of a label selector; returns the number of errors. */
export function checkSelector(selector: Field): number {
  let count = checkLabels(selector, 'matchLabels');
  for (const expression of selector.items('matchExpressions')) {
    const [operator, values] = [expression.get('operator'), expression.get('values')];
    const hasValues = Array.isArray(values.value) && values.value.length > 0;
    if (['In', 'NotIn'].includes(operator.text)) {
      if (!hasValues) {
        values.required("must be specified when `operator` is 'In' or 'NotIn'");
        count += 1;
      }
    } else if (['Exists', 'DoesNotExist'].includes(operator.text)) {
      if (hasValues) {
        values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        count += 1;
      }
    } else {
      operator.invalid('not a valid selector operator');
      count += 1;
    }
    for (const detail of qualifiedName(expression.get('key').text)) {
      expression.get('key').invalid(detail);
      count += 1;
    }
  }
  return count;
}

/**
 * Validates the selector of a workload: required, valid, and matching the labels of the pod template.
 *
 * @param kind name in the API server's errors, for example `deployment`
 * @returns false for an invalid selector, after which the API server stops validating
 */
export function checkWorkloadSelector(spec: Field, kind: string): boolean {
  const selector = spec.get('selector');
  const written = formatSelector(selector.value);
  const errors = checkSelector(selector);
  if (errors === 0 && isEmpty(written)) selector.as({}).invalid(`empty selector is invalid for ${kind}`);
  if (errors > 0) {
    selector.as(written).invalid('invalid label selector');
    return false;
  }
  const labels = spec.get('template.metadata.labels');
  const found = isValues(labels.value) ? labels.value : {};
  if (!isEmpty(written) && !matches(written, found)) labels.as(sortByKey(found)).invalid('`selector` does not match template `labels`');
  return true;
}

/** Formats a selector, in the order of its fields. */
function formatSelector(value: Value | undefined): Values {
  const { matchLabels = null, matchExpressions = null } = isValues(value) ? value : {};
  const expressions = Array.isArray(matchExpressions) ? matchExpressions.filter(isValues) : [];
  return {
    ...(isValues(matchLabels) && Object.keys(matchLabels).length > 0 && { matchLabels: sortByKey(matchLabels) }),
    ...(expressions.length > 0 && {
      matchExpressions: expressions.map(({ key = '', operator = '', values = null }) => ({
        key,
        operator,
        ...(Array.isArray(values) && values.length > 0 && { values }),
      })),
    }),
  };
}

function isEmpty(selector: Values): boolean {
  return Object.keys(selector).length === 0;
}

function matches({ matchLabels = {}, matchExpressions = [] }: Values, labels: Values): boolean {
  const ofExpression = ({ key, operator, values }: Values): boolean => {
    const value = labels[String(key)];
    const listed = value !== undefined && Array.isArray(values) && values.includes(value);
    if (operator === 'In') return listed;
    if (operator === 'NotIn') return !listed;
    return (operator === 'Exists') === (value !== undefined);
  };
  return (
    Object.entries(matchLabels as Values).every(([key, value]) => labels[key] === value) &&
    (matchExpressions as Values[]).every(ofExpression)
  );
}

/** Sorts a map by key, as Go formats maps. */
function sortByKey(map: Values): Values {
  return Object.fromEntries(Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1)));
}
