/** API version that Kubernetes no longer serves. */
export interface RemovedApi {
  /** First minor version of Kubernetes 1 without it. */
  readonly removedIn: number;
  readonly apiVersion: string;

  /** Removed kinds; empty for all kinds of the API version. */
  readonly kinds: readonly string[];
  readonly use: string;
}

/**
 * Removed APIs as of 2026-11-22, from the Kubernetes deprecation guide; the last rows are from Pluto's versions.yaml.
 *
 * @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 * @see https://github.com/FairwindsOps/pluto/blob/master/versions.yaml
 */
const REMOVED_APIS: readonly RemovedApi[] = [
  { removedIn: 22, apiVersion: 'extensions/v1beta1', kinds: ['Ingress'], use: 'networking.k8s.io/v1' },
  { removedIn: 22, apiVersion: 'networking.k8s.io/v1beta1', kinds: ['Ingress', 'IngressClass'], use: 'networking.k8s.io/v1' },
  { removedIn: 22, apiVersion: 'rbac.authorization.k8s.io/v1beta1', kinds: [], use: 'rbac.authorization.k8s.io/v1' },
  { removedIn: 22, apiVersion: 'apiextensions.k8s.io/v1beta1', kinds: [], use: 'apiextensions.k8s.io/v1' },
  {
    removedIn: 22,
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kinds: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
    use: 'admissionregistration.k8s.io/v1',
  },
  { removedIn: 22, apiVersion: 'apiregistration.k8s.io/v1beta1', kinds: [], use: 'apiregistration.k8s.io/v1' },
  {
    removedIn: 22,
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: ['StorageClass', 'CSIDriver', 'CSINode', 'VolumeAttachment'],
    use: 'storage.k8s.io/v1',
  },
  { removedIn: 22, apiVersion: 'scheduling.k8s.io/v1beta1', kinds: [], use: 'scheduling.k8s.io/v1' },
  { removedIn: 22, apiVersion: 'coordination.k8s.io/v1beta1', kinds: ['Lease'], use: 'coordination.k8s.io/v1' },
  { removedIn: 22, apiVersion: 'certificates.k8s.io/v1beta1', kinds: ['CertificateSigningRequest'], use: 'certificates.k8s.io/v1' },
  { removedIn: 25, apiVersion: 'batch/v1beta1', kinds: ['CronJob'], use: 'batch/v1' },
  { removedIn: 25, apiVersion: 'policy/v1beta1', kinds: ['PodDisruptionBudget'], use: 'policy/v1' },
  { removedIn: 25, apiVersion: 'policy/v1beta1', kinds: ['PodSecurityPolicy'], use: 'the labels of Pod Security Admission on namespaces' },
  { removedIn: 25, apiVersion: 'autoscaling/v2beta1', kinds: [], use: 'autoscaling/v2' },
  { removedIn: 25, apiVersion: 'discovery.k8s.io/v1beta1', kinds: ['EndpointSlice'], use: 'discovery.k8s.io/v1' },
  { removedIn: 25, apiVersion: 'events.k8s.io/v1beta1', kinds: [], use: 'events.k8s.io/v1' },
  { removedIn: 25, apiVersion: 'node.k8s.io/v1beta1', kinds: ['RuntimeClass'], use: 'node.k8s.io/v1' },
  { removedIn: 26, apiVersion: 'autoscaling/v2beta2', kinds: [], use: 'autoscaling/v2' },
  { removedIn: 26, apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta1', kinds: [], use: 'flowcontrol.apiserver.k8s.io/v1' },
  { removedIn: 27, apiVersion: 'storage.k8s.io/v1beta1', kinds: ['CSIStorageCapacity'], use: 'storage.k8s.io/v1' },
  { removedIn: 29, apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta2', kinds: [], use: 'flowcontrol.apiserver.k8s.io/v1' },
  { removedIn: 32, apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3', kinds: [], use: 'flowcontrol.apiserver.k8s.io/v1' },
  // From Pluto's versions.yaml.
  {
    removedIn: 33,
    apiVersion: 'admissionregistration.k8s.io/v1alpha1',
    kinds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    use: 'admissionregistration.k8s.io/v1',
  },
  { removedIn: 34, apiVersion: 'resource.k8s.io/v1alpha3', kinds: [], use: 'resource.k8s.io/v1' },
  { removedIn: 35, apiVersion: 'storage.k8s.io/v1alpha1', kinds: ['VolumeAttributesClass'], use: 'storage.k8s.io/v1' },
  { removedIn: 36, apiVersion: 'resource.k8s.io/v1beta1', kinds: [], use: 'resource.k8s.io/v1' },
];

/**
 * API of each type of the Kubernetes provider whose name determines it. Types that try several APIs are not listed.
 */
export const APIS_OF_TYPES: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  kubernetes_ingress: ['extensions/v1beta1', 'Ingress'],
  kubernetes_csi_driver: ['storage.k8s.io/v1beta1', 'CSIDriver'],
  kubernetes_certificate_signing_request: ['certificates.k8s.io/v1beta1', 'CertificateSigningRequest'],
  kubernetes_cron_job: ['batch/v1beta1', 'CronJob'],
  kubernetes_pod_disruption_budget: ['policy/v1beta1', 'PodDisruptionBudget'],
  kubernetes_pod_security_policy: ['policy/v1beta1', 'PodSecurityPolicy'],
  kubernetes_pod_security_policy_v1beta1: ['policy/v1beta1', 'PodSecurityPolicy'],
  kubernetes_horizontal_pod_autoscaler_v2beta2: ['autoscaling/v2beta2', 'HorizontalPodAutoscaler'],
};

/** Finds the removal of a kind of an API version. */
export function findRemovedApi(apiVersion: string, kind: string): RemovedApi | undefined {
  return REMOVED_APIS.find((api) => api.apiVersion === apiVersion && (api.kinds.length === 0 || api.kinds.includes(kind)));
}
