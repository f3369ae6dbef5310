import { findPowersOfRole, type Power } from '../../resource-types';
import type { ResourceChange } from '../../terraform/plan';
import { hasBlock, listAt, valueAt } from '../../terraform/values';
import type { Subject } from '../subject';
import { findPowersOfCustomRole } from './custom-roles';
import {
  type GrantLevel,
  type IamGrant,
  isLimitedToResources,
  readAuthority,
  readGrantLevel,
  readGrantsAfter,
  readGrantsBefore,
  readPolicyData,
} from './iam-grant';
import { isDeletedMember, isPublicMember, isServiceAgent, isWholeOrganization, isWholePool, isWorkload } from './members';
import { describePowers, isStrong } from './powers';
import { refuse, type Widening, warn } from './widening';

/** Grants of Google Cloud that the changes of a plan add or widen. */
export class IamWidenings {
  /** Grants before the plan, by place, role and member. */
  private readonly had = new Map<string, IamGrant[]>();

  /** Members that can act as service accounts after the plan. */
  private readonly impersonators = new Set<string>();

  constructor(private readonly subject: Subject) {
    for (const change of subject.resources) {
      const level = readGrantLevel(change.type);
      if (level === undefined) continue;
      for (const grant of readGrantsBefore(change)) {
        const key = formatKey(grant);
        const list = this.had.get(key);
        if (list) list.push(grant);
        else this.had.set(key, [grant]);
      }
      if (level !== 'hierarchy') continue;
      for (const grant of readGrantsAfter(change)) {
        if (grant.member !== undefined && this.findPowers(change, grant.role)?.includes('impersonate'))
          this.impersonators.add(grant.member);
      }
    }
  }

  /** Grants that a change adds, and other grants that it takes away. */
  public find(change: ResourceChange): readonly Widening[] {
    const level = readGrantLevel(change.type);
    if (level === undefined) return [];
    return [...findTakenAway(change, level), ...readGrantsAfter(change).flatMap((grant) => this.judge(change, grant, level))];
  }

  private judge(change: ResourceChange, grant: IamGrant, level: GrantLevel): readonly Widening[] {
    const same = grant.role === undefined || grant.member === undefined ? [] : (this.had.get(formatKey(grant)) ?? []);
    if (same.some(({ condition }) => condition === '' || condition === grant.condition)) return [];
    const [widening] = [this.describe(change, grant, level)];
    if (same.length === 0) return widening ? [widening] : [];
    const what = `the condition of ${grant.role} for ${grant.member}`;
    if (grant.condition === undefined) return [warn(`${what} is known after apply`)];
    if (grant.condition !== '') return [warn(`${what} changes`)];
    return [widening ? { ...widening, words: `${what} is taken off: ${widening.words}` } : warn(`${what} is taken off`)];
  }

  private describe(change: ResourceChange, grant: IamGrant, level: GrantLevel): Widening | undefined {
    const { role, member } = grant;
    const words = `${member ?? 'an unknown member'} gets ${role ?? 'an unknown role'}`;
    if (member !== undefined) {
      if (isDeletedMember(member)) return undefined;
      if (isPublicMember(member)) return refuse(words);
      if (isWholePool(member)) return refuse(`${words}, which is for every identity of the pool`);
    }
    const powers = this.findPowers(change, role);
    if (powers === undefined) return warn(`${words}, whose permissions are not known here`);
    const had = this.findPowersHad(change, grant);
    const added = powers.filter((power) => !had.includes(power));
    if (powers.length > 0 && added.length === 0) return undefined;
    const isLimited = grant.condition !== undefined && isLimitedToResources(grant.condition);
    const severity = this.findSeverity(added, grant, isLimited && level === 'hierarchy' ? 'resource' : level);
    if (severity !== undefined) {
      const isBasic = BASIC_ROLE.test(role ?? '');
      const isLess = !isBasic && (grant.condition === undefined || (member !== undefined && isServiceAgent(member)));
      return { severity: isLess ? 'warn' : severity, words: isBasic ? words : `${words}: ${describePowers(added)}` };
    }
    if (member !== undefined && isWholeOrganization(member)) return warn(`${words}, which is for every account of it`);
    if (level !== 'hierarchy' || role === undefined) return undefined;
    if (/serviceAgent$/i.test(role)) return isAgentMember(member) ? undefined : warn(`${words}, which is for agents of Google alone`);
    return powers.length === 0 && BROAD_ROLE.test(role) ? warn(`${words}, which manages all resources of its service`) : undefined;
  }

  private findSeverity(powers: readonly Power[], { role, member }: IamGrant, level: GrantLevel): 'refuse' | 'warn' | undefined {
    if (powers.length === 0) return undefined;
    if (powers.includes('administer')) return 'refuse';
    if (level === 'account') return role === WORKLOAD_IDENTITY && (member === undefined || isWorkload(member)) ? undefined : 'warn';
    if (level === 'resource') return powers.some((power) => power !== 'secrets' && power !== 'shell') ? 'warn' : undefined;
    const isDeployer = powers.includes('deploy') && member !== undefined && this.impersonators.has(member);
    return powers.some(isStrong) || isDeployer ? 'refuse' : 'warn';
  }

  /** Powers that the member of a grant had at the same place by grants of the same resource. */
  private findPowersHad(change: ResourceChange, { place, member }: IamGrant): readonly Power[] {
    if (member === undefined) return [];
    return readGrantsBefore(change)
      .filter((grant) => grant.member === member && grant.place === place && grant.condition === '')
      .flatMap(({ role }) => this.findPowers(change, role) ?? []);
  }

  private findPowers(change: ResourceChange, role: string | undefined): readonly Power[] | undefined {
    return role?.startsWith('roles/') ? findPowersOfRole(role) : findPowersOfCustomRole(this.subject, change, role);
  }
}

const WORKLOAD_IDENTITY = 'roles/iam.workloadIdentityUser';
const BASIC_ROLE = /^roles\/(owner|editor|admin|writer)$/;

/** Names of roles that manage all resources of a service. */
const BROAD_ROLE = /(admin|owner|editor)$/i;

function isAgentMember(member: string | undefined): boolean {
  return member !== undefined && (isServiceAgent(member) || /^serviceAccount:\d+@cloudservices\.gserviceaccount\.com$/.test(member));
}

function formatKey({ place, role, member }: IamGrant): string {
  return JSON.stringify([place, role, member]);
}

/** Grants that Terraform does not list, and that a new policy or binding takes away. */
function findTakenAway({ type, actions, before, after, afterUnknown }: ResourceChange, level: GrantLevel): readonly Widening[] {
  const authority = readAuthority(type);
  if (authority === undefined) return [];
  const findings: Widening[] = [];
  if (authority === 'policy') {
    if (valueAt(afterUnknown, 'policy_data') === true) findings.push(warn('the policy is known after apply'));
    if (readPolicyData(after) === null) findings.push(refuse('the policy cannot be parsed'));
    const exempt = countExemptions(readPolicyData(after));
    if (before !== null && exempt > countExemptions(readPolicyData(before))) findings.push(warn('members are exempted from audit logs'));
  }
  if (!actions.includes('create') || before !== null) return findings;
  if (authority === 'policy') {
    const words = 'the policy takes away all other grants, those of service agents and operators included';
    findings.push(level === 'hierarchy' ? refuse(words) : warn(words));
  } else if (level === 'hierarchy' && !hasBlock(after, 'condition')) {
    findings.push(warn('the binding takes the role from all other members'));
  }
  return findings;
}

function countExemptions(policy: unknown): number {
  return listAt(policy, 'auditConfigs')
    .flatMap((config) => listAt(config, 'auditLogConfigs'))
    .flatMap((config) => listAt(config, 'exemptedMembers')).length;
}
