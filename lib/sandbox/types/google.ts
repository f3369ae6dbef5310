import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName } from '../references';
import type { Cloud, MakeValue, Rule } from '../type-description';

/** Resolves a reference to an identity. A bare name is resolved in the given project and location. */
export function resolveName(resource: CloudResource, place: string, collection: string, reference: string): string {
  if (reference.includes('/')) return relativeName(reference);
  return `projects/${resource.text('project')}/${place}/${collection}/${reference}`;
}

/** Reads the region, from the argument `region` or the zone: `regions/europe-west1`. */
export function readRegion(resource: CloudResource): string {
  const region = lastPart(resource.text('region'));
  return `regions/${region || lastPart(resource.text('zone')).replace(/-[a-z]$/, '')}`;
}

/** Reads the zone: `zones/europe-west1-b`. */
export function readZone(resource: CloudResource): string {
  return `zones/${lastPart(resource.text('zone'))}`;
}

/** Finds a resource, and rejects a reference to one that does not exist. */
export function requireFound(cloud: Cloud, doing: string, type: string, identity: string): CloudResource {
  const found = cloud.get(type, identity);
  if (!found) throw CloudError.google(doing, 404, `The resource '${identity}' was not found`, 'notFound');
  return found;
}

/**
 * Rejects deleting a resource that others reference by a bare name. For references by id or self link, use `holds`.
 *
 * @param users functions that list the referenced identities, by type of the referencing resource
 */
export function rejectWhileUsed(label: string, users: Readonly<Record<string, (user: CloudResource) => string>>): Rule {
  return ({ resource, cloud }) => {
    for (const [type, used] of Object.entries(users)) {
      const user = cloud.list(type).find((candidate) => used(candidate) === resource.identity);
      if (!user) continue;
      throw CloudError.google(
        `Error when reading or editing ${label}`,
        400,
        `The ${label.replace(/(?<=[a-z])([A-Z])/g, '_$1').toLowerCase()} resource '${resource.identity}' is already being used by '${user.identity}'`,
        'resourceInUseByAnotherResource',
      );
    }
  };
}

/** Rejects conflicting arguments while planning. */
export function rejectConflicts(argument: string, ...others: string[]): Rule {
  return ({ resource }) => {
    if (resource.all(argument).flat().length === 0) return;
    const other = others.find((candidate) => resource.all(candidate).flat().length > 0);
    if (other) throw new CloudError('Conflicting configuration arguments', `"${argument}": conflicts with ${other}`);
  };
}

/** Generates a number of 19 digits, like the ids of Compute Engine. */
export const serverNumber: MakeValue = (_, cloud) => `${4_000_000_000_000_000 + cloud.next('number')}021`;

/** Generates a number for a numeric attribute, of 15 digits, which JSON represents exactly. */
export const exactNumber: MakeValue = (_, cloud) => 400_000_000_000_000 + cloud.next('number');
