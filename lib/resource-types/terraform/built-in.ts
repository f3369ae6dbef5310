import type { ResourceType } from '../resource-type';

export const builtIn: readonly ResourceType[] = [
  {
    names: ['terraform_data', 'null_resource', 'time_sleep', 'time_static', 'time_offset', 'time_rotating'],
    what: 'a resource without an object',
    deletion: {
      kind: 'harmless',
      why: 'it exists in the state alone',
    },
    exposes: { none: 'it exists in the state only' },
    price: { free: 'it exists in the state alone' },
  },
  {
    names: ['random_id', 'random_pet', 'random_integer', 'random_shuffle', 'random_string', 'random_uuid'],
    what: 'a random value',
    deletion: {
      kind: 'harmless',
      why: 'it exists in the state alone; what uses its value changes in the same plan',
    },
    price: { free: 'it exists in the state alone' },
  },
  {
    names: ['random_password', 'random_bytes', 'tls_private_key', 'tls_self_signed_cert', 'tls_locally_signed_cert', 'tls_cert_request'],
    what: 'a secret that is kept in the state',
    deletion: {
      kind: 'service',
      impact: 'its value, which the state alone may have: what it signs in to, signs or encrypts has to get another one',
      recovery: 'its value, from an earlier version of the state',
      severity: 'warn',
    },
    price: { free: 'it exists in the state alone' },
  },
  {
    names: ['local_file', 'local_sensitive_file', 'archive_file'],
    what: 'a local file',
    deletion: {
      kind: 'harmless',
      why: 'it is a file of the machine that runs Terraform, which writes it again',
    },
    price: { free: 'it is a file of the machine that runs Terraform' },
  },
];
