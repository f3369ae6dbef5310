import type { TerraformElement } from 'cdktf';
import type { Port } from '../network/port';
import { writeNote } from '../terraform/notes';

/** What nobody can see of a chart in Terraform's JSON. */
export interface ReleaseDescription {
  /** Labels of its pods; null when the chart makes none. */
  readonly podLabels: Readonly<Record<string, string>> | null;

  /** Ports its pods listen on; none means that nobody said. */
  readonly ports?: readonly Port[];

  /** Whether the chart makes NetworkPolicies. */
  readonly bringsPolicies?: boolean;

  /** Settings of a load balancer when the chart makes its BackendConfig and FrontendConfig, both named as the release. */
  readonly loadBalancer?: {
    /** Cloud Armor policy of the BackendConfig. */
    readonly securityPolicy?: string;
    readonly redirectsToHttps: boolean;
  };
}

/**
 * Writes it beside the release's own metadata, in the block `//` that Terraform passes over, for those who read the
 * synthesized stack and want to know who reaches whom.
 */
export function describeRelease(
  release: TerraformElement,
  { podLabels, ports = [], bringsPolicies, loadBalancer }: ReleaseDescription,
): void {
  writeNote(release, 'reachability', {
    podLabels,
    ports: ports.length > 0 ? [...new Set(ports.map(String))] : undefined,
    networkPolicies: bringsPolicies,
    loadBalancer,
  });
}
