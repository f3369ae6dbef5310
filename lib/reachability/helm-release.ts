import type { Resource } from '../terraform/document';
import { noteOf } from '../terraform/notes';
import { isBlock, listOf } from '../terraform/values';
import { textMap } from './labels';
import { PortSet } from './port-set';
import type { References } from './references';

/**
 * What a Helm release says of itself in its metadata, since Terraform's JSON shows nothing of what a chart makes:
 *
 * `"//": { "reachability": { "podLabels": {...}, "ports": { "main": "tcp/9898" }, "networkPolicies": false } }`
 *
 * The chart of a load balancer's settings adds `"loadBalancer": { "securityPolicy": "...", "redirectsToHttps": true }`.
 */
export interface ReleaseStatement {
  /** Labels of its pods; null for a chart that makes none, nothing for one that does not say. */
  readonly podLabels?: ReadonlyMap<string, string> | null;

  /** Ports its pods listen on, by name. */
  readonly ports?: ReadonlyMap<string, PortSet>;

  /** Whether the chart brings NetworkPolicies; nothing for one that does not say. */
  readonly networkPolicies?: boolean;

  /** BackendConfig and FrontendConfig of the chart, both named as the release. */
  readonly loadBalancer?: { readonly securityPolicy?: string; readonly redirectsToHttps: boolean };
}

/** Reads what a release says of itself; it may say nothing. */
export function statementOf(resource: Resource, references: References): ReleaseStatement {
  const statement = noteOf(resource, 'reachability');
  if (!statement) return {};
  const { podLabels, ports, networkPolicies, loadBalancer } = statement;
  return {
    podLabels: podLabels === null ? null : isBlock(podLabels) ? textMap(podLabels, references) : undefined,
    ports: ports === undefined ? undefined : portMap(ports),
    networkPolicies: typeof networkPolicies === 'boolean' ? networkPolicies : undefined,
    loadBalancer: isBlock(loadBalancer)
      ? {
          securityPolicy: references.text(loadBalancer.securityPolicy) || undefined,
          redirectsToHttps: loadBalancer.redirectsToHttps === true,
        }
      : undefined,
  };
}

function portMap(ports: unknown): ReadonlyMap<string, PortSet> {
  const named = isBlock(ports) ? Object.entries(ports) : listOf(ports).map((port) => [String(port), port] as const);
  return new Map(
    named.flatMap(([name, port]) => {
      const [, protocol = 'tcp', first, last] = /^(?:(tcp|udp|sctp)\/)?(\d+)(?:-(\d+))?$/.exec(String(port)) ?? [];
      const known = PortSet.protocol(protocol);
      return first === undefined || !known ? [] : [[name, PortSet.of(known, [+first, +(last ?? first)])] as const];
    }),
  );
}
