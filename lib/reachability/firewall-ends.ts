import type { Endpoint } from './endpoint';
import { type FarEnd, KEEPS_POD_ADDRESS, type NearEnd } from './firewall';
import type { Direction } from './network-policy';

interface Ends {
  readonly nearEnd: NearEnd;
  readonly farEnd: FarEnd;
}

/** Key of an endpoint for the VPC firewall, which is equal for all pods of a cluster. */
export function formatFirewallKey({ kind, id, cluster, pods }: Endpoint): string {
  return kind === 'pods' && pods?.onNodeNetwork === 'no' ? `pods of ${cluster?.key}` : id;
}

/** Ends of traffic, as firewall rules match them: two alternatives when it is not known which address pods call with. */
export function createEnds(direction: Direction, near: Endpoint, far: Endpoint): readonly [Ends, ...Ends[]] {
  const locations = direction === 'egress' ? createFarEnds(near, far).map(({ location }) => location) : [near.location];
  const [first, ...others] = locations.flatMap((location) =>
    (direction === 'egress' ? [createFarEnds(far, near)[0]] : createFarEnds(far, near)).map((farEnd) => ({
      nearEnd: { network: near.network, location, vms: near.vms ?? [], cluster: near.cluster?.key },
      farEnd,
    })),
  );
  return [first!, ...others];
}

/** Pods as the far end: with their own address, where tags of their node do not match, or with that of the node. */
function createFarEnds(far: Endpoint, near: Endpoint): readonly [FarEnd, ...FarEnd[]] {
  if (far.kind !== 'pods') return [{ location: far.location, vms: far.vms }];
  const isInside = near.location.reference !== undefined || KEEPS_POD_ADDRESS.contains(near.location.addresses);
  const { inside, outside } = far.cluster!.masquerade;
  const ofPods: FarEnd = { location: far.location };
  const ofNodes: FarEnd = { location: far.cluster!.nodes, vms: far.vms };
  return { yes: [ofNodes], no: [ofPods], unknown: [ofPods, ofNodes] }[isInside ? inside : outside] as [FarEnd, ...FarEnd[]];
}
