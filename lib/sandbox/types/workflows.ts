import { parseJson } from '../../terraform/json';
import { isBlock } from '../../terraform/values';
import { CloudError } from '../cloud-error';
import { lastPart, sameReference } from '../references';
import type { Cloud, Rule, TypeDescription } from '../type-description';
import { resolveName } from './google';

const LABEL = 'Workflow';

/** Maximum size of a source in bytes: https://cloud.google.com/workflows/quotas */
const SOURCE_BYTES = 128 * 1024;

const notProtected: Rule = ({ resource }) => {
  if (!resource.flag('deletion_protection')) return;
  throw new CloudError('cannot destroy workflow without setting deletion_protection=false and running `terraform apply`');
};

/** Rejects a source that Workflows does not read. Of JSON, the main workflow is required; YAML is not parsed. */
const isSource: Rule = ({ resource }) => {
  const source = resource.text('source_contents');
  const reject = (why: string): CloudError =>
    CloudError.google(`Error creating ${LABEL}`, 400, `main workflow definition failed validation: ${why}`, 'badRequest');
  if (Buffer.byteLength(source) > SOURCE_BYTES) throw reject(`source code size exceeds limit (max: ${SOURCE_BYTES} bytes)`);
  if (!source.trimStart().startsWith('{')) return;
  let json: unknown;
  try {
    json = parseJson(source);
  } catch (error) {
    throw reject(`parse error: ${(error as Error).message}`);
  }
  if (!isBlock(json) || json.main === undefined) throw reject("no workflow named 'main'");
};

/** Rejects a service account of the project that does not exist. */
export function requireServiceAccount(cloud: Cloud, doing: string, project: string, reference: string): void {
  const email = lastPart(reference);
  if (!email.endsWith(`@${project}.iam.gserviceaccount.com`)) return;
  if (cloud.get('google_service_account', `projects/${project}/serviceAccounts/${email}`)) return;
  throw CloudError.google(doing, 400, `Service account ${email} does not exist.`, 'badRequest');
}

const accountExists: Rule = ({ resource, cloud }) =>
  requireServiceAccount(cloud, `Error creating ${LABEL}`, resource.text('project'), resource.text('service_account'));

const workflow: TypeDescription = {
  type: 'google_workflows_workflow',
  label: LABEL,
  api: 'workflows.googleapis.com',
  providerDefaults: ['project', 'region'],
  isImported: false,
  // The provider does not keep its default of the region in the state.
  identity: (resource) =>
    resolveName(resource, `locations/${resource.text('region') || resource.provider.region}`, 'workflows', resource.text('name')),
  computed: ['description', 'name', 'name_prefix', 'project', 'service_account'],
  defaults: { deletion_protection: true },
  forceNew: ['name', 'name_prefix', 'project', 'region', 'tags'],
  notReadBack: { deletion_protection: true, name_prefix: '', tags: null },
  diffSuppress: { service_account: sameReference },
  values: {
    description: '',
    name: (resource, cloud) => `${resource.text('name_prefix') || 'terraform-'}${cloud.next('workflow')}`,
    name_prefix: '',
    service_account: (resource, cloud) => {
      const project = resource.text('project');
      return `projects/${project}/serviceAccounts/${cloud.projectNumber(project)}-compute@developer.gserviceaccount.com`;
    },
    revision_id: (_, cloud) => `${String(cloud.next('revision')).padStart(6, '0')}-a1b`,
    state: 'ACTIVE',
  },
  recomputedWith: { revision_id: ['service_account', 'source_contents'] },
  rules: { create: [isSource, accountExists], update: [isSource, accountExists], delete: [notProtected] },
};

export const workflows: readonly TypeDescription[] = [workflow];
