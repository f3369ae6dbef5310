import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { listAt, valueAt } from '../terraform/values';
import { type Location, testRanges } from './addresses';
import { type Answer, all, any, not, toAnswer } from './answer';
import { CloudNat } from './cloud-nat';
import type { StackContext } from './context';
import { hasCopies } from './copies';
import type { Endpoint } from './endpoint';
import type { VmIdentity } from './vm-identity';

/** Resources that are, or may be, a proxy to the internet. */
const PROXIES = ['google_network_services_gateway'];

const NO_VMS: readonly VmIdentity[] = [];

/** Verdict on the way of an endpoint to external addresses, with its reason. */
export interface Egress {
  readonly answer: Answer;
  readonly reason: string;
}

/** Ways out of the networks of a stack: routes, external addresses of VMs, and Cloud NAT. */
export class InternetEgress {
  private readonly nat: CloudNat;

  /** Verdicts by the VMs of a client, which pods of a cluster share. */
  private readonly verdicts = new WeakMap<readonly VmIdentity[], Map<string, Egress>>();

  constructor(
    private readonly context: StackContext,

    /** Networks of the stack by id, whose settings are known. */
    private readonly ownNetworks: ReadonlySet<string>,
  ) {
    this.nat = new CloudNat(context.document, context.references);
  }

  /** Tests that an endpoint reaches external addresses. */
  public evaluate(client: Endpoint, destination: Location): Egress {
    const { vms = NO_VMS, network } = client;
    const known = this.verdicts.get(vms) ?? new Map<string, Egress>();
    this.verdicts.set(vms, known);
    const key = `${client.kind} ${network} ${destination.text}`;
    const verdict = known.get(key) ?? this.evaluateFor(client, destination);
    known.set(key, verdict);
    return verdict;
  }

  private evaluateFor(client: Endpoint, destination: Location): Egress {
    const { network } = client;
    const diverted = this.findDivertingRoute(client, destination);
    if (diverted) return { answer: 'unknown', reason: `${diverted.address} may send the traffic elsewhere: its next hop is not evaluated` };
    const translated = this.testTranslation(client);
    const routed = this.testRoute(client, destination);
    const answer = all([routed, translated]);
    if (answer === 'no') {
      const other = this.findOtherWay(network);
      if (other !== undefined) return { answer: 'unknown', reason: other };
    }
    if (routed !== 'yes' && answer !== 'yes' && (routed === 'no' || translated === 'yes')) {
      return {
        answer,
        reason:
          routed === 'no'
            ? 'its network has no route to the internet: default routes are deleted'
            : `it is not known whether its network has a route to ${destination.text}`,
      };
    }
    return { answer, reason: this.describeTranslation(client, translated) };
  }

  /** Tests that the network of a server has a route for answers to external clients. */
  public answersTo(server: Endpoint, client: Location): Answer {
    return this.findDivertingRoute(server, client) ? 'unknown' : this.testRoute(server, client);
  }

  /** Tests that an endpoint reaches Google APIs: by Private Google Access of its subnet, or in a way that leads to the internet. */
  public evaluateGoogleApis(client: Endpoint, destination: Location): Egress {
    const { vms = NO_VMS, network, cluster } = client;
    const routed = this.answersTo(client, destination);
    if (routed !== 'yes') return { answer: 'unknown', reason: 'it is not known whether the network has a route to Google APIs' };
    const answers = new Set(
      vms.map((vm) =>
        any([this.hasPrivateGoogleAccess(vm, cluster !== undefined), vm.external, this.nat.translates(vm, network, 'primary')]),
      ),
    );
    const [only = 'unknown'] = answers;
    const answer = answers.size > 1 ? 'unknown' : only;
    const other = answer === 'no' ? this.findOtherWay(network) : undefined;
    if (other !== undefined) return { answer: 'unknown', reason: other };
    const has = { yes: 'has', no: 'has no', unknown: 'may have no' }[answer];
    return { answer, reason: `its subnet ${has} Private Google Access` };
  }

  /** Tests a subnet for Private Google Access. GKE may enable it for the subnet of a cluster. */
  private hasPrivateGoogleAccess({ subnetwork }: VmIdentity, isOfCluster: boolean): Answer {
    const { references } = this.context;
    const subnet = references.findSubnetwork(subnetwork);
    const access = toAnswer(references.booleanAt(subnet?.values, 'private_ip_google_access'));
    return access === 'no' && (isOfCluster || !subnet) ? 'unknown' : access;
  }

  private testTranslation(client: Endpoint): Answer {
    const vms = client.vms ?? [];
    const isOwnNetwork = this.ownNetworks.has(client.network ?? '');
    // Pods leave with the address of their node, or with their own, which is never external.
    const masquerades = client.kind === 'pods' ? client.cluster!.masquerade.outside : 'yes';
    const answers = new Set(
      vms.flatMap((vm): Answer[] => {
        const byNode = any([vm.external, this.nat.translates(vm, client.network, 'primary')]);
        const byPod = this.nat.translates(vm, client.network, 'secondary');
        const ways = { yes: [byNode], no: [byPod], unknown: [byNode, byPod] }[masquerades];
        return ways.map((leaves) => (leaves === 'no' && !isOwnNetwork ? 'unknown' : leaves));
      }),
    );
    const [only = 'unknown'] = answers;
    return answers.size > 1 ? 'unknown' : only;
  }

  private describeTranslation({ vms = [], network }: Endpoint, answer: Answer): string {
    if (answer === 'yes')
      return vms.some(({ external }) => external === 'yes') ? 'it has an external IP address' : 'a Cloud NAT translates its subnet';
    if (answer === 'no') return 'no Cloud NAT translates its subnet';
    const possible = new Set(vms.flatMap((vm) => this.nat.findPossible(vm, network, 'primary')));
    const which = possible.size > 0 ? ` (${[...possible].join(', ')})` : '';
    return `it is not known whether a Cloud NAT translates its subnet${which}`;
  }

  /** Tests that a route leads to the internet gateway: the default route of a network, or one of the stack. */
  private testRoute({ network, vms = [] }: Endpoint, destination: Location): Answer {
    const { document, references } = this.context;
    const own = document
      .ofType('google_compute_network')
      .find(({ address }) => network !== undefined && references.text(`\${${address}.id}`) === network);
    const hasDefault = own ? not(toAnswer(references.booleanAt(own.values, 'delete_default_routes_on_create'))) : 'yes';
    const routes = this.findRoutes(network).filter(({ values }) => this.leadsToInternet(values) !== 'no');
    return any([
      hasDefault,
      ...routes.map((route) => {
        const { values } = route;
        return all([
          hasCopies(route, references),
          this.leadsToInternet(values),
          testRanges([references.location(valueAt(values, 'dest_range'))], destination),
          this.testTags(values, vms),
        ]);
      }),
    ]);
  }

  /** Route of the stack that may send traffic for a destination to another next hop than the internet gateway. */
  private findDivertingRoute({ network, vms = [] }: Endpoint, destination: Location): Resource | undefined {
    const { document, references } = this.context;
    const byPolicy = document.ofType('google_network_connectivity_policy_based_route').find((route) => this.isOfNetwork(route, network));
    if (byPolicy) return byPolicy;
    return this.findRoutes(network).find(
      ({ values }) =>
        this.leadsToInternet(values) !== 'yes' &&
        testRanges([references.location(valueAt(values, 'dest_range'))], destination) !== 'no' &&
        this.testTags(values, vms) !== 'no',
    );
  }

  private findRoutes(network: string | undefined): Resource[] {
    return this.context.document.ofType('google_compute_route').filter((route) => this.isOfNetwork(route, network));
  }

  private isOfNetwork({ values }: Resource, network: string | undefined): boolean {
    const own = this.context.references.network(valueAt(values, 'network'), values);
    return own === network || network === undefined || !isKnown(own) || !isKnown(network);
  }

  private leadsToInternet(values: unknown): Answer {
    const gateway = this.context.references.textAt(values, 'next_hop_gateway');
    if (!isKnown(gateway)) return 'unknown';
    return gateway.endsWith('default-internet-gateway') ? 'yes' : 'no';
  }

  private testTags(values: unknown, vms: readonly VmIdentity[]): Answer {
    const tags = this.context.references.textsAt(values, 'tags');
    if (listAt(values, 'tags').length === 0) return 'yes';
    const answers = new Set(
      vms.map(({ tags: own }): Answer => {
        if (tags.some((tag) => own.includes(tag))) return 'yes';
        return [...tags, ...own].every(isKnown) ? 'no' : 'unknown';
      }),
    );
    const [only = 'unknown'] = answers;
    return answers.size > 1 ? 'unknown' : only;
  }

  /** Reason why traffic may leave the network by a way that is not evaluated. */
  private findOtherWay(network: string | undefined): string | undefined {
    const { document, connections } = this.context;
    const [module] = document.unreadModules;
    if (module !== undefined) return `module.${module} may lead to the internet: resources of modules are not in a synthesized stack`;
    const [way] = [...document.ofType(...PROXIES).filter((proxy) => this.isOfNetwork(proxy, network)), ...connections.joins];
    return way && `${way.address} may lead to the internet: it is not evaluated`;
  }
}
