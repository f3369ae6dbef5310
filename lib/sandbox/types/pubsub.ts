import { sameReference } from '../references';
import type { TypeDescription } from '../type-description';
import { requireFound } from './google';

const API = 'pubsub.googleapis.com';

const topic: TypeDescription = {
  type: 'google_pubsub_topic',
  label: 'Topic',
  api: API,
  providerDefaults: ['project'],
  identity: (resource) => `projects/${resource.text('project')}/topics/${resource.text('name')}`,
  computed: ['project'],
  defaults: {
    'ingestion_data_source_settings.cloud_storage.text_format.delimiter': '\n',
    'ingestion_data_source_settings.platform_logs_settings.severity': 'SEVERITY_UNSPECIFIED',
    'message_transforms.disabled': false,
    'schema_settings.encoding': 'ENCODING_UNSPECIFIED',
  },
  forceNew: ['name', 'project'],
};

const subscription: TypeDescription = {
  type: 'google_pubsub_subscription',
  label: 'Subscription',
  api: API,
  providerDefaults: ['project'],
  identity: (resource) => `projects/${resource.text('project')}/subscriptions/${resource.text('name')}`,
  computed: ['ack_deadline_seconds', 'project', 'retry_policy.{maximum_backoff,minimum_backoff}'],
  defaults: { 'cloud_storage_config.max_duration': '300s', message_retention_duration: '604800s', 'message_transforms.disabled': false },
  forceNew: ['{enable_message_ordering,filter,name,project,topic}'],
  values: {
    ack_deadline_seconds: 10,
    'retry_policy.maximum_backoff': '600s',
    'retry_policy.minimum_backoff': '10s',
  },
  diffSuppress: { topic: sameReference },
  rules: {
    create: [
      ({ resource, cloud }) => {
        const topicName = resource.text('topic');
        const identity = topicName.includes('/') ? topicName : `projects/${resource.text('project')}/topics/${topicName}`;
        requireFound(cloud, 'Error creating Subscription', 'google_pubsub_topic', identity);
      },
    ],
  },
};

export const pubsub: readonly TypeDescription[] = [topic, subscription];
