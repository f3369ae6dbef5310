import { ReportedError } from '../core/reported-error';
import { findExemptionProblem, isExpired } from '../core/rule-exemption';
import type { Waiver } from '../core/waiver';
import { type Resource, TerraformDocument } from '../terraform/document';
import { readConstructPath, readNote } from '../terraform/notes';
import { isBlock } from '../terraform/values';
import type { PolicyRule } from './rule';
import { POLICY_RULES } from './rules';

/** Violation of a rule in a stack. */
export interface PolicyFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly address: string;

  /** Path of the construct, where the stack records it. */
  readonly constructPath?: string;
  readonly problem: string;
  readonly why: string;
  readonly remediation: string;

  /** Waiver that accepts it, with the path of its construct. */
  readonly waivedBy?: Omit<Waiver, 'rule'> & { readonly at: string };
}

/** Findings of the policy in a stack. */
export interface PolicyReport {
  /** Errors first, then warnings, then waived findings; each by rule and address. */
  readonly findings: readonly PolicyFinding[];

  /** Problems of waivers: no match, an unknown rule, a field that is not valid, or an expiry that has passed. */
  readonly badWaivers: readonly string[];

  /** True when an error is not waived, or a waiver has a problem. */
  readonly isRefused: boolean;
}

/**
 * Checks a synthesized stack against the rules.
 *
 * @param json a `cdk.tf.json`; a plan does not contain lifecycles
 * @param now time at which the expiry of waivers is checked
 * @throws ReportedError for other JSON
 */
export function checkPolicy(json: unknown, rules: readonly PolicyRule[] = POLICY_RULES, now = new Date()): PolicyReport {
  if (!isBlock(json) || 'planned_values' in json || !['resource', 'module', 'terraform', 'provider'].some((name) => name in json)) {
    throw new ReportedError('not a synthesized stack: expected a cdk.tf.json with resources, modules, providers or Terraform settings');
  }
  const document = TerraformDocument.read(json);
  const waivers = document.resources.flatMap((resource) => readWaivers(resource, now));
  const used = new Set<string>();
  const findings = rules.flatMap((rule) =>
    rule.check(document).map(({ address, problem }): PolicyFinding => {
      const waiver = waivers.find((each) => each.address === address && each.rule === rule.id);
      if (waiver) used.add(keyOf(waiver));
      const path = pathOf(document.find(address));
      return {
        rule: rule.id,
        severity: rule.severity,
        address,
        ...(path === undefined ? {} : { constructPath: path }),
        problem,
        why: rule.why,
        remediation: rule.remediation,
        ...(waiver?.accepted ? { waivedBy: waiver.accepted } : {}),
      };
    }),
  );
  const badWaivers = [...new Set(waivers.flatMap((waiver) => findProblems(waiver, rules, used)))];
  return {
    findings: findings.sort((a, b) => rank(a) - rank(b) || compare(a.rule, b.rule) || compare(a.address, b.address)),
    badWaivers,
    isRefused: badWaivers.length > 0 || findings.some((finding) => rank(finding) === 0),
  };
}

/** Waiver in the notes of a resource. */
interface WrittenWaiver {
  readonly address: string;
  readonly rule: string;

  /** Path of the construct that was waived. */
  readonly at: string;

  /** Set when its fields are valid and it has not expired. */
  readonly accepted?: PolicyFinding['waivedBy'];
  readonly problem?: string;
}

function readWaivers(resource: Resource, now: Date): WrittenWaiver[] {
  const { address } = resource;
  return Object.entries(readNote(resource, 'waivers') ?? {}).map(([rule, note]): WrittenWaiver => {
    const waiver = isBlock(note) ? note : {};
    const at = typeof waiver.at === 'string' && waiver.at !== '' ? waiver.at : address;
    const problem = findExemptionProblem({ ...waiver, rule }, 'the waiver', ['rule', 'reason', 'owner']);
    if (problem !== undefined) return { address, rule, at, problem };
    const { reason, owner, expires } = waiver as unknown as Waiver;
    if (isExpired({ expires }, now)) return { address, rule, at, problem: `the waiver of ${rule} expired on ${expires}` };
    return { address, rule, at, accepted: { reason, owner, ...(expires === undefined ? {} : { expires }), at } };
  });
}

function findProblems(waiver: WrittenWaiver, rules: readonly PolicyRule[], used: ReadonlySet<string>): string[] {
  const { rule, at, problem } = waiver;
  if (problem !== undefined) return [`${problem} (at ${at})`];
  if (!rules.some(({ id }) => id === rule)) return [`there is no rule '${rule}' to waive (at ${at})`];
  return used.has(keyOf(waiver)) ? [] : [`the waiver of ${rule} matches nothing, remove it (at ${at})`];
}

/** Key of a waiver, which is written on every resource below its construct. */
function keyOf({ rule, at }: WrittenWaiver): string {
  return `${rule} ${at}`;
}

function pathOf(resource: Resource | undefined): string | undefined {
  return readConstructPath(resource?.metadata)?.replace(/\/Resource$/, '');
}

function rank({ severity, waivedBy }: PolicyFinding): number {
  return waivedBy ? 2 : severity === 'error' ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
