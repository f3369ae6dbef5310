import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName } from '../references';
import type { Cloud, MakeValue, Rule } from '../type-description';

/** The identity of what a reference means: a bare name counts in the project and place given. */
export function fullName(resource: CloudResource, place: string, collection: string, reference: string): string {
  if (reference.includes('/')) return relativeName(reference);
  return `projects/${resource.text('project')}/${place}/${collection}/${reference}`;
}

/** `regions/europe-west1`, from the argument `region`, or from the zone. */
export function readRegion(resource: CloudResource): string {
  const region = lastPart(resource.text('region'));
  return `regions/${region || lastPart(resource.text('zone')).replace(/-[a-z]$/, '')}`;
}

/** `zones/europe-west1-b`, from the argument `zone`. */
export function readZone(resource: CloudResource): string {
  return `zones/${lastPart(resource.text('zone'))}`;
}

/** Refuses a reference to what is not there. Nothing is known of other projects than those the sandbox has resources in. */
export function requireFound(cloud: Cloud, doing: string, type: string, identity: string): CloudResource {
  const found = cloud.get(type, identity);
  if (!found) throw CloudError.google(doing, 404, `The resource '${identity}' was not found`, 'notFound');
  return found;
}

/**
 * Refuses to delete what others use under a bare name. (Where they use an id or a self link, `holds` is enough.)
 *
 * @param users by type of the user: the identities it uses
 */
export function refuseWhileUsed(label: string, users: Readonly<Record<string, (user: CloudResource) => string>>): Rule {
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

/** Refuses, while planning, arguments that cannot be set together. */
export function conflicting(argument: string, ...others: string[]): Rule {
  return ({ resource }) => {
    if (resource.all(argument).flat().length === 0) return;
    const other = others.find((candidate) => resource.all(candidate).flat().length > 0);
    if (other) throw new CloudError('Conflicting configuration arguments', `"${argument}": conflicts with ${other}`);
  };
}

/** A number of 19 digits, like the ones Compute Engine gives. */
export const serverNumber: MakeValue = (_, cloud) => `${4_000_000_000_000_000 + cloud.next('number')}021`;

/** A number that Terraform has as a number: 15 digits are exact in JSON. */
export const exactNumber: MakeValue = (_, cloud) => 400_000_000_000_000 + cloud.next('number');
