import { lastPart } from '../references';
import type { TypeDescription } from '../type-description';

const service: TypeDescription = {
  type: 'google_project_service',
  label: 'Service',
  providerDefaults: ['project'],
  identity: (resource) => `projects/${lastPart(resource.text('project'))}/services/${resource.text('service')}`,
  id: (resource) => `${lastPart(resource.text('project'))}/${resource.text('service')}`,
  computed: ['project'],
  defaults: { disable_on_destroy: true },
  notReadBack: { disable_on_destroy: null, disable_dependent_services: null },
  forceNew: ['project', 'service'],
  // Enabling an enabled API has no effect.
  adoptsExisting: true,
  abandonOnDestroy: (resource) => !resource.flag('disable_on_destroy'),
};

export const projects: readonly TypeDescription[] = [service];
