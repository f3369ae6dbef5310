import { CloudError } from '../../cloud-error';
import { NO_QUANTITY, Quantity } from '../../quantity';
import { collectValues, isValues, type Values } from '../../values';
import type { Field } from './field';
import { checkMetadata } from './metadata';
import { checkPodSpec } from './pod-spec';
import { checkWorkloadSelector } from './selector';
import { checkClaimSpec } from './volume-claims';

/** Validates a deployment, in the API server's order. */
export function checkDeployment(object: Field): void {
  const spec = object.get('spec');
  spec.get('replicas').asNumber.requireAtLeast(0);
  checkSelectedPods(spec, 'deployment');
  checkStrategy(spec.get('strategy'));
  const [ready, deadline] = [spec.get('minReadySeconds'), spec.get('progressDeadlineSeconds')];
  ready.requireAtLeast(0);
  spec.get('revisionHistoryLimit').requireAtLeast(0);
  deadline.requireAtLeast(0);
  if (deadline.isSet && deadline.number <= ready.number) deadline.invalid('must be greater than minReadySeconds');
}

function checkStrategy(strategy: Field): void {
  const update = strategy.get('rollingUpdate');
  if (strategy.get('type').text === 'Recreate') {
    if (update.isSet) update.forbidden("may not be specified when strategy `type` is 'Recreate'");
    return;
  }
  const [surge, unavailable] = [update.get('maxSurge'), update.get('maxUnavailable')];
  if (isZero(surge) && isZero(unavailable))
    unavailable.as(unavailable.text.endsWith('%') ? unavailable.text : 0).invalid('may not be 0 when `maxSurge` is 0');
}

function isZero({ text }: Field): boolean {
  return /^0+%?$/.test(text);
}

export function checkStatefulSet(object: Field): void {
  const spec = object.get('spec');
  for (const claim of spec.items('volumeClaimTemplates')) checkClaimSpec(claim.get('spec'));
  spec.get('replicas').asNumber.requireAtLeast(0);
  spec.get('minReadySeconds').requireAtLeast(0);
  checkSelectedPods(
    spec,
    'statefulset',
    spec.items('volumeClaimTemplates').map((claim) => claim.get('metadata.name').text),
  );
}

export function checkDaemonSet(object: Field): void {
  const spec = object.get('spec');
  checkSelectedPods(spec, 'daemonset');
  spec.get('minReadySeconds').requireAtLeast(0);
}

/**
 * Validates the pod template of a workload.
 *
 * @param claims names of volumes from claim templates
 */
function checkSelectedPods(spec: Field, kind: string, claims: readonly string[] = []): void {
  if (checkWorkloadSelector(spec, kind)) checkTemplate(spec.get('template'), claims);
}

function checkTemplate(template: Field, claims: readonly string[] = []): void {
  checkMetadata(template.get('metadata'), () => []);
  checkPodSpec(template.get('spec'), claims);
}

export function checkJob(object: Field): void {
  const name = object.get('metadata.name');
  // The API server adds a label with the name to jobs and their pods.
  if (name.text.length > LABEL_LENGTH) {
    for (const path of ['metadata.labels', 'spec.template.labels'])
      name.at(path).invalid(`must be no more than ${LABEL_LENGTH} characters`);
  }
  checkJobSpec(object.get('spec'));
}

const LABEL_LENGTH = 63;

function checkJobSpec(spec: Field): void {
  if (spec.get('selector').isSet && spec.get('manualSelector').value !== true)
    spec.get('selector').invalid('`selector` not auto-generated');
  checkTemplate(spec.get('template'));
  const policy = spec.get('template.spec.restartPolicy');
  if (policy.text === 'Always') policy.required('valid values: "OnFailure", "Never"');
}

export function checkCronJob(object: Field): void {
  const spec = object.get('spec');
  const zone = spec.get('timeZone');
  if (zone.text !== '' && !isTimeZone(zone.text)) zone.invalid(`unknown time zone ${zone.text}`);
  spec.get('startingDeadlineSeconds').requireAtLeast(0);
  for (const limit of ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit']) spec.get(limit).requireAtLeast(0);
  checkJobSpec(spec.get('jobTemplate.spec'));
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Rejects quantities of containers that the provider cannot parse, before it sends a request.
 *
 * @param template path of the pod template
 */
export function readableAmounts(template: string): (values: Values) => void {
  return (values) => {
    for (const container of ['container', 'init_container']) {
      for (const kind of ['limits', 'requests']) {
        requireQuantities(collectValues(values, `${template}.spec.${container}.resources.${kind}`).filter(isValues));
      }
    }
  };
}

export function requireQuantities(maps: readonly Values[]): void {
  for (const amount of maps.flatMap((map) => Object.values(map))) {
    if (typeof amount === 'string' && !Quantity.parse(amount)) throw new CloudError(NO_QUANTITY);
  }
}
