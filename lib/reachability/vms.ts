import { CLUSTER_LABEL } from '../cassandra-contract/labels';
import { readConstructPath, readNote } from '../terraform/notes';
import { type Block, blocksAt, hasBlock, isUndetermined, known, valueAt } from '../terraform/values';
import { AddressSet, parseLocation } from './addresses';
import { any } from './answer';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { formatReason } from './labels';
import { DEFAULT_ACCOUNT, type VmIdentity } from './vm-identity';
import { listVmSources } from './vm-sources';

export function readVms(context: StackContext): Endpoint[] {
  const { references } = context;
  const vms = listVmSources(context).map(({ resource, values, isGroup, suffix = '' }): Endpoint => {
    const [nic] = blocksAt(values, 'network_interface');
    const isElsewhere = isOfOtherProject(references.textAt(nic, 'subnetwork_project'), references.readProject(values));
    const subnet = isElsewhere ? undefined : references.findSubnetwork(valueAt(nic, 'subnetwork'));
    const subnetwork = isElsewhere ? `\${subnetwork of ${resource.address}}` : references.subnetwork(valueAt(nic, 'subnetwork'));
    const among = isElsewhere ? AddressSet.all : references.rangeOf(valueAt(nic, 'subnetwork'), resource);
    const address = (isGroup ? '' : references.textAt(nic, 'network_ip')) || `\${${resource.address}.network_interface[0].network_ip}`;
    const identity: VmIdentity = {
      tags: references.textsAt(values, 'tags'),
      serviceAccount: hasBlock(values, 'service_account') ? references.textAt(values, 'service_account', 'email') || DEFAULT_ACCOUNT : '',
      external: any(blocksAt(nic, 'access_config').map((config) => (isUndetermined(config) ? 'unknown' : 'yes'))),
      subnetwork,
      region: references.regionOf(subnetwork, references.textAt(values, 'zone')),
    };
    const name = `${removeStackName(context, references.text(valueAt(values, 'name') ?? resource.name))}${suffix}`;
    return {
      id: name,
      label: name,
      otherAddresses: findOtherAddresses(context, resource.address, values, name),
      kind: 'machine',
      isReplicated: isGroup || undefined,
      platform: false,
      location: parseLocation(address, among),
      network: subnet
        ? references.network(valueAt(subnet.values, 'network'), subnet.values)
        : references.network(valueAt(nic, 'network') ?? readNote(resource, 'subnet')?.network, values) ||
          `\${network of ${subnetwork || resource.address}}`,
      vms: [identity],
      address: resource.address,
      path: readConstructPath(resource.metadata),
      zone: references.textAt(values, 'zone'),
    };
  });
  const rings = new Map(
    context.document
      .ofType('google_compute_instance')
      .map(({ address, values }) => [address, references.textAt(values, 'labels', CLUSTER_LABEL)]),
  );
  return groupVms(vms, rings);
}

/** True for the name of a project that is, or may be, another one. */
function isOfOtherProject(project: string, own: string): boolean {
  return project !== '' && project !== own;
}

function findOtherAddresses(context: StackContext, address: string, values: Block, name: string): string | undefined {
  const interfaces = blocksAt(values, 'network_interface');
  const unknown = interfaces.find(isUndetermined);
  if (unknown) return formatReason(address, ['network_interface'], unknown);
  const hasIpv6 = known(interfaces).some(
    (nic) =>
      hasBlock(nic, 'ipv6_access_config') ||
      /IPV6|\$\{/.test(context.references.textAt(nic, 'stack_type')) ||
      context.references.textAt(nic, 'ipv6_address') !== '',
  );
  const hasAliases = known(interfaces).some((nic) => hasBlock(nic, 'alias_ip_range'));
  const found = [
    ...(hasIpv6 ? ['IPv6 addresses'] : []),
    ...(hasAliases ? ['alias ranges'] : []),
    ...(interfaces.length > 1 ? ['further network interfaces'] : []),
  ];
  return found.length > 0 ? `${name} has ${found.join(' and ')}, which are not evaluated` : undefined;
}

function removeStackName(context: StackContext, name: string): string {
  const { stackName } = context.document;
  return stackName !== undefined && name.startsWith(`${stackName}-`) ? name.slice(stackName.length + 1) : name;
}

/**
 * Groups VMs with equal identities, and those of a Cassandra ring, whose nodes have an account each. A group is named after the common
 * prefix of the names.
 *
 * @param rings names of the rings, by the Terraform addresses of the VMs; empty for other VMs
 */
function groupVms(vms: readonly Endpoint[], rings: ReadonlyMap<string, string>): Endpoint[] {
  const groups = new Map<string, Endpoint[]>();
  for (const vm of vms) {
    const { tags, serviceAccount } = vm.vms![0]!;
    const ring = rings.get(vm.address!) ?? '';
    const identity = serviceAccount === '' && tags.length === 0 ? vm.id : serviceAccount;
    const key = JSON.stringify([ring === '' ? identity : ['ring', ring], tags, vm.network]);
    const group = groups.get(key);
    if (group) group.push(vm);
    else groups.set(key, [vm]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group.map(({ label }) => label);
    let common = first!;
    for (const other of others) while (!other.startsWith(common)) common = common.slice(0, -1);
    const name = common.replace(/-+$/, '');
    return others.length === 0 || name === '' ? group : group.map((vm) => ({ ...vm, group: name }));
  });
}
