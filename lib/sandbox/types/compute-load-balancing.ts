import { CloudError } from '../cloud-error';
import type { TypeDescription } from '../type-description';
import { buildComputeIdentity, COMPUTE_API, computeName } from './compute';
import { exactNumber } from './google';

const managedSslCertificate: TypeDescription = {
  type: 'google_compute_managed_ssl_certificate',
  label: 'ManagedSslCertificate',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('sslCertificates'),
  computed: ['certificate_id', 'project'],
  values: {
    certificate_id: exactNumber,
    // A certificate is provisioned once its domain resolves to the load balancer.
    expire_time: '',
    subject_alternative_names: [],
  },
  defaults: { type: 'MANAGED' },
  forceNew: ['{description,managed,name,project,type}'],
  rules: { create: [computeName('ManagedSslCertificate')] },
};

const sslPolicy: TypeDescription = {
  type: 'google_compute_ssl_policy',
  label: 'SslPolicy',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('sslPolicies'),
  computed: ['project'],
  values: { enabled_features: [] },
  defaults: { min_tls_version: 'TLS_1_0', profile: 'COMPATIBLE' },
  forceNew: ['description', 'name', 'project'],
  rules: { create: [computeName('SslPolicy')] },
};

const securityPolicy: TypeDescription = {
  type: 'google_compute_security_policy',
  label: 'SecurityPolicy',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('securityPolicies'),
  computed: [
    'project',
    'type',
    'rule.preview',
    'advanced_options_config.{json_parsing,log_level}',
    'adaptive_protection_config.layer_7_ddos_defense_config.rule_visibility',
  ],
  values: {
    type: 'CLOUD_ARMOR',
    'rule.preview': false,
    'advanced_options_config.json_parsing': 'DISABLED',
    'advanced_options_config.log_level': 'NORMAL',
    'adaptive_protection_config.layer_7_ddos_defense_config.rule_visibility': 'STANDARD',
  },
  defaults: { 'rule.description': '', 'rule.match.versioned_expr': '' },
  forceNew: ['{name,project,type}'],
  rules: {
    plan: [
      ({ resource }) => {
        const priorities = resource.all('rule.priority');
        if (new Set(priorities).size === priorities.length) return;
        throw new CloudError('Two rules have the same priority, please update one of the priorities to be different.');
      },
    ],
    create: [computeName('SecurityPolicy')],
  },
};

export const computeLoadBalancing: readonly TypeDescription[] = [managedSslCertificate, sslPolicy, securityPolicy];
