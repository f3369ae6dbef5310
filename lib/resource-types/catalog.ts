import { AZURE_TYPES } from './azure';
import { GOOGLE_TYPES } from './google';
import { HELM_TYPES } from './helm';
import { KUBERNETES_TYPES } from './kubernetes';
import type { Backup, NotApplicable, ResourceType, RulesScope } from './resource-type';
import { TERRAFORM_TYPES } from './terraform';

/** All known types. */
export const RESOURCE_TYPES: readonly ResourceType[] = [
  ...GOOGLE_TYPES,
  ...KUBERNETES_TYPES,
  ...HELM_TYPES,
  ...AZURE_TYPES,
  ...TERRAFORM_TYPES,
];

const BY_NAME = new Map(RESOURCE_TYPES.flatMap((type) => type.names.map((name) => [name, type] as const)));
const BY_KIND = new Map(RESOURCE_TYPES.flatMap((type) => (type.kinds ?? []).map((kind) => [kind, type] as const)));
const FAMILIES = RESOURCE_TYPES.filter(({ family }) => family !== undefined);

/** Finds what is known of a Terraform type; undefined when it is unknown. */
export function findResourceType(name: string): ResourceType | undefined {
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  if (!found.has(name))
    found.set(
      name,
      FAMILIES.find(({ family }) => family!.test(name)),
    );
  return found.get(name);
}

/** Results for types that have no entry of their own. */
const found = new Map<string, ResourceType | undefined>();

/** Finds what is known of a Kubernetes kind that is applied as a manifest; undefined for custom resources and other unknown kinds. */
export function findKind(apiVersion: string, kind: string): ResourceType | undefined {
  const group = apiVersion.includes('/') ? `${apiVersion.slice(0, apiVersion.indexOf('/'))}/` : '';
  return BY_KIND.get(`${group}${kind}`) ?? BY_KIND.get(`${group}*`);
}

/** Names of the types with a facet, for readers that look for its resources. */
export function typesWith<F extends keyof ResourceType>(facet: F): readonly string[] {
  return RESOURCE_TYPES.filter((type) => readFacet(type, facet) !== undefined).flatMap(({ names }) => names);
}

/** Value of a facet; undefined when it is not known, and when it does not apply. */
export function readFacet<F extends keyof ResourceType>(
  type: ResourceType | undefined,
  facet: F,
): Exclude<ResourceType[F], NotApplicable | undefined> | undefined {
  const value = type?.[facet];
  return value === undefined || isNotApplicable(value) ? undefined : (value as Exclude<ResourceType[F], NotApplicable | undefined>);
}

/** Finds the path of the pod template of a type; empty for a pod, and undefined for a type without pods. */
export function findPodTemplate(name: string): readonly string[] | undefined {
  return readFacet(findResourceType(name), 'pods')?.template;
}

/** Tests that a type may decide about traffic. */
export function hasRulesFor(name: string, scope: RulesScope): boolean {
  return readFacet(findResourceType(name), 'rulesFor')?.includes(scope) ?? false;
}

/** Names of the types that hold, schedule or assign copies of a type. */
export function typesWithBackup(role: Backup['role'], of: string): readonly string[] {
  return RESOURCE_TYPES.filter((type) => {
    const backup = readFacet(type, 'backup');
    return backup?.role === role && backup.of.includes(of);
  }).flatMap(({ names }) => names);
}

/** Names of the types whose data is in no other resource of the configuration. */
export function typesWithOriginalData(): readonly string[] {
  return RESOURCE_TYPES.filter(({ deletion }) => typeof deletion !== 'function' && deletion.kind === 'data' && deletion.isOriginal).flatMap(
    ({ names }) => names,
  );
}

/** Tests that a facet has a reason for its absence. */
export function isNotApplicable(facet: unknown): facet is NotApplicable {
  return typeof facet === 'object' && facet !== null && 'none' in facet;
}
