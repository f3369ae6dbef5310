import type { ResourceChange } from '../terraform/plan';
import { known, textAt, valueAt } from '../terraform/values';
import { type Subject, stays } from './subject';
import { joinNames, lastSegment } from './words';

/** Names of APIs that differ from those of their Terraform types. */
const TYPES_OF_API: Readonly<Record<string, readonly string[]>> = {
  bigtableadmin: ['bigtable'],
  cloudkms: ['kms'],
  cloudresourcemanager: ['project', 'folder', 'resourcemanager'],
  file: ['filestore'],
  iam: ['serviceaccount', 'iam', 'projectiam'],
  logging: ['logging'],
  networkconnectivity: ['networkconnectivity'],
  sqladmin: ['sql'],
  run: ['cloudrun'],
};

/**
 * Describes what needs the API that a deletion disables.
 *
 * @returns undefined when the API stays enabled, or nothing of the plan needs it
 */
export function describeDependentsOfApi(subject: Subject, change: ResourceChange): string | undefined {
  if (change.type !== 'google_project_service' || change.action !== 'delete') return undefined;
  const { before } = change;
  if (valueAt(before, 'disable_on_destroy') === false) return undefined;
  const dependents = subject.resources.filter((other) => stays(other) && (usesApi(other, change) || dependsOn(subject, other, change)));
  if (dependents.length > 0)
    return `while ${joinNames(dependents.map(({ address }) => address))} ${dependents.length === 1 ? 'needs' : 'need'} it`;
  return valueAt(before, 'disable_dependent_services') === true ? 'with all APIs that depend on it' : undefined;
}

/** Tests that a resource is of the API, in its project. A project that is not set is that of the provider. */
function usesApi({ type, after }: ResourceChange, { before }: ResourceChange): boolean {
  const api = known(textAt(before, 'service'))?.replace(/\.googleapis\.com$/, '');
  if (api === undefined || !type.startsWith('google_') || type === 'google_project_service') return false;
  const [one, other] = [before, after].map((value) => lastSegment(known(textAt(value, 'project'))));
  if (one !== undefined && other !== undefined && one !== other) return false;
  const words = type.slice('google_'.length).split('_');
  const names = Object.hasOwn(TYPES_OF_API, api) ? TYPES_OF_API[api]! : [api];
  return words.some((_, index) => names.includes(words.slice(0, index + 1).join('')));
}

function dependsOn(subject: Subject, other: ResourceChange, { address }: ResourceChange): boolean {
  return subject.plan.configured(other)?.depends_on?.includes(address) === true;
}
