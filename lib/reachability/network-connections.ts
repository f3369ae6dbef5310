import { hasRulesFor } from '../resource-types';
import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { listAt, valueAt } from '../terraform/values';
import type { Answer } from './answer';
import type { References } from './references';

/** Connections between the networks of a stack. */
export class NetworkConnections {
  /** Resources that connect networks with others, other than by peering. Which networks they connect is not evaluated. */
  public readonly joins: readonly Resource[];

  constructor(
    private readonly document: TerraformDocument,
    private readonly references: References,
  ) {
    this.joins = [
      ...document.resources.filter(({ type }) => hasRulesFor(type, 'connections')),
      ...document.ofType('google_compute_instance').filter((vm) => this.mayRoute(vm)),
    ];
  }

  /** True for a VM that may route between the networks of its interfaces. */
  private mayRoute({ values }: Resource): boolean {
    return listAt(values, 'network_interface').length > 1 && this.references.booleanAt(values, 'can_ip_forward') !== undefined;
  }

  /** Tests if two networks are connected: `no` for two known networks without peering or another connection in the stack. */
  public areConnected(a: string | undefined, b: string | undefined): Answer {
    if (a === b) return 'yes';
    if (a === undefined || b === undefined) return 'unknown';
    if (!isKnown(a) || !isKnown(b) || this.joins.length > 0) return 'unknown';
    const arePeered = this.document.ofType('google_compute_network_peering').some(({ values }) => {
      const [from, to] = ['network', 'peer_network'].map((end) => this.references.network(valueAt(values, end), values)) as [
        string,
        string,
      ];
      const isEnd = (network: string) => (end: string) => end === network || !isKnown(end);
      return (isEnd(a)(from) && isEnd(b)(to)) || (isEnd(b)(from) && isEnd(a)(to));
    });
    return arePeered ? 'unknown' : 'no';
  }
}
