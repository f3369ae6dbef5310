import { Aspects, TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import { ValidationError } from './validation-error';

/** The decision, in writing, that a rule of the policy need not hold somewhere. */
export interface Waiver {
  /** Id of the rule, for example `subnet-flow-logs`. */
  readonly rule: string;

  /** Why it need not hold, for whoever reviews it. */
  readonly reason: string;

  /** Who answers for it: a person or a team. */
  readonly owner: string;
}

/**
 * Waives a rule on a construct and everything below it. It appears in every preview, and one that matches nothing fails the check.
 *
 * It is written beside the metadata of the resources, in the block `//` that Terraform passes over.
 *
 * @throws ValidationError without a reason or an owner
 */
export function waive(construct: IConstruct, { rule, reason, owner }: Waiver): void {
  for (const [name, value] of Object.entries({ rule, reason, owner })) {
    if (value.trim() === '') throw new ValidationError(construct, `'${name}' of a waiver must be said, got '${value}'`);
  }
  const { path } = construct.node;
  Aspects.of(construct).add({
    visit: (node) => {
      if (TerraformResource.isTerraformResource(node)) writeWaiver(node, { rule, reason, owner }, path);
    },
  });
}

/** Writes a waiver beside the metadata of one resource. */
export function writeWaiver(resource: TerraformResource, { rule, reason, owner }: Waiver, at: string): void {
  resource.addOverride(`//.waivers.${rule}`, { reason, owner, at });
}
