import { isKnown } from '../terraform/references';
import { PRIVATE, testRanges } from './addresses';
import { Allowance } from './allowance';
import { all, any } from './answer';
import type { Endpoint } from './endpoint';
import { isOutside } from './endpoint-kinds';
import { createEnds, formatFirewallKey } from './firewall-ends';
import { InternetEgress } from './internet-egress';
import type { Inventory } from './inventory';
import type { Direction } from './network-policy';
import type { PolicySide } from './policy-side';
import { PortSet } from './port-set';
import { explainFirewall, explainPolicies } from './reasons';
import type { Checkpoint } from './trace';

/** Creates the checkpoints between two endpoints: policies, networks, the VPC firewall, and ways to external addresses. */
export class CheckpointFactory {
  private readonly firewallAnswers = new Map<string, Allowance>();
  private readonly egress: InternetEgress;

  constructor(
    private readonly inventory: Inventory,
    private readonly side: (endpoint: Endpoint, direction: Direction) => PolicySide,
  ) {
    this.egress = new InternetEgress(inventory, inventory.ownNetworks);
  }

  public createVpcCheckpoints(client: Endpoint, server: Endpoint): Checkpoint[] {
    return [
      ...this.createNetworkCheckpoints(client, server),
      this.createFirewallCheckpoint('egress', client, server),
      this.createFirewallCheckpoint('ingress', server, client),
    ];
  }

  private createNetworkCheckpoints(client: Endpoint, server: Endpoint): Checkpoint[] {
    const [{ network: from }, { network: to }] = [client, server];
    const answer = this.inventory.connections.areConnected(from, to);
    if (answer === 'yes') return [];
    const elsewhere = [client, server].find(({ network }) => network === undefined);
    const areKnown = isKnown(`${from}${to}`);
    return [
      {
        allowance: Allowance.everything.given(answer),
        reason: () => {
          if (answer === 'no') return `they are in different networks, ${from} and ${to}`;
          if (elsewhere) return `the network of ${elsewhere.label} is not in this stack`;
          return areKnown
            ? `networks are connected in this stack: traffic between ${from} and ${to} is not evaluated`
            : `it is not known whether ${from} and ${to} are one network`;
        },
      },
    ];
  }

  public createPolicyCheckpoint(endpoint: Endpoint, direction: Direction, other: Endpoint): Checkpoint {
    const side = this.side(endpoint, direction);
    const isUnrestricted =
      endpoint.pods?.onNodeNetwork === 'no' &&
      (side.isolated === 'no' || side.enforces === 'no') &&
      side.ordered.length === 0 &&
      side.hidden === undefined;
    return { allowance: side.evaluate(other), reason: (port) => explainPolicies(side, other, port), isUnrestricted };
  }

  public createFirewallCheckpoint(direction: Direction, near: Endpoint, far: Endpoint): Checkpoint {
    const { firewall } = this.inventory;
    const key = `${direction} ${formatFirewallKey(near)} ${formatFirewallKey(far)}`;
    const ends = createEnds(direction, near, far);
    let allowance = this.firewallAnswers.get(key);
    if (!allowance) {
      allowance =
        near.network === undefined
          ? Allowance.everything
          : ends
              .map(({ nearEnd, farEnd }) => firewall.evaluate(direction, nearEnd, farEnd))
              .reduce((one, other) => new Allowance(one.certain.intersect(other.certain), one.possible.union(other.possible)));
      this.firewallAnswers.set(key, allowance);
    }
    return {
      allowance,
      reason: (port) => {
        const [{ nearEnd, farEnd }] = ends;
        const differ =
          ends.length > 1 && new Set(ends.map((end) => firewall.evaluate(direction, end.nearEnd, end.farEnd).at(port))).size > 1;
        const masquerade = differ ? [near, far].find(({ kind }) => kind === 'pods')?.cluster?.masquerade.reason : undefined;
        return masquerade ?? explainFirewall(firewall, direction, nearEnd, farEnd, near, far, port);
      },
    };
  }

  public createControlPlaneCheckpoint(client: Endpoint, server: Endpoint): Checkpoint {
    const { answersOutside, authorized, acceptsGoogleCloud, hasAddress, isPublic } = server.cluster!.controlPlane;
    // Only a part of the internet has addresses of Google Cloud.
    const ofGoogleCloud = isOutside(client) && acceptsGoogleCloud !== 'no' ? all([isPublic, 'unknown']) : 'no';
    const isAuthorized = any([testRanges(authorized, client.location), ofGoogleCloud]);
    const byAddress = all([hasAddress, client.kind === 'internet' ? isPublic : 'yes', isAuthorized]);
    const answer = any([answersOutside, byAddress]);
    return {
      allowance: Allowance.of(PortSet.tcp(443)).given(answer),
      reason: (port) => {
        if (port.protocol !== 'tcp' || port.number !== 443) return 'the Kubernetes API answers at 443 only';
        if (answersOutside === 'yes') return 'its DNS endpoint accepts external traffic, authorized by IAM (container.clusters.connect)';
        if (byAddress === 'yes') return `its IP endpoint accepts ${client.location.text} as an authorized network`;
        if (answer === 'unknown')
          return `it may accept ${client.location.text}: ${server.cluster!.controlPlane.undetermined ?? (ofGoogleCloud === 'no' ? 'its authorized networks are not known' : 'gcp_public_cidrs_access_enabled is not false, so addresses of Google Cloud are authorized')}`;
        return hasAddress === 'yes'
          ? `${client.location.text} is not an authorized network`
          : 'it has no IP endpoint, and its DNS endpoint does not accept external traffic';
      },
    };
  }

  /** Checkpoints from the VPC to external addresses. */
  public createInternetCheckpoints(client: Endpoint, server: Endpoint): Checkpoint[] {
    if (server.kind === 'range' && PRIVATE.contains(server.location.addresses)) {
      return [{ allowance: Allowance.everything, reason: () => `the ingress rules of ${server.label} are not in this stack` }];
    }
    if (server.kind === 'google-apis') {
      const { answer, reason } = this.egress.evaluateGoogleApis(client, server.location);
      return answer === 'yes' ? [] : [{ allowance: Allowance.everything.given(answer), reason: () => reason }];
    }
    const { answer, reason } = this.egress.evaluate(client, server.location);
    return [{ allowance: Allowance.everything.given(answer), reason: () => reason }];
  }

  public createExternalAddressCheckpoint(server: Endpoint, client: Endpoint): Checkpoint {
    const { label, vms = [] } = server;
    const answer = any(vms.map(({ external }) => external));
    const routed = this.egress.answersTo(server, client.location);
    if (answer === 'yes' && routed !== 'yes') {
      const reason = `${label} has an external IP address, but it is not known whether its network has a route for the answers`;
      return { allowance: Allowance.everything.given('unknown'), reason: () => reason };
    }
    const has = { yes: 'has an external IP address', no: 'has no external IP address', unknown: 'may have an external IP address' }[answer];
    return { allowance: Allowance.everything.given(answer), reason: () => `${label} ${has}` };
  }
}

/** Makes each `no` of a checkpoint `unknown`, for a part of the traffic that it does not decide. */
export function relax(checkpoint: Checkpoint, but: string): Checkpoint {
  return {
    ...checkpoint,
    allowance: new Allowance(checkpoint.allowance.certain, PortSet.all),
    reason: (port) => (checkpoint.allowance.at(port) === 'yes' ? checkpoint.reason(port) : `${checkpoint.reason(port)}; but ${but}`),
  };
}

export function createHttpsCheckpoint(what: string): Checkpoint {
  return {
    allowance: Allowance.of(PortSet.tcp(443)),
    reason: ({ protocol, number }) => (protocol === 'tcp' && number === 443 ? `${what} answers at 443` : `${what} answers at 443 only`),
  };
}
