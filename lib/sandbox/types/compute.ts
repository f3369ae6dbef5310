import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart } from '../references';
import type { Rule } from '../type-description';

export const COMPUTE_API = 'compute.googleapis.com';

/** Builds the identity `projects/p/zones/z/disks/data`, or the one of a global or regional resource. */
export function buildComputeIdentity(collection: string): (resource: CloudResource) => string {
  return (resource) => {
    const place = resource.text('zone')
      ? `zones/${lastPart(resource.text('zone'))}`
      : resource.text('region')
        ? `regions/${lastPart(resource.text('region'))}`
        : 'global';
    return `projects/${resource.text('project')}/${place}/${collection}/${resource.text('name')}`;
  };
}

/** Checks a name by the rules of Compute Engine (RFC 1035). */
export function computeName(label: string): Rule {
  return ({ resource }) => {
    const name = resource.text('name');
    if (/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return;
    throw CloudError.google(
      `Error creating ${label}`,
      400,
      `Invalid value for field 'resource.name': '${name}'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'`,
      'invalid',
    );
  };
}
