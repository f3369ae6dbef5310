import { lastPart, relativeName } from '../references';
import { ApiError } from './api-error';
import type { ApiAnswer, ApiRequest, Body } from './api-request';
import { type ApiResources, type ApiType, type Place, requireBody } from './api-resources';
import { IamPolicies, type PolicyTarget } from './iam';

const SERVICE_ACCOUNT: ApiType = {
  type: 'google_service_account',
  adds: ({ values, identity }) => ({
    name: identity,
    projectId: values.project,
    email: values.email,
    uniqueId: values.unique_id,
    oauth2ClientId: values.unique_id,
  }),
};

const ROLE: ApiType = { type: 'google_project_iam_custom_role', names: { permissions: 'includedPermissions' } };

const SERVICE: ApiType = { type: 'google_project_service' };

/** Resource Manager API: projects and their IAM policies. Any project exists. */
export class ResourceManagerApi {
  private readonly policies: IamPolicies;

  constructor(private readonly resources: ApiResources) {
    this.policies = new IamPolicies(resources);
  }

  public answer({ method, path, verb, body }: ApiRequest): ApiAnswer | undefined {
    const [, project] = /^projects\/([^/]+)$/.exec(path) ?? [];
    if (project === undefined) return undefined;
    const target: PolicyTarget = {
      memberType: 'google_project_iam_member',
      place: { project },
      scope: {},
      isOn: (member) => lastPart(member.text('project')) === project,
    };
    if (verb === 'getIamPolicy') return this.policies.get(target);
    if (verb === 'setIamPolicy') return this.policies.set(target, body.policy as Body);
    if (method !== 'GET' || verb !== '') return undefined;
    return { projectId: project, name: project, projectNumber: this.resources.cloud.projectNumber(project), lifecycleState: 'ACTIVE' };
  }
}

/** IAM API: service accounts with their policies, and custom roles of a project. */
export class IamApi {
  private readonly policies: IamPolicies;

  constructor(private readonly resources: ApiResources) {
    this.policies = new IamPolicies(resources);
  }

  public answer({ method, path, verb, body }: ApiRequest): ApiAnswer | undefined {
    const [, project, kind, name] = /^projects\/([^/]+)\/(serviceAccounts|roles)(?:\/([^/]+))?$/.exec(path) ?? [];
    if (project === undefined) return undefined;
    const place: Place = { project };
    if (kind === 'roles') return this.role(place, method, body, name);
    if (name === undefined) {
      if (method !== 'POST') return undefined;
      const sent = body.serviceAccount as Body | undefined;
      return requireBody(this.resources.create(SERVICE_ACCOUNT, place, sent ?? {}, { account_id: String(body.accountId) }));
    }
    const owner = /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(name)?.[1] ?? project;
    const identity = `projects/${owner}/serviceAccounts/${name}`;
    const target: PolicyTarget = {
      memberType: 'google_service_account_iam_member',
      place,
      scope: { service_account_id: identity },
      isOn: (member) => relativeName(member.text('service_account_id')) === identity,
    };
    const before = this.resources.get(SERVICE_ACCOUNT, identity);
    if (verb === 'getIamPolicy') return this.policies.get(target);
    if (verb === 'setIamPolicy') return this.policies.set(target, body.policy as Body);
    if (method === 'GET') return before;
    if (method === 'DELETE') {
      requireBody(this.resources.delete(SERVICE_ACCOUNT, place, identity));
      return {};
    }
    if (method !== 'PATCH') return undefined;
    const changed = { ...before, ...(body.serviceAccount as Body | undefined) };
    return requireBody(this.resources.update(SERVICE_ACCOUNT, place, identity, changed, { account_id: name.split('@')[0]! }));
  }

  private role(place: Place, method: string, body: Body, name: string | undefined): ApiAnswer | undefined {
    const below = `projects/${place.project}/roles/`;
    const found = this.resources.cloud
      .list(ROLE.type)
      .find((role) => role.text('project') === place.project && role.text('role_id') === (name ?? body.roleId));
    if (name === undefined) {
      if (method !== 'POST') return undefined;
      const sent = { ...(body.role as Body | undefined), name: `${below}${body.roleId}` };
      return requireBody(this.resources.create(ROLE, place, sent, { role_id: String(body.roleId) }));
    }
    if (!found) throw ApiError.notFound(below + name);
    const before = this.resources.get(ROLE, found.identity);
    if (method === 'GET') return before;
    if (method === 'DELETE') {
      requireBody(this.resources.delete(ROLE, place, found.identity));
      return { ...before, deleted: true };
    }
    return requireBody(this.resources.update(ROLE, place, found.identity, { ...before, ...body }, { role_id: name }));
  }
}

/** Service Usage API: enabled APIs of projects. */
export class ServiceUsageApi {
  constructor(private readonly resources: ApiResources) {}

  public answer({ method, path, verb, body }: ApiRequest): ApiAnswer | undefined {
    if (path.startsWith('operations/')) return done({});
    const [, project, service] = /^projects\/([^/]+)\/services(?:\/([^/]+))?$/.exec(path) ?? [];
    if (project === undefined) return undefined;
    const { cloud } = this.resources;
    const shown = (name: string): Body => ({
      name: `projects/${cloud.projectNumber(project)}/services/${name}`,
      parent: `projects/${cloud.projectNumber(project)}`,
      config: { name },
      state: cloud.isApiEnabled(project, name) ? 'ENABLED' : 'DISABLED',
    });
    if (verb === 'batchEnable') {
      const ids = body.serviceIds as string[];
      for (const id of ids) this.enable(project, id);
      return done({ services: ids.map(shown) });
    }
    if (service === undefined) return method === 'GET' ? { services: cloud.enabledApis(project).map(shown) } : undefined;
    if (verb === 'enable') {
      this.enable(project, service);
      return done({ service: shown(service) });
    }
    if (verb === 'disable') {
      requireBody(this.resources.delete(SERVICE, { project }, `projects/${project}/services/${service}`));
      return done({ service: shown(service) });
    }
    return method === 'GET' ? shown(service) : undefined;
  }

  private enable(project: string, service: string): void {
    requireBody(this.resources.create(SERVICE, { project }, {}, { service }));
  }
}

function done(response: Body): ApiAnswer {
  return { name: 'operations/done', done: true, response };
}
