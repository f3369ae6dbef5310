/** Names of what a network consists of, so that a network can be referred to by its own name alone. */
export const POD_RANGE_NAME = 'pods';
export const SERVICE_RANGE_NAME = 'services';

/** Longest name of a network: leaves room for `-control-plane` and `-googleapis-com`. */
export const NETWORK_NAME_LENGTH = 48;

export function subnetNames(networkName: string) {
  return { node: `${networkName}-nodes`, data: `${networkName}-data`, controlPlane: `${networkName}-control-plane` };
}
