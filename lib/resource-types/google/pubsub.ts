import type { ResourceType } from '../resource-type';
import { compareTarget } from '../running';

export const pubsub: readonly ResourceType[] = [
  {
    names: ['google_pubsub_topic'],
    what: 'a topic',
    deletion: {
      kind: 'data',
      impact: 'its retained messages; its subscriptions no longer receive messages',
      recovery: 'the topic, from Terraform; subscriptions have to be recreated',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/pubsub_topic',
    },
    protections: [
      { path: ['message_retention_duration'], safe: { more: '', unset: 'weakest' }, against: 'data-loss', weaker: 'messages are kept' },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'its subscriptions stay, without a topic' },
    price: { unpriced: 'messages by their size', isLarge: false },
  },
  {
    names: ['google_pubsub_subscription'],
    what: 'a subscription',
    deletion: {
      kind: 'data',
      impact: 'messages that are not acknowledged yet',
      recovery: 'messages that the topic retains, by a seek',
      source: 'https://cloud.google.com/pubsub/docs/replay-overview',
    },
    protections: [
      { path: ['message_retention_duration'], safe: { more: '', unset: 'weakest' }, against: 'data-loss', weaker: 'messages are kept' },
      {
        path: ['retain_acked_messages'],
        safe: { oneOf: [true] },
        against: 'data-loss',
        weaker: 'messages that were acknowledged are no longer kept',
      },
      // Empty text is no expiration; without the block it is 31 days: https://cloud.google.com/pubsub/docs/subscription-properties#expiration_period
      {
        path: ['expiration_policy', 'ttl'],
        safe: { more: '', unset: 'strongest' },
        against: 'deletion',
        weaker: 'without subscribers it is kept',
      },
      {
        path: ['dead_letter_policy', 'dead_letter_topic'],
        safe: { set: true },
        against: 'data-loss',
        weaker: 'messages that cannot be processed are no longer kept',
      },
    ],
    running: [
      {
        path: ['push_config', 'push_endpoint'],
        safe: compareTarget('messages are no longer pushed to its endpoint'),
        stops: 'its endpoint',
      },
      { path: ['bigquery_config', 'table'], safe: compareTarget('messages are no longer written to its table'), stops: 'its table' },
      {
        path: ['cloud_storage_config', 'bucket'],
        safe: compareTarget('messages are no longer written to its bucket'),
        stops: 'its bucket',
      },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'nothing refers to it' },
    price: { unpriced: 'messages by their size', isLarge: false },
  },
  {
    names: ['google_pubsub_lite_topic'],
    what: 'a Pub/Sub Lite topic',
    deletion: {
      kind: 'data',
      impact: 'all of its messages',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/pubsub_lite_topic',
    },
    price: { unpriced: 'its throughput and storage', isLarge: true },
  },
  {
    names: ['google_pubsub_lite_subscription'],
    what: 'a Pub/Sub Lite subscription',
    deletion: {
      kind: 'data',
      impact: 'its position: messages that are not read yet',
      recovery: 'messages that the topic retains',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/pubsub_lite_subscription',
    },
    price: { free: 'its topic is paid' },
  },
  {
    names: ['google_pubsub_lite_reservation'],
    what: 'reserved throughput of Pub/Sub Lite',
    deletion: {
      kind: 'service',
      impact: 'the throughput of its topics',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its throughput', isLarge: true },
  },
  {
    names: ['google_pubsub_schema'],
    what: 'a schema',
    deletion: {
      kind: 'service',
      impact: 'the validation of messages',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
