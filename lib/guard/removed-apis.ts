/** An API that a version of Kubernetes no longer serves. */
export interface RemovedApi {
  /** Minor version of Kubernetes 1 that is the first without it. */
  readonly removedIn: number;
  readonly apiVersion: string;

  /** Kinds it is removed for; all of its kinds when there are none. */
  readonly kinds: readonly string[];
  readonly use: string;
}

/**
 * As of 2026-11-22, from the Kubernetes deprecation guide; where a row says so, from Pluto's versions.yaml.
 *
 * @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 * @see https://github.com/FairwindsOps/pluto/blob/master/versions.yaml
 */
export const REMOVED_APIS: readonly RemovedApi[] = [
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
  // The rows from here on are Pluto's.
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
 * The API that a type of the Kubernetes provider calls, where its name alone tells. Types without a version that try
 * several APIs are not here.
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

export function removedApi(apiVersion: string, kind: string): RemovedApi | undefined {
  return REMOVED_APIS.find((api) => api.apiVersion === apiVersion && (api.kinds.length === 0 || api.kinds.includes(kind)));
}
