import type { TerraformElement } from 'cdktf';
import type { Port } from '../network/port';
import { writeNote } from '../terraform/notes';

/** Properties of a chart that Terraform's JSON does not contain. */
export interface ReleaseDescription {
  /** Labels of its pods; null when the chart creates no pods. */
  readonly podLabels: Readonly<Record<string, string>> | null;

  /**
   * Ports of its pods.
   *
   * @default - unknown
   */
  readonly ports?: readonly Port[];

  /**
   * True when the chart contains NetworkPolicies.
   *
   * @default - unknown
   */
  readonly bringsPolicies?: boolean;

  /**
   * Settings of a load balancer whose BackendConfig and FrontendConfig are in the chart, both named after the release.
   *
   * @default - none
   */
  readonly loadBalancer?: {
    /** Cloud Armor policy of the BackendConfig. */
    readonly securityPolicy?: string;
    readonly redirectsToHttps: boolean;
  };
}

/** Writes the properties of a chart as a note of its release, for the reachability analysis of the synthesized stack. */
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
