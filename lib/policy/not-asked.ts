/** What other rule sets ask and this policy does not, or judges otherwise, and why. */
export const NOT_ASKED: Readonly<Record<string, string>> = {
  CKV_GCP_12:
    'asks for the block network_policy also where Dataplane V2 enforces policies without it: cluster-network-policy looks at both',
  CKV_GCP_20:
    'asks for the block master_authorized_networks_config also where the IP endpoints are off: cluster-control-plane-open looks at both',
  CKV_GCP_21: 'does not see default_labels of the provider, which reach every resource: cluster-labels does',
  CKV_GCP_24: 'pod security policies left Kubernetes with 1.25: namespaces carry pod security labels instead',
  CKV_GCP_37: 'every disk is encrypted with keys of Google; a key of your own is one more thing that can lose the data',
  CKV_GCP_38: 'the same of boot disks',
  CKV_GCP_66: 'Binary Authorization needs attestations, which an organization has to make first; images are pinned meanwhile',
  CKV_K8S_11: 'a limit of CPU only slows: the request is what the scheduler and the quota go by',
  CKV_K8S_15: 'with a fixed tag another pull brings the same image, and a registry that is away would stop every restart',
  CKV_K8S_35:
    'a secret as an environment variable comes from the same API object as one in a file, and most software reads only the former',
  CKV_K8S_43: 'a version is fixed enough for images that are built once; container-image-tag asks for it, and takes a digest too',
  CKV_K8S_40: 'user ids that differ from those of nodes matter only where user namespaces are shared; run_as_non_root is asked for',
  'CIS GKE 5.1.1': 'image scanning is a setting of the registry, which is not in these stacks',
  'CIS GKE 5.3.1': 'encrypting secrets in etcd with a key of your own guards against Google alone, and losing the key loses the cluster',
  'CIS GKE 5.10.3': 'GKE Sandbox is for code of strangers; nodes that run it are a pool of their own',
  'CIS GKE 5.10.4': 'see CKV_GCP_66',
  'gcpdiag gke/ERR/2021_013': 'expects the firewall rule of a peered control plane also where Private Service Connect has none',
};
