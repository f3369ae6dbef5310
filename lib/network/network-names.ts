/** Names of the secondary ranges of a network, by which it can be imported with its own name alone. */
export const POD_RANGE_NAME = 'pods';
export const SERVICE_RANGE_NAME = 'services';

/** Maximum length of a network name, with room for the suffixes `-control-plane` and `-googleapis-com`. */
export const NETWORK_NAME_LENGTH = 48;

/** Derives the names of subnets from the name of the network. */
export function deriveSubnetNames(networkName: string) {
  return { node: `${networkName}-nodes`, data: `${networkName}-data`, controlPlane: `${networkName}-control-plane` };
}
