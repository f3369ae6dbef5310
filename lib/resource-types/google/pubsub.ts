import type { ResourceType } from '../resource-type';

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
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'its subscriptions stay, without a topic' },
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
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'nothing refers to it' },
  },
];
