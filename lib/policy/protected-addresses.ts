import { Aspects, TerraformResource, type TerraformStack } from 'cdktf';
import { readPredecessors } from '../core/predecessors';
import { requireProps } from '../core/require-props';
import { findExemptionProblem, isExpired, type RuleExemption } from '../core/rule-exemption';
import { writeWaiver } from '../core/waiver';
import { clusterDeletionProtection } from './rules/cluster-deletion-protection';
import { dataPreventDestroy, PREVENTED_TYPES } from './rules/data-prevent-destroy';

/** Exemption of one resource from protection against deletion. */
export interface ProtectionExemption extends Pick<RuleExemption, 'address' | 'reason' | 'owner'> {
  /**
   * Last day on which it is valid, in UTC, as `YYYY-MM-DD`.
   *
   * @default - does not expire
   */
  readonly expires?: string;
}

/** @deprecated Use `ProtectionExemption`. */
export type Release = ProtectionExemption;

/** Properties for `requireProtectedAddresses`. */
export interface ProtectedAddressesProps {
  /** Terraform addresses of every resource of the stack that carries `prevent_destroy`. */
  readonly protectedAddresses: readonly string[];

  /**
   * Resources that may lose their protection or leave the stack.
   *
   * @default - none
   */
  readonly protectionExemptions?: readonly ProtectionExemption[];

  /**
   * @deprecated Use `protectionExemptions`; those of both are accepted.
   * @default - none
   */
  readonly releases?: readonly ProtectionExemption[];
}

/**
 * Fails synth when a protected resource disappears from the configuration without an exemption.
 *
 * `prevent_destroy` is only as good as the block that carries it: when the block is removed, or its construct renamed,
 * Terraform plans the destruction without an error. So each environment lists the addresses.
 *
 * An exemption is also a waiver: it waives, for its resource, the rules that require the protection.
 *
 * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
 */
export function requireProtectedAddresses(stack: TerraformStack, props: ProtectedAddressesProps): void {
  // Environments are objects with more members.
  const { protectedAddresses: all, protectionExemptions: given, releases } = props ?? {};
  requireProps(stack, 'ProtectedAddressesProps', { protectedAddresses: all, protectionExemptions: given, releases });
  const { protectedAddresses } = props;
  const exemptions = [...(props.protectionExemptions ?? []), ...(props.releases ?? [])];
  Aspects.of(stack).add({
    visit: (node) => {
      if (!TerraformResource.isTerraformResource(node)) return;
      const exemption = exemptions.find(({ address }) => address === getAddress(node));
      if (!exemption) return;
      for (const rule of listUnmetRules(node)) writeWaiver(node, { ...exemption, rule }, node.node.path);
    },
  });
  stack.node.addValidation({
    validate: () => {
      const actual = findProtectedAddresses(stack);
      const problems = exemptions.flatMap((exemption) => findProblem(exemption) ?? []);
      const exempted = new Set(exemptions.filter((exemption) => findProblem(exemption) === undefined).map(({ address }) => address));
      const present = listAddresses(stack);
      // A disk that takes the place of a listed one, which stays.
      const successors = listAddresses(stack, (resource) =>
        readPredecessors(resource).some((former) => protectedAddresses.includes(getAddress(former))),
      );
      return [
        ...problems,
        ...protectedAddresses
          .filter((address) => !actual.has(address) && !exempted.has(address))
          .map((address) =>
            present.has(address)
              ? `'protectedAddresses' names ${address}, which has lost its prevent_destroy: restore it, or add the address to 'protectionExemptions' with a reason`
              : `'protectedAddresses' names ${address}, which is no longer in this stack: deploying would destroy it; ` +
                `restore it (a renamed construct needs moveTo), or add the address to 'protectionExemptions' with a reason`,
          ),
        ...[...actual]
          .filter((address) => !protectedAddresses.includes(address) && !successors.has(address))
          .map((address) => `'protectedAddresses' must name every protected resource, add '${address}'`),
      ];
    },
  });
}

function findProblem(exemption: ProtectionExemption): string | undefined {
  const kind = 'the protection exemption';
  const problem = findExemptionProblem(exemption, kind, ['address', 'reason', 'owner']);
  if (problem !== undefined || !isExpired(exemption, new Date())) return problem;
  return `${kind} of ${exemption.address} expired on ${exemption.expires}`;
}

/** Finds the Terraform addresses of the resources with `prevent_destroy`. Constructs that are added later are not included. */
export function findProtectedAddresses(stack: TerraformStack): Set<string> {
  return listAddresses(stack, (resource) => resource.lifecycle?.preventDestroy === true);
}

/** @deprecated Use `findProtectedAddresses`. */
export const protectedAddressesOf = findProtectedAddresses;

function listAddresses(stack: TerraformStack, filter: (resource: TerraformResource) => boolean = () => true): Set<string> {
  return new Set(
    stack.node
      .findAll()
      .filter((node) => TerraformResource.isTerraformResource(node))
      .filter(filter)
      .map(getAddress)
      .sort(),
  );
}

function getAddress(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

/** Lists the rules of the policy that a resource without protection violates. */
function listUnmetRules(resource: TerraformResource): string[] {
  const { deletionProtectionInput, terraformResourceType: type } = resource as TerraformResource & { deletionProtectionInput?: unknown };
  return [
    ...(PREVENTED_TYPES.includes(type) && !resource.lifecycle?.preventDestroy ? [dataPreventDestroy.id] : []),
    ...(type === 'google_container_cluster' && deletionProtectionInput === false ? [clusterDeletionProtection.id] : []),
  ];
}
