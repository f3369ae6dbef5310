import { createHash } from 'node:crypto';
import type { CloudResource } from '../cloud-resource';
import type { Values } from '../values';
import { ApiError } from './api-error';
import type { ApiAnswer, Body } from './api-request';
import { type ApiResources, type ApiType, type Place, requireBody } from './api-resources';

/** Resource with an IAM policy. */
export interface PolicyTarget {
  /** Terraform type of an IAM member on the resource. */
  readonly memberType: string;
  readonly place: Place;

  /** Arguments of that type that identify the resource. */
  readonly scope: Values;

  /** Returns true for IAM members on this resource. */
  readonly isOn: (member: CloudResource) => boolean;
}

interface Condition {
  readonly title: string;
  readonly expression: string;
  readonly description?: string;
}

interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: Condition;
}

/** IAM policies. The cloud stores each member in a role as a resource; a policy consists of those on one target. */
export class IamPolicies {
  constructor(private readonly resources: ApiResources) {}

  public get(target: PolicyTarget): ApiAnswer {
    const bindings = new Map<string, Binding & { members: string[] }>();
    for (const { role, member, condition } of this.members(target)) {
      const key = JSON.stringify([role, condition]);
      if (!bindings.has(key)) bindings.set(key, { role, members: [], ...(condition && { condition }) });
      bindings.get(key)!.members.push(member);
    }
    const all = [...bindings.values()];
    const etag = createHash('sha256').update(JSON.stringify(all)).digest().subarray(0, 9).toString('base64');
    return { version: all.some(({ condition }) => condition) ? 3 : 1, etag, bindings: all };
  }

  /**
   * Replaces the policy.
   *
   * @throws ApiError 409 if the policy has changed since it was read
   */
  public set(target: PolicyTarget, policy: Body): ApiAnswer {
    const before = this.get(target);
    if (policy.etag !== undefined && policy.etag !== before.etag) {
      throw new ApiError(
        409,
        'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
        'aborted',
        'ABORTED',
      );
    }
    const apiType: ApiType = { type: target.memberType };
    const wanted = ((policy.bindings ?? []) as Binding[]).flatMap(({ role, members, condition }) =>
      members.map((member) => ({ role, member, condition })),
    );
    const buildKey = ({ role, member, condition }: { role: string; member: string; condition?: Condition }) =>
      JSON.stringify([role, member, condition?.title, condition?.expression]);
    const wantedKeys = new Set(wanted.map(buildKey));
    const present = this.members(target);
    const presentKeys = new Set(present.map(buildKey));
    for (const each of wanted) {
      if (presentKeys.has(buildKey(each))) continue;
      const condition = each.condition ? [{ description: '', ...each.condition }] : [];
      requireBody(this.resources.create(apiType, target.place, {}, { ...target.scope, role: each.role, member: each.member, condition }));
    }
    for (const each of present) {
      if (!wantedKeys.has(buildKey(each))) requireBody(this.resources.delete(apiType, target.place, each.identity));
    }
    return this.get(target);
  }

  private members({ memberType, isOn }: PolicyTarget) {
    return this.resources.cloud
      .list(memberType)
      .filter(isOn)
      .map((binding) => ({
        identity: binding.identity,
        role: binding.text('role'),
        member: binding.text('member'),
        condition: binding.all('condition').flat()[0] as Condition | undefined,
      }));
  }
}
