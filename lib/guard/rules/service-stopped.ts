import { CUSTOM_RESOURCE_RUNNING, findResourceType, GENERIC_RUNNING, type Running, readFacet } from '../../resource-types';
import { known, textAt } from '../../terraform/values';
import { findDeletion, findTypeBefore } from '../destruction';
import { describeDependentsOfApi } from '../disabled-api';
import { nameBefore } from '../manifest';
import { readReleaseValues } from '../release-values';
import type { Rule } from '../rule';
import { describeDestruction, isDestroyed, type Subject } from '../subject';
import type { SubjectChange } from '../typed-change';
import type { Finding, Severity } from '../verdict';
import { describeWeakening, hasArgument } from '../weaker-protections';

/** Deletions and replacements of resources without data that something else needs, and updates that stop one. */
export const serviceStopped: Rule = {
  id: 'service-stopped',
  severities: ['refuse', 'warn'],
  title: 'A resource that others need is deleted, replaced, stopped or made much smaller',
  why: 'clients, alerts and backups stop, although no data is lost',
  remediation: 'check that nothing needs it any more; for the same resource under a new address, use moveTo or a moved block',
  check: (subject) =>
    subject.resources.flatMap((change) => (isDestroyed(change) ? findStopByDeletion(subject, change) : findStopByUpdate(subject, change))),
};

function findStopByDeletion(subject: Subject, change: SubjectChange): Finding[] {
  const deletion = findDeletion(change);
  if (deletion?.kind !== 'service') return [];
  const further = describeDependentsOfApi(subject, change) ?? describeLastAlert(subject, change);
  return [
    {
      severity: further === undefined ? deletion.severity : 'refuse',
      address: change.address,
      action: change.action,
      reason: `${findTypeBefore(change)!.what}${describeName(change)} ${describeDestruction(change)}${further === undefined ? '' : `, ${further}`}`,
      impact: deletion.impact,
      recovery: deletion.recovery,
    },
  ];
}

/** Alerts that nothing replaces: the stack is left without any. */
function describeLastAlert({ resources }: Subject, { type }: SubjectChange): string | undefined {
  if (type !== ALERT) return undefined;
  const alerts = resources.filter((change) => change.type === ALERT);
  const isGone = (change: SubjectChange): boolean => change.action === 'delete';
  return alerts.length > 1 && alerts.every(isGone) ? 'and no alert of this plan is left' : undefined;
}

const ALERT = 'google_monitoring_alert_policy';

function findStopByUpdate(subject: Subject, change: SubjectChange): Finding[] {
  if (change.action === 'no-op' || isInNewNamespace(subject, change)) return [];
  const stops: { readonly clause: string; readonly severity: Severity }[] = listRunning(change).flatMap(({ running, values }) => {
    const isNew = values.before === null;
    if (values.after === null || (isNew && running.alsoNew !== true) || !hasArgument(values, running.path)) return [];
    const clauses = describeWeakening({ ...running, weaker: running.stops }, isNew ? { ...values, before: {} } : values);
    return clauses.map((clause) => ({ clause, severity: running.severity ?? 'warn' }));
  });
  stops.push(...findStoppedCharts(change).map((clause) => ({ clause, severity: 'warn' as const })));
  if (stops.length === 0) return [];
  const type = findResourceType(change.type);
  return [
    {
      severity: stops.some(({ severity }) => severity === 'refuse') ? 'refuse' : 'warn',
      address: change.address,
      action: change.action,
      reason: `${type === undefined ? change.type : type.what}${describeName(change)}: ${[...new Set(stops.map(({ clause }) => clause))].join('; ')}`,
      impact: 'what depends on it, from the apply on',
      recovery: 'complete, with the previous values',
      remediation: 'check that nothing needs it any more; to move or upgrade, start the successor first',
    },
  ];
}

/** Parts of a chart that its values run without a pod. */
function findStoppedCharts({ type, before, after, afterUnknown }: SubjectChange): readonly string[] {
  if (type !== 'helm_release' || before === null || after === null) return [];
  const { byPath: was } = readReleaseValues(before);
  const { byPath: is, writtenPaths } = readReleaseValues(after, afterUnknown);
  return [...is].flatMap(([path, value]) =>
    REPLICAS.test(path) && Number(value) === 0 && String(value) !== '' && String(was.get(path) ?? '') !== String(value)
      ? [`${writtenPaths.get(path)} is 0: nothing of it runs`]
      : [],
  );
}

const REPLICAS = /(^|\.)replica(s|count)$/;

/** Tests that nothing can run yet where a resource is created. */
function isInNewNamespace(subject: Subject, { before, after }: SubjectChange): boolean {
  const name = before === null ? known(textAt(after, 'metadata', 'namespace')) : undefined;
  return (
    name !== undefined &&
    subject
      .ofKubernetes('namespace')
      .some((namespace) => namespace.before === null && known(textAt(namespace.after, 'metadata', 'name')) === name)
  );
}

type Values = Pick<SubjectChange, 'before' | 'after' | 'afterUnknown'>;

/** Arguments that keep it running, with the values that have them. */
function listRunning(change: SubjectChange): readonly { readonly running: Running; readonly values: Values }[] {
  const { type, objectBefore, objectAfter } = change;
  const isCustom = objectBefore !== undefined && objectAfter !== undefined && findResourceType(type) === undefined;
  const body: Values = { before: objectBefore?.body, after: objectAfter?.body, afterUnknown: false };
  return [
    ...listRunningOfType(type).map((running) => ({ running, values: change })),
    ...(isCustom ? CUSTOM_RESOURCE_RUNNING.map((running) => ({ running, values: body })) : []),
  ];
}

const listed = new Map<string, readonly Running[]>();

/** Arguments of a type. Those with the same meaning in all types apply, unless the type has its own meaning of them. */
function listRunningOfType(name: string): readonly Running[] {
  const known = listed.get(name);
  if (known !== undefined) return known;
  const type = findResourceType(name);
  const own = readFacet(type, 'running') ?? [];
  const paths = new Set([...own, ...(readFacet(type, 'protections') ?? [])].map(({ path }) => path.join('.')));
  const running = [...own, ...GENERIC_RUNNING.filter(({ path }) => !paths.has(path.join('.')))];
  listed.set(name, running);
  return running;
}

function describeName(change: SubjectChange): string {
  const name = nameBefore(change) ?? nameBefore({ type: change.type, before: change.after });
  return name === undefined ? '' : ` (${name})`;
}
