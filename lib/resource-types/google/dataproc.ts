import type { ResourceType } from '../resource-type';

export const dataproc: readonly ResourceType[] = [
  {
    names: ['google_dataproc_cluster'],
    what: 'a Dataproc cluster',
    deletion: {
      kind: 'data',
      impact: 'its jobs, and everything in HDFS on its nodes; data in buckets stays',
      recovery: 'the cluster, from Terraform, without HDFS',
      source: 'https://cloud.google.com/dataproc/docs/guides/manage-cluster#delete_a_cluster',
    },
    price: { unpriced: 'its VM instances', isLarge: true },
  },
  {
    names: ['google_dataproc_metastore_service'],
    what: 'a metastore',
    deletion: {
      kind: 'data',
      impact: 'the metadata of all databases, tables and partitions, and the backups of the service; files of external tables stay',
      recovery: 'a metadata export in a bucket',
      source: 'https://cloud.google.com/dataproc-metastore/docs/export-metadata',
    },
    price: { unpriced: 'a price for each hour', isLarge: true },
  },
  {
    names: ['google_dataproc_gdc_service_instance'],
    what: 'a Dataproc service on Google Distributed Cloud',
    deletion: {
      kind: 'data',
      impact: 'its applications and their data',
      recovery: 'the configuration, from Terraform',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/dataproc_gdc_service_instance',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_dataproc_metastore_federation'],
    what: 'a federation of metastores',
    deletion: {
      kind: 'service',
      impact: 'queries across its metastores',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: [
      'google_dataproc_autoscaling_policy',
      'google_dataproc_workflow_template',
      'google_dataproc_session_template',
      'google_dataproc_gdc_application_environment',
    ],
    what: 'a policy or template of Dataproc',
    deletion: {
      kind: 'service',
      impact: 'clusters, workflows and sessions that use it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_dataproc_job', 'google_dataproc_batch', 'google_dataproc_gdc_spark_application'],
    what: 'a Dataproc job',
    deletion: {
      kind: 'service',
      impact: 'its run, when it is not finished; its output stays',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its runs', isLarge: false },
  },
];
