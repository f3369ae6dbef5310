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
 * Waives a rule on a construct and everything below it. It appears in every preview, and one that matches nothing fails the check.
 *
 * It is written beside the metadata of the resources, in the block `//` that Terraform ignores.
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

/** Writes a waiver beside the metadata of one resource. */
export function writeWaiver(resource: TerraformResource, { rule, reason, owner, expires }: Waiver, at: string): void {
  resource.addOverride(`//.waivers.${rule}`, { reason, owner, ...(expires === undefined ? {} : { expires }), at });
}
