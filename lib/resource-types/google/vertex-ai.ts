import type { ResourceType } from '../resource-type';

export const vertexAi: readonly ResourceType[] = [
  {
    names: ['google_vertex_ai_dataset'],
    what: 'a Vertex AI dataset',
    deletion: {
      kind: 'data',
      impact: 'its items and annotations; files in buckets stay',
      recovery: 'an export of the annotations',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/vertex_ai_dataset',
    },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: [
      'google_vertex_ai_featurestore',
      'google_vertex_ai_featurestore_entitytype',
      'google_vertex_ai_featurestore_entitytype_feature',
    ],
    what: 'a feature store',
    deletion: {
      kind: 'data',
      impact: 'all of its feature values',
      recovery: 'the source of the features, or an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/vertex_ai_featurestore',
    },
    price: { unpriced: 'its nodes and storage', isLarge: true },
  },
  {
    names: ['google_vertex_ai_feature_online_store', 'google_vertex_ai_feature_online_store_featureview'],
    what: 'an online feature store',
    deletion: {
      kind: 'data',
      impact: 'its copy of the feature values',
      recovery: 'the feature values, by a new synchronization from BigQuery',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/vertex_ai_feature_online_store',
    },
    price: { unpriced: 'its nodes and storage', isLarge: true },
  },
  {
    names: ['google_vertex_ai_feature_group', 'google_vertex_ai_feature_group_feature'],
    what: 'a group of features',
    deletion: {
      kind: 'service',
      impact: 'the registration of the features; their data in BigQuery stays',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_vertex_ai_index'],
    what: 'a vector index',
    deletion: {
      kind: 'data',
      impact: 'all of its vectors',
      recovery: 'an index that is built again from its source',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/vertex_ai_index',
    },
    price: { unpriced: 'its size and updates', isLarge: false },
  },
  {
    names: ['google_vertex_ai_tensorboard', 'google_vertex_ai_metadata_store'],
    what: 'a record of experiments',
    deletion: {
      kind: 'data',
      impact: 'all of its experiments and runs',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/vertex_ai_tensorboard',
    },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_vertex_ai_rag_engine_config'],
    what: 'a RAG engine',
    deletion: {
      kind: 'data',
      impact: 'the corpora in its database',
      recovery: 'files that are imported again',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/vertex_ai_rag_engine_config',
    },
    price: { unpriced: 'a database for its corpora', isLarge: true },
  },
  {
    names: ['google_vertex_ai_reasoning_engine', 'google_ml_engine_model'],
    what: 'a model',
    deletion: {
      kind: 'data',
      impact: 'all of its versions',
      recovery: 'the model, from its artifacts in a bucket',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/vertex_ai_reasoning_engine',
    },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: [
      'google_vertex_ai_endpoint',
      'google_vertex_ai_endpoint_with_model_garden_deployment',
      'google_vertex_ai_index_endpoint',
      'google_vertex_ai_index_endpoint_deployed_index',
      'google_vertex_ai_deployment_resource_pool',
    ],
    what: 'an endpoint of Vertex AI',
    deletion: {
      kind: 'service',
      impact: 'predictions and searches through it',
      recovery: 'the endpoint, from Terraform; models and indexes are deployed again',
      severity: 'warn',
    },
    price: { unpriced: 'its machines', isLarge: true },
  },
  {
    names: ['google_tpu_node', 'google_tpu_v2_vm', 'google_tpu_v2_queued_resource'],
    what: 'a TPU',
    deletion: {
      kind: 'service',
      impact: 'what runs on it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each hour', isLarge: true },
  },
];
