import type { ResourceType } from '../resource-type';

export const managedKafka: readonly ResourceType[] = [
  {
    names: ['google_managed_kafka_cluster'],
    what: 'a Kafka cluster',
    deletion: {
      kind: 'data',
      impact: 'all of its topics and messages',
      recovery: 'none, except copies elsewhere',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/managed_kafka_cluster',
    },
    price: { unpriced: 'its vCPUs and storage', isLarge: true },
  },
  {
    names: ['google_managed_kafka_topic'],
    what: 'a Kafka topic',
    deletion: {
      kind: 'data',
      impact: 'all of its messages, and the positions of its consumers',
      recovery: 'none, except copies elsewhere',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/managed_kafka_topic',
    },
    price: { free: 'its cluster is paid' },
  },
  {
    names: ['google_managed_kafka_acl'],
    what: 'access rules of a Kafka cluster',
    deletion: {
      kind: 'service',
      impact: 'the access of its principals',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_managed_kafka_connect_cluster', 'google_managed_kafka_connector'],
    what: 'a Kafka connector',
    deletion: {
      kind: 'service',
      impact: 'the messages that it would have copied',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its workers', isLarge: true },
  },
];
