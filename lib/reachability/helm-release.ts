import type { Resource } from '../terraform/document';
import { readNote } from '../terraform/notes';
import { isBlock, toList } from '../terraform/values';
import { readTextMap } from './labels';
import { PortSet } from './port-set';
import type { References } from './references';

/**
 * Note of a Helm release on its chart, since Terraform's JSON holds no rendered resources:
 *
 * `"//": { "reachability": { "podLabels": {...}, "ports": { "main": "tcp/9898" }, "networkPolicies": false } }`
 *
 * A chart with settings of a load balancer adds `"loadBalancer": { "securityPolicy": "...", "redirectsToHttps": true }`.
 */
export interface ReleaseStatement {
  /** Labels of its pods; null for a chart without pods, undefined when the note does not have them. */
  readonly podLabels?: ReadonlyMap<string, string> | null;

  /** Container ports by name. */
  readonly ports?: ReadonlyMap<string, PortSet>;

  /** True when the chart has NetworkPolicies; undefined when the note does not have it. */
  readonly networkPolicies?: boolean;

  /** BackendConfig and FrontendConfig of the chart, both named after the release. */
  readonly loadBalancer?: { readonly securityPolicy?: string; readonly redirectsToHttps: boolean };
}

/** Reads the note of a release; empty without one. */
export function readReleaseStatement(resource: Resource, references: References): ReleaseStatement {
  const statement = readNote(resource, 'reachability');
  if (!statement) return {};
  const { podLabels, ports, networkPolicies, loadBalancer } = statement;
  return {
    podLabels: podLabels === null ? null : isBlock(podLabels) ? readTextMap(podLabels, references) : undefined,
    ports: ports === undefined ? undefined : readPorts(ports),
    networkPolicies: typeof networkPolicies === 'boolean' ? networkPolicies : undefined,
    loadBalancer: isBlock(loadBalancer)
      ? {
          securityPolicy: references.text(loadBalancer.securityPolicy) || undefined,
          redirectsToHttps: loadBalancer.redirectsToHttps === true,
        }
      : undefined,
  };
}

function readPorts(ports: unknown): ReadonlyMap<string, PortSet> {
  const named = isBlock(ports) ? Object.entries(ports) : toList(ports).map((port) => [String(port), port] as const);
  return new Map(
    named.flatMap(([name, port]) => {
      const [, protocol = 'tcp', first, last] = /^(?:(tcp|udp|sctp)\/)?(\d+)(?:-(\d+))?$/.exec(String(port)) ?? [];
      const known = PortSet.protocol(protocol);
      return first === undefined || !known ? [] : [[name, PortSet.of(known, [+first, +(last ?? first)])] as const];
    }),
  );
}
