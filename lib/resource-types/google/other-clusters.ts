import type { ResourceType } from '../resource-type';

export const otherClusters: readonly ResourceType[] = [
  {
    names: [
      'google_container_aws_cluster',
      'google_container_azure_cluster',
      'google_edgecontainer_cluster',
      'google_gkeonprem_bare_metal_cluster',
      'google_gkeonprem_bare_metal_admin_cluster',
      'google_gkeonprem_vmware_cluster',
      'google_gkeonprem_vmware_admin_cluster',
    ],
    what: 'a cluster outside of Google Cloud',
    deletion: {
      kind: 'data',
      impact: 'every namespace, workload and secret in it',
      recovery: 'what Terraform and the charts create; data only from backups',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/container_aws_cluster',
    },
    price: { unpriced: 'a price for each vCPU', isLarge: true },
  },
  {
    names: [
      'google_container_aws_node_pool',
      'google_container_azure_node_pool',
      'google_edgecontainer_node_pool',
      'google_gkeonprem_bare_metal_node_pool',
      'google_gkeonprem_vmware_node_pool',
    ],
    what: 'a node pool outside of Google Cloud',
    deletion: {
      kind: 'service',
      impact: 'its nodes, and the pods on them',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its nodes', isLarge: true },
  },
  {
    names: ['google_container_attached_cluster', 'google_container_azure_client', 'google_edgecontainer_vpn_connection'],
    what: 'the attachment of a cluster',
    deletion: {
      kind: 'service',
      impact: 'its management by Google Cloud; the cluster itself stays',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each vCPU', isLarge: false },
  },
];
