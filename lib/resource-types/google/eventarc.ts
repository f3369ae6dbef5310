import type { ResourceType } from '../resource-type';

export const eventarc: readonly ResourceType[] = [
  {
    names: [
      'google_eventarc_trigger',
      'google_eventarc_channel',
      'google_eventarc_google_channel_config',
      'google_eventarc_message_bus',
      'google_eventarc_pipeline',
      'google_eventarc_enrollment',
      'google_eventarc_google_api_source',
    ],
    what: 'a part of Eventarc',
    deletion: {
      kind: 'service',
      impact: 'the events that it would have delivered',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each event', isLarge: false },
  },
];
