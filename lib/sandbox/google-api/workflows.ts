import { lastPart } from '../references';
import type { ApiAnswer, ApiRequest } from './api-request';
import { type ApiResources, type ApiType, applyPatch, type Place, requireBody } from './api-resources';

const WORKFLOW: ApiType = {
  type: 'google_workflows_workflow',
  own: () => ({ deletion_protection: false }),
  adds: ({ values, identity }) => ({
    name: identity,
    state: 'ACTIVE',
    revisionId: values.revision_id,
    createTime: values.create_time,
    updateTime: values.update_time,
    serviceAccount: `projects/${values.project}/serviceAccounts/${lastPart(String(values.service_account))}`,
  }),
};

/** Workflows API: workflows, which are not executed. Operations are done when they are answered. */
export class WorkflowsApi {
  constructor(private readonly resources: ApiResources) {}

  public answer({ method, path, query, body }: ApiRequest): ApiAnswer | undefined {
    const [, project, location, name] = /^projects\/([^/]+)\/locations\/([^/]+)\/workflows(?:\/([^/]+))?$/.exec(path) ?? [];
    if (project === undefined || location === undefined) return undefined;
    const place: Place = { project, region: location };
    const done = (response: ApiAnswer): ApiAnswer => ({
      name: `projects/${project}/locations/${location}/operations/operation-${this.resources.cloud.next('operation')}`,
      done: true,
      response,
    });
    if (name === undefined) {
      const id = query.get('workflowId');
      return method === 'POST' && id !== null ? done(requireBody(this.resources.create(WORKFLOW, place, body, { name: id }))) : undefined;
    }
    const before = this.resources.get(WORKFLOW, path);
    if (method === 'GET') return before;
    if (method === 'DELETE') return done(requireBody(this.resources.delete(WORKFLOW, place, path)));
    if (method !== 'PATCH') return undefined;
    return done(requireBody(this.resources.update(WORKFLOW, place, path, applyPatch(before, body), { name })));
  }
}
