import { Reachability } from '../../lib/reachability';

type Block = Record<string, unknown>;

/** Cluster and a subnet for VMs in one network, as in `cdk.tf.json`. */
const BASE: Record<string, Record<string, Block>> = {
  google_compute_network: { net: { name: 'net', project: 'p' } },
  google_compute_subnetwork: {
    nodes: {
      name: 'nodes',
      project: 'p',
      region: 'r',
      network: ref('google_compute_network.net.id'),
      ip_cidr_range: '10.10.0.0/20',
      secondary_ip_range: [{ range_name: 'pods', ip_cidr_range: '10.20.0.0/16' }],
    },
    data: { name: 'data', project: 'p', region: 'r', network: ref('google_compute_network.net.id'), ip_cidr_range: '10.10.16.0/24' },
    control: { name: 'control', project: 'p', region: 'r', network: ref('google_compute_network.net.id'), ip_cidr_range: '10.10.17.0/28' },
  },
  google_compute_router: { router: { name: 'router', project: 'p', region: 'r', network: ref('google_compute_network.net.id') } },
  google_compute_router_nat: {
    nat: {
      router: ref('google_compute_router.router.name'),
      region: 'r',
      source_subnetwork_ip_ranges_to_nat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
    },
  },
  google_container_cluster: {
    c: {
      name: 'c',
      network: ref('google_compute_network.net.id'),
      subnetwork: ref('google_compute_subnetwork.nodes.id'),
      remove_default_node_pool: true,
      datapath_provider: 'ADVANCED_DATAPATH',
      ip_allocation_policy: { cluster_secondary_range_name: 'pods' },
      private_cluster_config: { enable_private_nodes: true, private_endpoint_subnetwork: ref('google_compute_subnetwork.control.id') },
    },
  },
  google_container_node_pool: {
    pool: {
      cluster: ref('google_container_cluster.c.id'),
      node_config: { tags: ['node'], service_account: 'nodes@p.iam.gserviceaccount.com' },
    },
  },
};

/** Reference in Terraform's language. */
export function ref(expression: string): string {
  return `$\{${expression}}`;
}

/** Name of a resource, without the characters of an expression. */
function resourceName(text: string): string {
  return text.replace(/[^\w-]/g, '_');
}

/** Document with the resources of the base and others; resources of equal names replace those of the base. */
export function document(...parts: Record<string, Record<string, Block>>[]): Block {
  const resource: Record<string, Record<string, Block>> = structuredClone(BASE);
  for (const part of parts) {
    for (const [type, named] of Object.entries(part)) resource[type] = { ...resource[type], ...named };
  }
  return { provider: { google: [{ project: 'p' }], kubernetes: [{}], helm: [{}] }, resource };
}

export function reachability(...parts: Record<string, Record<string, Block>>[]): Reachability {
  return Reachability.read(document(...parts));
}

/** Deployment, by default in a namespace of the same name. */
export function pods(
  name: string,
  options: { namespace?: string; labels?: Block; ports?: Record<string, number>; hostNetwork?: boolean | string } = {},
) {
  const { namespace = name, labels = { app: name }, ports = {}, hostNetwork } = options;
  return {
    kubernetes_deployment_v1: {
      [resourceName(`${namespace}-${name}`)]: {
        metadata: { name, namespace },
        spec: {
          template: {
            metadata: { labels },
            spec: {
              host_network: hostNetwork,
              container: [{ port: Object.entries(ports).map(([port, number]) => ({ name: port, container_port: number })) }],
            },
          },
        },
      },
    },
  };
}

export function namespaces(named: Record<string, Record<string, string>>) {
  return {
    kubernetes_namespace_v1: Object.fromEntries(Object.entries(named).map(([name, labels]) => [name, { metadata: { name, labels } }])),
  };
}

/** NetworkPolicy with a spec of Terraform. */
export function policy(namespace: string, name: string, spec: Block) {
  return {
    kubernetes_network_policy_v1: {
      [resourceName(`${namespace}-${name}`)]: { metadata: { name, namespace }, spec: { pod_selector: {}, ...spec } },
    },
  };
}

export function machine(name: string, options: { address?: string; tags?: string[]; account?: string; external?: boolean } = {}) {
  const { address = '10.10.16.5', tags, account, external } = options;
  return {
    google_compute_instance: {
      [name]: {
        name,
        tags,
        service_account: account === undefined ? undefined : { email: account },
        network_interface: [
          {
            subnetwork: ref('google_compute_subnetwork.data.id'),
            network_ip: address,
            access_config: external ? [{}] : undefined,
          },
        ],
      },
    },
  };
}

export function rule(name: string, body: Block) {
  return { google_compute_firewall: { [name]: { name, network: ref('google_compute_network.net.id'), direction: 'INGRESS', ...body } } };
}

export const tcp = (number: number) => ({ protocol: 'tcp' as const, number });
export const udp = (number: number) => ({ protocol: 'udp' as const, number });
