import { isKnown } from '../terraform/references';
import { isUndetermined, listAt, valueAt } from '../terraform/values';
import type { StackContext } from './context';
import { formatReason } from './labels';
import { listServices, maySelect } from './services';
import { evaluateManifest, mayLeadToBackends, type UnevaluatedPath } from './unevaluated';

/** Finds the paths to endpoints that are not evaluated. */
export function findUnevaluatedPaths(context: StackContext): UnevaluatedPath[] {
  return [
    ...findManifests(context),
    ...findForwardingRules(context),
    ...findExternalAddresses(context),
    ...findServicesOfUnknownType(context),
    ...findModules(context),
  ];
}

/** Finds manifests that may add policies or paths to pods. */
function findManifests({ document, references, clusters, hiddenPolicies }: StackContext): UnevaluatedPath[] {
  return document.ofType('kubernetes_manifest', 'kubectl_manifest').flatMap((resource): UnevaluatedPath[] => {
    const { policies, paths, namespace } = evaluateManifest(resource, references);
    const own = clusters.of(resource);
    const keys = (resource.type === 'kubernetes_manifest' ? [own] : clusters.list()).map(({ key }) => key);
    if (policies) {
      for (const key of keys) hiddenPolicies.add(key, namespace, `${resource.address} is not evaluated, and may add a NetworkPolicy`);
    }
    if (!paths) return [];
    return [
      {
        clients: 'all',
        leadsTo: ({ pods }) => pods !== undefined && keys.includes(pods.cluster.key),
        reason: ({ label }) => `${resource.address} is not evaluated, and may lead to ${label}`,
      },
    ];
  });
}

function findForwardingRules(context: StackContext): UnevaluatedPath[] {
  const { document, references, notes } = context;
  const rules = document
    .ofType('google_compute_forwarding_rule', 'google_compute_global_forwarding_rule')
    .filter((resource) => mayLeadToBackends(resource, references));
  if (rules.length > 0) {
    const names = rules.map(({ address }) => address).join(', ');
    notes.push(`forwarding rules are not followed, so it is unknown which clients reach VMs and pods through them: ${names}`);
  }
  return rules.map(({ address, values }) => {
    const scheme = references.textAt(values, 'load_balancing_scheme');
    const isInternal = scheme.startsWith('INTERNAL');
    return {
      clients: isInternal ? 'network' : isKnown(scheme) ? 'internet' : 'all',
      isFiltered: !isInternal && isKnown(scheme) && references.textAt(values, 'ip_version') !== 'IPV6',
      leadsTo: (server) => server.pods === undefined || listServices(context).some((service) => maySelect(context, service, server)),
      reason: ({ label }) => `${address} may lead to ${label}: forwarding rules are not followed`,
    };
  });
}

function findExternalAddresses(context: StackContext): UnevaluatedPath[] {
  const found = listServices(context).filter(({ values }) => listAt(values, 'spec', 'external_ips').length > 0);
  if (found.length > 0) {
    const names = found.map(({ address }) => address).join(', ');
    context.notes.push(
      `external addresses of services are not evaluated, so it is unknown which clients reach pods through them: ${names}`,
    );
  }
  return found.map((service) => ({
    clients: 'all',
    leadsTo: (server) => maySelect(context, service, server),
    reason: ({ label }) => `${service.address} has external addresses, which may lead to ${label}: they are not evaluated`,
  }));
}

function findServicesOfUnknownType(context: StackContext): UnevaluatedPath[] {
  return listServices(context).flatMap((service): UnevaluatedPath[] => {
    const type = valueAt(service.values, 'spec', 'type');
    if (!isUndetermined(type) || isKnown(context.references.text(type))) return [];
    return [
      {
        clients: 'all',
        leadsTo: (server) => maySelect(context, service, server),
        reason: ({ label }) => `a load balancer may lead to ${label}: ${formatReason(service.address, ['spec', 'type'], type)}`,
      },
    ];
  });
}

function findModules({ document }: StackContext): UnevaluatedPath[] {
  if (document.unreadModules.length === 0) return [];
  return [
    {
      clients: 'all',
      leadsTo: () => true,
      reason: ({ label }) => `Terraform modules may lead to ${label}: their resources are not in a synthesized stack`,
    },
  ];
}
