import type { TypeDescription } from '../type-description';
import { isSet, type Value, type Values } from '../values';
import { checkIngress } from './admission/ingresses';
import { checkNetworkPolicy, readableBlocks } from './admission/network-policies';
import { addressOr, numberOfPort, oneOf, range } from './admission/plugin-checks';
import { checkService } from './admission/services';
import { dns1035Label } from './admission/syntax';
import { buildKubernetesId, describeKind } from './kubernetes';

const clusterIp = (next: number): string => `10.56.${Math.floor(next / 250)}.${1 + (next % 250)}`;

const service = describeKind({
  type: 'kubernetes_service_v1',
  kind: 'Service',
  name: dns1035Label,
  planChecks: {
    'spec.type': oneOf('ClusterIP', 'ExternalName', 'NodePort', 'LoadBalancer'),
    'spec.port.port': numberOfPort,
    'spec.port.protocol': oneOf('TCP', 'UDP', 'SCTP'),
    'spec.cluster_ip': addressOr('None'),
    'spec.session_affinity': oneOf('ClientIP', 'None'),
    'spec.external_traffic_policy': oneOf('Local', 'Cluster'),
    'spec.internal_traffic_policy': oneOf('Local', 'Cluster'),
    'spec.load_balancer_source_ranges': range,
  },
  validate: checkService,
  label: 'service',
  plural: 'services',
  computed: [
    'spec.{cluster_ip,cluster_ips,external_traffic_policy,health_check_node_port,internal_traffic_policy,ip_families,ip_family_policy}',
    'spec.port.{node_port,target_port}',
    'spec.session_affinity_config.client_ip.timeout_seconds',
  ],
  values: {
    'spec.cluster_ip': (_, cloud) => clusterIp(cloud.next('cluster_ip')),
    'spec.cluster_ips': (_resource, _cloud, spec) => [spec.cluster_ip ?? ''],
    'spec.external_traffic_policy': (_resource, _cloud, spec) => (spec.type === 'ClusterIP' ? '' : 'Cluster'),
    'spec.health_check_node_port': 0,
    'spec.internal_traffic_policy': 'Cluster',
    'spec.ip_families': ['IPv4'],
    'spec.ip_family_policy': 'SingleStack',
    'spec.port.node_port': (resource, cloud) => (resource.text('spec.type') === 'ClusterIP' ? 0 : 30_000 + cloud.next('node_port')),
    'spec.port.target_port': (_resource, _cloud, port) => (isSet(port.port) ? String(port.port) : ''),
    'spec.session_affinity_config.client_ip.timeout_seconds': 10_800,
    status: (resource, cloud) => [
      {
        load_balancer: [
          {
            ingress:
              resource.text('spec.type') === 'LoadBalancer'
                ? [{ ip: loadBalancerIp(resource.text('spec.load_balancer_ip'), cloud.next('load_balancer')), hostname: '' }]
                : [],
          },
        ],
      },
    ],
  },
  forceNew: ['spec.{cluster_ip,cluster_ips,health_check_node_port,load_balancer_class}'],
  defaults: {
    'spec.allocate_load_balancer_node_ports': true,
    'spec.port.protocol': 'TCP',
    'spec.publish_not_ready_addresses': false,
    'spec.session_affinity': 'None',
    'spec.type': 'ClusterIP',
    wait_for_load_balancer: true,
  },
  notReadBack: { wait_for_load_balancer: null },
});

function loadBalancerIp(wanted: string, next: number): string {
  return wanted || `34.78.0.${next}`;
}

const ingress = describeKind({
  type: 'kubernetes_ingress_v1',
  kind: 'Ingress.networking.k8s.io',
  creating: (resource) => `Failed to create Ingress '${buildKubernetesId(resource)}' because: `,
  updating: (resource) => `Failed to update Ingress ${buildKubernetesId(resource)} because: `,
  planChecks: { 'spec.rule.http.path.path_type': oneOf('ImplementationSpecific', 'Prefix', 'Exact') },
  validate: checkIngress,
  label: 'Ingress',
  plural: 'ingresses.networking.k8s.io',
  computed: ['spec.ingress_class_name'],
  values: {
    'spec.ingress_class_name': '',
    // The reserved address that it names, if any.
    status: (resource, cloud) => {
      const annotations = resource.get('metadata.annotations') as Values | null;
      const name: Value = annotations?.['kubernetes.io/ingress.global-static-ip-name'] ?? '';
      const reserved = cloud.list('google_compute_global_address').find((address) => address.text('name') === name);
      const ip = reserved ? reserved.text('address') : `34.117.1.${cloud.next('load_balancer')}`;
      return [{ load_balancer: [{ ingress: [{ ip, hostname: '' }] }] }];
    },
  },
  defaults: { 'spec.rule.http.path.path_type': 'ImplementationSpecific' },
  notReadBack: { wait_for_load_balancer: null },
});

const networkPolicy = describeKind({
  type: 'kubernetes_network_policy_v1',
  kind: 'NetworkPolicy.networking.k8s.io',
  readable: readableBlocks,
  validate: checkNetworkPolicy,
  label: 'network policy',
  plural: 'networkpolicies.networking.k8s.io',
  defaults: { 'spec.egress.ports.protocol': 'TCP', 'spec.ingress.ports.protocol': 'TCP' },
});

export const kubernetesNetwork: readonly TypeDescription[] = [service, ingress, networkPolicy];
