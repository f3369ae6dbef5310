/** Checks of other rule sets that this policy does not have, or decides differently, with the reason. */
export const UNSUPPORTED_CHECKS: Readonly<Record<string, string>> = {
  CKV_GCP_12: 'requires the block network_policy even where Dataplane V2 enforces policies without it: cluster-network-policy checks both',
  CKV_GCP_20:
    'requires the block master_authorized_networks_config even where the IP endpoints are disabled: cluster-control-plane-open checks both',
  CKV_GCP_21: 'ignores default_labels of the provider, which apply to every resource: cluster-labels includes them',
  CKV_GCP_24: 'pod security policies were removed in Kubernetes 1.25: namespaces have Pod Security labels instead',
  CKV_GCP_37: 'disks are encrypted with Google-managed keys; a customer-managed key is one more dependency whose loss destroys the data',
  CKV_GCP_38: 'same as CKV_GCP_37, for boot disks',
  CKV_GCP_66: 'Binary Authorization needs attestations, which an organization has to set up first; images have fixed versions meanwhile',
  CKV_K8S_11: 'a CPU limit only throttles: the scheduler and the quota use the request',
  CKV_K8S_15: 'with a fixed tag, pulling again returns the same image, and an unavailable registry would prevent every restart',
  CKV_K8S_35:
    'a secret in an environment variable comes from the same API object as one in a file, and most software supports only the former',
  CKV_K8S_43: 'a version is sufficient for images that are built once; container-image-tag requires it, and accepts a digest too',
  CKV_K8S_40: 'user ids above those of the node matter only with shared user namespaces; run_as_non_root is required',
  'CIS GKE 5.1.1': 'image scanning is configured in the registry, which is not part of these stacks',
  'CIS GKE 5.3.1':
    'encrypting secrets in etcd with a customer-managed key protects against Google only, and losing the key loses the cluster',
  'CIS GKE 5.10.3': 'GKE Sandbox is for untrusted code; its nodes need a separate node pool',
  'CIS GKE 5.10.4': 'same as CKV_GCP_66',
  'gcpdiag gke/ERR/2021_013': 'expects the firewall rule of a peered control plane even with Private Service Connect, which has none',
};
