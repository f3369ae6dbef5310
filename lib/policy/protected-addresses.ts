import { Aspects, TerraformResource, type TerraformStack } from 'cdktf';
import { writeWaiver } from '../core/waiver';
import { clusterDeletionProtection } from './rules/cluster-deletion-protection';
import { dataPreventDestroy, PREVENTED_TYPES } from './rules/data-prevent-destroy';

/** Exemption of one resource from protection against deletion. */
export interface ProtectionExemption {
  /** Terraform address, for example `google_compute_disk.Cassandra_b_Disk_D2F8C49C`. */
  readonly address: string;

  /** Reason for the exemption. */
  readonly reason: string;

  /** Person or team that is responsible for it. */
  readonly owner: string;
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
  const { protectedAddresses } = props;
  const exemptions = [...(props.protectionExemptions ?? []), ...(props.releases ?? [])];
  Aspects.of(stack).add({
    visit: (node) => {
      if (!TerraformResource.isTerraformResource(node)) return;
      const exemption = exemptions.find(({ address }) => address === addressOf(node));
      if (!exemption) return;
      for (const rule of unmetRules(node)) writeWaiver(node, { rule, ...exemption }, node.node.path);
    },
  });
  stack.node.addValidation({
    validate: () => {
      const actual = protectedAddressesOf(stack);
      const exempted = new Map(exemptions.map(({ address, reason }) => [address, reason]));
      const present = addressesOf(stack);
      return [
        ...protectedAddresses
          .filter((address) => !actual.has(address) && !exempted.get(address))
          .map((address) =>
            present.has(address)
              ? `'protectedAddresses' names ${address}, which has lost its prevent_destroy: give it back, or add the address to 'protectionExemptions' with a reason`
              : `'protectedAddresses' names ${address}, which is no longer in this stack: deploying would destroy it; ` +
                `bring it back (a renamed construct needs moveTo), or add the address to 'protectionExemptions' with a reason`,
          ),
        ...[...actual]
          .filter((address) => !protectedAddresses.includes(address))
          .map((address) => `'protectedAddresses' must name every protected resource, add '${address}'`),
      ];
    },
  });
}

/** Addresses of the resources that carry `prevent_destroy`, as they are at this moment. */
export function protectedAddressesOf(stack: TerraformStack): Set<string> {
  return addressesOf(stack, (resource) => resource.lifecycle?.preventDestroy === true);
}

function addressesOf(stack: TerraformStack, filter: (resource: TerraformResource) => boolean = () => true): Set<string> {
  return new Set(
    stack.node
      .findAll()
      .filter((node) => TerraformResource.isTerraformResource(node))
      .filter(filter)
      .map(addressOf)
      .sort(),
  );
}

function addressOf(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

/** Rules of the policy that a resource without protection violates. */
function unmetRules(resource: TerraformResource): string[] {
  const { deletionProtectionInput, terraformResourceType: type } = resource as TerraformResource & { deletionProtectionInput?: unknown };
  return [
    ...(PREVENTED_TYPES.includes(type) && !resource.lifecycle?.preventDestroy ? [dataPreventDestroy.id] : []),
    ...(type === 'google_container_cluster' && deletionProtectionInput === false ? [clusterDeletionProtection.id] : []),
  ];
}
