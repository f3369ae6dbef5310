import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { blocksAt, isUndetermined, valueAt } from '../terraform/values';
import { type Answer, all, any } from './answer';
import { hasCopies } from './copies';
import type { References } from './references';
import type { VmIdentity } from './vm-identity';

/** Cloud NAT gateway: it translates subnets of one network and one region. */
interface NatGateway {
  readonly address: string;

  /** Network of its router; undefined when the router is not in the stack. */
  readonly network?: string;
  readonly region: string;

  /** `unknown` for a gateway that may not serve VMs on their way to the internet. */
  readonly serves: Exclude<Answer, 'no'>;

  /** Tests a subnet. `all` of its addresses, or those of VMs only. */
  translates(subnetwork: string, what: NattedAddresses): Answer;
}

/** Addresses to translate: the primary ones of VMs, or secondary ones, such as those of pods. */
export type NattedAddresses = 'primary' | 'secondary';

/** Cloud NAT gateways of a stack. */
export class CloudNat {
  private readonly gateways: readonly NatGateway[];

  constructor(
    private readonly document: TerraformDocument,
    private readonly references: References,
  ) {
    this.gateways = document.ofType('google_compute_router_nat').flatMap((resource) => this.readGateway(resource));
  }

  /** Tests that a gateway translates the addresses of a VM. */
  public translates({ subnetwork, region }: VmIdentity, network: string | undefined, what: NattedAddresses): Answer {
    return any(this.gateways.map((gateway) => all(this.test(gateway, subnetwork, region, network, what))));
  }

  /** Gateways that may translate a VM, for a reason. */
  public findPossible({ subnetwork, region }: VmIdentity, network: string | undefined, what: NattedAddresses): readonly string[] {
    return this.gateways
      .filter((gateway) => all(this.test(gateway, subnetwork, region, network, what)) === 'unknown')
      .map(({ address }) => address);
  }

  private test(gateway: NatGateway, subnetwork: string, region: string, network: string | undefined, what: NattedAddresses): Answer[] {
    return [
      gateway.serves,
      compareTexts(gateway.network ?? '', network ?? ''),
      compareTexts(gateway.region, region),
      gateway.translates(subnetwork, what),
    ];
  }

  private readGateway(resource: Resource): NatGateway[] {
    const { address, values } = resource;
    const { references } = this;
    const type = references.textAt(values, 'type');
    const endpointTypes = references.textsAt(values, 'endpoint_types');
    const isForVms = endpointTypes.length === 0 || endpointTypes.some((each) => each === 'ENDPOINT_TYPE_VM' || !isKnown(each));
    if (type === 'PRIVATE' || !isForVms) return [];
    const router = this.findRouter(values);
    const subnets = references.textAt(values, 'source_subnetwork_ip_ranges_to_nat');
    const listed = blocksAt(values, 'subnetwork').map((subnet) => ({
      name: references.subnetwork(valueAt(subnet, 'name')),
      ranges: isUndetermined(subnet) ? [subnet.expression] : references.textsAt(subnet, 'source_ip_ranges_to_nat'),
      isKnown: !isUndetermined(subnet),
    }));
    return [
      {
        address,
        network: router && references.network(valueAt(router.values, 'network'), router.values),
        region: references.textAt(values, 'region') || references.textAt(router?.values, 'region'),
        serves: isKnown(type) && endpointTypes.every(isKnown) && hasCopies(resource, references) === 'yes' ? 'yes' : 'unknown',
        translates: (subnetwork, what) => {
          if (subnets === 'ALL_SUBNETWORKS_ALL_IP_RANGES') return 'yes';
          if (subnets === 'ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES') return what === 'primary' ? 'yes' : 'no';
          if (!isKnown(subnets)) return 'unknown';
          return any(
            listed.map((entry) => {
              if (!entry.isKnown) return 'unknown';
              return all([compareTexts(entry.name, subnetwork), includesRange(entry.ranges, what)]);
            }),
          );
        },
      },
    ];
  }

  private findRouter(values: unknown): Resource | undefined {
    const { references } = this;
    const [name, region] = [references.textAt(values, 'router'), references.textAt(values, 'region')];
    return this.document
      .ofType('google_compute_router')
      .find(
        (router) =>
          references.textAt(router.values, 'name') === name &&
          (region === '' || [region, ''].includes(references.textAt(router.values, 'region'))),
      );
  }
}

/** Tests the ranges of a subnet that are listed for translation. Secondary ranges may be listed by name, which is not evaluated. */
function includesRange(ranges: readonly string[], what: NattedAddresses): Answer {
  if (ranges.length === 0 || ranges.includes('ALL_IP_RANGES')) return 'yes';
  if (!ranges.every(isKnown)) return 'unknown';
  if (what === 'primary') return ranges.includes('PRIMARY_IP_RANGE') ? 'yes' : 'no';
  return ranges.includes('LIST_OF_SECONDARY_IP_RANGES') ? 'unknown' : 'no';
}

/** Compares two names, of which an empty one is not known. */
function compareTexts(a: string, b: string): Answer {
  if (a === '' || b === '') return 'unknown';
  if (a === b) return 'yes';
  return isKnown(a) && isKnown(b) ? 'no' : 'unknown';
}
