import { Quantity } from '../../quantity';
import type { Field } from './field';
import { pathSegment } from './syntax';

export function checkAutoscaler(object: Field): void {
  const spec = object.get('spec');
  const [least, most] = [spec.get('minReplicas'), spec.get('maxReplicas')];
  if (most.number < 1) most.invalid('must be greater than 0');
  // The provider omits 0, for which the API server's default is 1.
  const minimum = least.number === 0 ? 1 : least.number;
  if (minimum < 1) least.invalid('must be greater than or equal to 1');
  if (most.number < minimum) most.invalid('must be greater than or equal to `minReplicas`');
  for (const name of ['kind', 'name']) spec.get(`scaleTargetRef.${name}`).requireText(pathSegment);
  for (const metric of spec.items('metrics')) checkMetric(metric);
  for (const direction of ['scaleUp', 'scaleDown']) checkScaling(spec.get(`behavior.${direction}`));
}

const NAMED_METRICS = ['pods', 'object', 'external'];

function checkMetric(metric: Field): void {
  const type = metric.get('type').text;
  const source = metric.get(type.slice(0, 1).toLowerCase() + type.slice(1));
  if (!source.isSet) {
    source.required('must populate information for the given metric source');
    return;
  }
  if (NAMED_METRICS.some((name) => source.path.endsWith(`.${name}`))) {
    source.get('metric.name').requireText(pathSegment, 'must specify a metric name');
  } else if (source.get('name').text === '') {
    source.get('name').required('must specify a resource name');
  }
  checkTarget(source.get('target'), type);
}

function checkTarget(target: Field, source: string): void {
  const type = target.get('type');
  if (!['Utilization', 'Value', 'AverageValue'].includes(type.text))
    type.as(type.text).invalid('must be either Utilization, Value, or AverageValue');
  // The provider sends only the value of the type, and omits 0.
  const utilization = type.text === 'Utilization' ? target.get('averageUtilization').number : 0;
  const average = type.text === 'AverageValue' ? target.get('averageValue') : undefined;
  const value = type.text === 'Value' ? target.get('value') : undefined;
  for (const amount of [average, value]) {
    const parsed = amount && Quantity.parse(amount.text);
    if (amount && parsed && !parsed.exceeds(Quantity.zero)) amount.as(String(parsed)).invalid('must be positive');
  }
  if (utilization < 0) target.get('averageUtilization').invalid('must be greater than 0');
  if (['Resource', 'ContainerResource'].includes(source) && utilization === 0 && !average?.isSet) {
    target.get('averageUtilization').required('must set either a target raw value or a target utilization');
  }
}

/** Limits of the API server, in seconds. */
const LONGEST_WINDOW = 3600;
const LONGEST_PERIOD = 1800;

function checkScaling(rules: Field): void {
  if (!rules.isSet) return;
  const window = rules.get('stabilizationWindowSeconds');
  window.requireAtLeast(0);
  if (window.number > LONGEST_WINDOW) window.invalid(`must be less than or equal to ${LONGEST_WINDOW}`);
  // A missing one is sent as an empty text.
  rules.get('selectPolicy').supports(['Disabled', 'Max', 'Min']);
  if (rules.items('policies').length === 0) rules.get('policies').required('must specify at least one Policy');
  for (const policy of rules.items('policies')) {
    policy.get('type').supports(['Percent', 'Pods']);
    if (policy.get('value').number <= 0) policy.get('value').invalid('must be greater than zero');
    const period = policy.get('periodSeconds');
    if (period.number <= 0) period.invalid('must be greater than zero');
    if (period.number > LONGEST_PERIOD) period.invalid(`must be less than or equal to ${LONGEST_PERIOD}`);
  }
}
