import type { ResourceType } from '../resource-type';

export const admission: readonly ResourceType[] = [
  {
    names: ['kubernetes_api_service', 'kubernetes_api_service_v1'],
    kinds: ['apiregistration.k8s.io/APIService'],
    what: 'an API service',
    deletion: {
      kind: 'service',
      impact: 'every object of the API that it serves: they cannot be read',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: [
      {
        path: ['spec', 'insecure_skip_tls_verify'],
        safe: { oneOf: [false, undefined] },
        against: 'attack',
        weaker: 'the certificate of its server is no longer verified',
      },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
  {
    names: [
      'kubernetes_mutating_webhook_configuration',
      'kubernetes_mutating_webhook_configuration_v1',
      'kubernetes_validating_webhook_configuration',
      'kubernetes_validating_webhook_configuration_v1',
      'kubernetes_validating_admission_policy',
      'kubernetes_validating_admission_policy_v1',
      'kubernetes_validating_admission_policy_binding',
      'kubernetes_validating_admission_policy_binding_v1',
      'kubernetes_mutating_admission_policy',
      'kubernetes_mutating_admission_policy_v1',
      'kubernetes_mutating_admission_policy_binding',
      'kubernetes_mutating_admission_policy_binding_v1',
    ],
    kinds: [
      'admissionregistration.k8s.io/MutatingWebhookConfiguration',
      'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
      'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    ],
    what: 'an admission check',
    deletion: {
      kind: 'service',
      impact: 'the check or change of new objects',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
  {
    names: ['kubernetes_pod_security_policy', 'kubernetes_pod_security_policy_v1beta1'],
    kinds: ['policy/PodSecurityPolicy'],
    what: 'a pod security policy',
    deletion: {
      kind: 'service',
      impact: 'its restriction of new pods',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
  {
    names: ['kubernetes_certificate_signing_request', 'kubernetes_certificate_signing_request_v1', 'kubernetes_token_request_v1'],
    kinds: ['certificates.k8s.io/CertificateSigningRequest'],
    what: 'a request of a certificate or token',
    deletion: {
      kind: 'harmless',
      why: 'the certificate or token that was issued stays valid',
    },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
];
