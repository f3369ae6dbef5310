import { Aspects, TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import { findExemptionProblem, type RuleExemption } from './rule-exemption';
import { ValidationError } from './validation-error';

/** Accepted violation of a rule of the policy, on a construct. */
export interface Waiver extends Pick<RuleExemption, 'rule' | 'reason' | 'owner'> {
  /**
   * Last day on which it is valid, in UTC, as `YYYY-MM-DD`.
   *
   * @default - does not expire
   */
  readonly expires?: string;
}

/**
 * Waives a policy rule for a construct and its children. Each preview lists the waiver; a waiver that matches nothing fails synth.
 *
 * It is a note in the `//` block of the resources, which Terraform ignores.
 *
 * @throws ValidationError when a field is missing or not valid
 */
export function waive(construct: IConstruct, waiver: Waiver): void {
  const problem = findExemptionProblem(waiver, 'the waiver', ['rule', 'reason', 'owner']);
  if (problem !== undefined) throw new ValidationError(construct, problem);
  const { path } = construct.node;
  Aspects.of(construct).add({
    visit: (node) => {
      if (TerraformResource.isTerraformResource(node)) writeWaiver(node, waiver, path);
    },
  });
}

/** Writes a waiver to the `//` block of one resource. */
export function writeWaiver(resource: TerraformResource, { rule, reason, owner, expires }: Waiver, at: string): void {
  resource.addOverride(`//.waivers.${rule}`, { reason, owner, ...(expires === undefined ? {} : { expires }), at });
}
