import type { ApiAnswer, ApiRequest, Body } from './api-request';
import { type ApiResources, type ApiType, applyPatch, requireBody } from './api-resources';
import { IamPolicies, type PolicyTarget } from './iam';

const SECRET: ApiType = {
  type: 'google_secret_manager_secret',
  adds: ({ values }) => ({ name: values.name, createTime: values.create_time }),
};

/** Secret Manager API, as far as Terraform uses it: secrets and their IAM policies, without secret versions. */
export class SecretsApi {
  private readonly policies: IamPolicies;

  constructor(private readonly resources: ApiResources) {
    this.policies = new IamPolicies(resources);
  }

  public answer({ method, path, verb, query, body }: ApiRequest): ApiAnswer | undefined {
    const [, project, name] = /^projects\/([^/]+)\/secrets(?:\/([^/]+))?$/.exec(path) ?? [];
    if (project === undefined) return undefined;
    if (name === undefined) {
      const secret = query.get('secretId') ?? '';
      return method === 'POST' ? requireBody(this.resources.create(SECRET, { project }, body, { secret_id: secret })) : undefined;
    }
    const identity = `projects/${project}/secrets/${name}`;
    const target: PolicyTarget = {
      memberType: 'google_secret_manager_secret_iam_member',
      place: { project },
      scope: { secret_id: identity },
      isOn: (member) => [identity, name].includes(member.text('secret_id')),
    };
    const before = this.resources.get(SECRET, identity);
    if (verb === 'getIamPolicy') return this.policies.get(target);
    if (verb === 'setIamPolicy') return this.policies.set(target, body.policy as Body);
    if (method === 'GET') return before;
    if (method === 'DELETE') {
      requireBody(this.resources.delete(SECRET, { project }, identity));
      return {};
    }
    return requireBody(this.resources.update(SECRET, { project }, identity, applyPatch(before, body), { secret_id: name }));
  }
}
