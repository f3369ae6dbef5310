import { Aspects, TerraformResource, type TerraformStack } from 'cdktf';
import { writeWaiver } from '../core/waiver';
import { clusterDeletionProtection } from './rules/cluster-deletion-protection';
import { dataPreventDestroy, PREVENTED_TYPES } from './rules/data-prevent-destroy';

/** The decision, in writing, to let go of something that was protected. */
export interface Release {
  /** Terraform address, for example `google_compute_disk.Cassandra_b_Disk_D2F8C49C`. */
  readonly address: string;

  /** Why it may go, for whoever reads the history. */
  readonly reason: string;

  /** Who answers for it: a person or a team. */
  readonly owner: string;
}

/** Properties for `requireProtectedAddresses`. */
export interface ProtectedAddressesProps {
  /** Terraform addresses of every resource of the stack that carries `prevent_destroy`. */
  readonly protectedAddresses: readonly string[];

  /**
   * Addresses that may leave the list.
   *
   * @default - none
   */
  readonly releases?: readonly Release[];
}

/**
 * Fails synth when a protected resource disappears from the configuration without a release.
 *
 * `prevent_destroy` is only as good as the block that carries it: when the block is removed, or its construct renamed,
 * Terraform plans the destruction and says nothing. So the addresses are written down beside the environment.
 *
 * A release is also the waiver, of the resource it names, of the rules that ask for the protection it gives up.
 *
 * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
 */
export function requireProtectedAddresses(stack: TerraformStack, props: ProtectedAddressesProps): void {
  const { protectedAddresses, releases = [] } = props;
  Aspects.of(stack).add({
    visit: (node) => {
      if (!TerraformResource.isTerraformResource(node)) return;
      const release = releases.find(({ address }) => address === addressOf(node));
      if (!release) return;
      for (const rule of rulesGivenUp(node)) writeWaiver(node, { rule, ...release }, node.node.path);
    },
  });
  stack.node.addValidation({
    validate: () => {
      const actual = protectedAddressesOf(stack);
      const released = new Map(releases.map(({ address, reason }) => [address, reason]));
      const present = addressesOf(stack);
      return [
        ...protectedAddresses
          .filter((address) => !actual.has(address) && !released.get(address))
          .map((address) =>
            present.has(address)
              ? `'protectedAddresses' names ${address}, which has lost its prevent_destroy: give it back, or add the address to 'releases' with a reason`
              : `'protectedAddresses' names ${address}, which is no longer in this stack: deploying would destroy it; ` +
                `bring it back (a renamed construct needs moveTo), or add the address to 'releases' with a reason`,
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

/** Rules of the policy that a released resource breaks, now that its protection is off. */
function rulesGivenUp(resource: TerraformResource): string[] {
  const { deletionProtectionInput, terraformResourceType: type } = resource as TerraformResource & { deletionProtectionInput?: unknown };
  return [
    ...(PREVENTED_TYPES.includes(type) && !resource.lifecycle?.preventDestroy ? [dataPreventDestroy.id] : []),
    ...(type === 'google_container_cluster' && deletionProtectionInput === false ? [clusterDeletionProtection.id] : []),
  ];
}
