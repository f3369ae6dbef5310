import type { ApiClient } from './api-client';

/** Custom resource definition that GKE installs. */
interface GkeKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly isClusterScoped?: boolean;
}

const GATEWAY_API = { group: 'gateway.networking.k8s.io', version: 'v1' };
const GKE_NETWORKING = { group: 'networking.gke.io', version: 'v1' };
const MANAGED_PROMETHEUS = { group: 'monitoring.googleapis.com', version: 'v1' };

const GKE_KINDS: readonly GkeKind[] = [
  { group: 'cloud.google.com', version: 'v1', kind: 'BackendConfig', plural: 'backendconfigs' },
  { group: 'cloud.google.com', version: 'v1', kind: 'ComputeClass', plural: 'computeclasses', isClusterScoped: true },
  { group: 'networking.gke.io', version: 'v1beta1', kind: 'FrontendConfig', plural: 'frontendconfigs' },
  { ...GKE_NETWORKING, kind: 'ManagedCertificate', plural: 'managedcertificates' },
  { ...GKE_NETWORKING, kind: 'ServiceAttachment', plural: 'serviceattachments' },
  { ...GKE_NETWORKING, kind: 'GCPBackendPolicy', plural: 'gcpbackendpolicies' },
  { ...GKE_NETWORKING, kind: 'GCPGatewayPolicy', plural: 'gcpgatewaypolicies' },
  { ...GKE_NETWORKING, kind: 'HealthCheckPolicy', plural: 'healthcheckpolicies' },
  { ...GATEWAY_API, kind: 'GatewayClass', plural: 'gatewayclasses', isClusterScoped: true },
  { ...GATEWAY_API, kind: 'Gateway', plural: 'gateways' },
  { ...GATEWAY_API, kind: 'HTTPRoute', plural: 'httproutes' },
  { ...MANAGED_PROMETHEUS, kind: 'PodMonitoring', plural: 'podmonitorings' },
  { ...MANAGED_PROMETHEUS, kind: 'ClusterPodMonitoring', plural: 'clusterpodmonitorings', isClusterScoped: true },
  { group: 'autoscaling.k8s.io', version: 'v1', kind: 'VerticalPodAutoscaler', plural: 'verticalpodautoscalers' },
];

const PERSISTENT_DISKS = 'pd.csi.storage.gke.io';

/** Storage classes of a new GKE cluster; the first one is the default. */
const STORAGE_CLASSES = [
  { name: 'standard-rwo', type: 'pd-balanced', volumeBindingMode: 'WaitForFirstConsumer' },
  { name: 'premium-rwo', type: 'pd-ssd', volumeBindingMode: 'WaitForFirstConsumer' },
  { name: 'standard', type: 'pd-standard', volumeBindingMode: 'Immediate' },
];

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/**
 * Installs GKE's custom resource definitions and storage classes. The API server serves the new kinds when this returns. Their schemas are
 * not Google's: any field is accepted.
 */
export async function installGkeDefinitions(api: ApiClient): Promise<void> {
  await Promise.all([
    ...GKE_KINDS.map((kind) => api.create(DEFINITIONS, definition(kind))),
    ...STORAGE_CLASSES.map((storageClass, index) =>
      api.create('/apis/storage.k8s.io/v1/storageclasses', { ...described(storageClass, index === 0) }),
    ),
  ]);
  for (const { group, version, plural } of GKE_KINDS) {
    while ((await api.get(`/apis/${group}/${version}/${plural}`)) === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function definition({ group, version, kind, plural, isClusterScoped = false }: GkeKind): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      // Required by the API server for groups of Kubernetes itself.
      annotations: group.endsWith('.k8s.io') ? { 'api-approved.kubernetes.io': 'unapproved, the schema accepts every field' } : {},
    },
    spec: {
      group,
      scope: isClusterScoped ? 'Cluster' : 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
}

function described({ name, type, volumeBindingMode }: (typeof STORAGE_CLASSES)[number], isDefault: boolean): object {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name, annotations: isDefault ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {} },
    provisioner: PERSISTENT_DISKS,
    parameters: { type },
    reclaimPolicy: 'Delete',
    allowVolumeExpansion: true,
    volumeBindingMode,
  };
}
