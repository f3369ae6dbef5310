import { ReportedError } from '../core/reported-error';
import { type Resource, TerraformDocument } from '../terraform/document';
import { constructPathOf, noteOf } from '../terraform/notes';
import { isBlock } from '../terraform/values';
import type { PolicyRule } from './rule';
import { POLICY_RULES } from './rules';

/** A rule that is broken somewhere. */
export interface PolicyFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly address: string;

  /** Path of the construct, when the stack says it. */
  readonly constructPath?: string;
  readonly problem: string;
  readonly why: string;
  readonly remediation: string;

  /** Set when somebody decided that it may be so. */
  readonly waivedBy?: { readonly reason: string; readonly owner: string; readonly at: string };
}

/** What the policy finds in a stack. */
export interface PolicyReport {
  /** Errors first, then warnings, then what is waived; each by rule and address. */
  readonly findings: readonly PolicyFinding[];

  /** What is wrong with waivers: they match nothing, name no rule, or lack a reason or an owner. */
  readonly badWaivers: readonly string[];

  /** Whether there is an error that nobody waived, or a bad waiver. */
  readonly isRefused: boolean;
}

/** Something that is no synthesized stack. */
export class PolicyInputError extends ReportedError {
  public override readonly name = 'PolicyInputError';
}

/**
 * Holds a synthesized stack against the rules.
 *
 * @param json a `cdk.tf.json`; a plan does not show lifecycles
 * @throws PolicyInputError when it is something else
 */
export function checkPolicy(json: unknown, rules: readonly PolicyRule[] = POLICY_RULES): PolicyReport {
  if (!isBlock(json) || 'planned_values' in json || !['resource', 'module', 'terraform', 'provider'].some((name) => name in json)) {
    throw new PolicyInputError(
      'this is no synthesized stack: expected a cdk.tf.json, with resources, modules, providers or settings of Terraform',
    );
  }
  const document = TerraformDocument.read(json);
  const waivers = document.resources.flatMap(waiversOf);
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
        ...(waiver?.isWhole ? { waivedBy: { reason: waiver.reason, owner: waiver.owner, at: waiver.at } } : {}),
      };
    }),
  );
  const badWaivers = [...new Set(waivers.flatMap((waiver) => wrongWith(waiver, rules, used)))];
  return {
    findings: findings.sort((a, b) => rank(a) - rank(b) || compare(a.rule, b.rule) || compare(a.address, b.address)),
    badWaivers,
    isRefused: badWaivers.length > 0 || findings.some((finding) => rank(finding) === 0),
  };
}

interface WrittenWaiver {
  readonly address: string;
  readonly rule: string;
  readonly reason: string;
  readonly owner: string;
  readonly at: string;
  readonly isWhole: boolean;
}

function waiversOf(resource: Resource): WrittenWaiver[] {
  const { address } = resource;
  return Object.entries(noteOf(resource, 'waivers') ?? {}).map(([rule, waiver]) => {
    const text = (name: string): string => (isBlock(waiver) && typeof waiver[name] === 'string' ? (waiver[name] as string).trim() : '');
    const [reason, owner, at] = [text('reason'), text('owner'), text('at') || address];
    return { address, rule, reason, owner, at, isWhole: reason !== '' && owner !== '' };
  });
}

function wrongWith(waiver: WrittenWaiver, rules: readonly PolicyRule[], used: ReadonlySet<string>): string[] {
  const { rule, at, isWhole } = waiver;
  if (!isWhole) return [`the waiver of ${rule} must have a reason and an owner (at ${at})`];
  if (!rules.some(({ id }) => id === rule)) return [`there is no rule '${rule}' to waive (at ${at})`];
  return used.has(keyOf(waiver)) ? [] : [`the waiver of ${rule} matches nothing, take it back (at ${at})`];
}

/** One waiver is written on every resource below a construct. */
function keyOf({ rule, at }: WrittenWaiver): string {
  return `${rule} ${at}`;
}

function pathOf(resource: Resource | undefined): string | undefined {
  return constructPathOf(resource?.metadata)?.replace(/\/Resource$/, '');
}

function rank({ severity, waivedBy }: PolicyFinding): number {
  return waivedBy ? 2 : severity === 'error' ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
