import type { ResourceChange } from '../terraform/plan';
import { hasBlock } from '../terraform/values';
import { typeBefore } from './manifest';

/** Resource type that holds data, with the impact of its deletion. */
export interface StatefulType {
  /** Noun phrase for sentences, for example `a disk`. */
  readonly what: string;

  /** Data or service that is lost when it is deleted. */
  readonly impact: string;

  /** Part of it that can be recovered, and its source. */
  readonly recovery: string;

  /** URL of the documentation. */
  readonly source: string;
}

const REGISTRY = 'https://registry.terraform.io/providers/hashicorp';
const GOOGLE = `${REGISTRY}/google/6.50.0/docs/resources`;
const CLOUD = 'https://cloud.google.com';

const DISK: StatefulType = {
  what: 'a disk',
  impact: 'everything on the disk; an attached disk is detached first, without an error',
  recovery: 'the newest snapshot, on a new disk; snapshots outlive their disk unless its schedule deletes them',
  source: `${CLOUD}/compute/docs/disks/create-snapshots`,
};

const CLAIM: StatefulType = {
  what: 'a volume claim',
  impact: 'the volume and its data, when the reclaim policy of its storage class is Delete, as in GKE',
  recovery: 'a backup of its namespace, when the backup plan includes volume data',
  source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
};

const STATEFUL_SET: StatefulType = {
  what: 'a stateful set',
  impact: 'its pods; its volume claims too when persistent_volume_claim_retention_policy is Delete',
  recovery: 'retained claims, by a stateful set of the same name',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
};

const ADDRESS: StatefulType = {
  what: 'a reserved address',
  impact: 'the address: another customer may get it, while peers, DNS records and allow lists still refer to it',
  recovery: 'not guaranteed: an external address cannot be requested again, an internal one can while it is free',
  source: `${CLOUD}/compute/docs/ip-addresses/reserve-static-external-ip-address`,
};

const VOLUME: StatefulType = {
  what: 'a volume',
  impact: 'the reference to its disk; the disk itself stays unless the reclaim policy is Delete',
  recovery: 'a new volume on the same disk, when that was retained',
  source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
};

const STATEFUL_GROUP: StatefulType = {
  what: 'an instance group with stateful disks',
  impact: 'its VM instances, and each stateful disk whose delete_rule is ON_PERMANENT_INSTANCE_DELETION',
  recovery: 'stateful disks whose delete_rule is NEVER stay, detached; the others from a snapshot',
  source: `${CLOUD}/compute/docs/instance-groups/stateful-migs`,
};

const LOCAL_SSD: StatefulType = {
  what: 'a VM instance with local SSDs',
  impact: 'everything on its local SSDs, and its boot disk unless auto_delete is false',
  recovery: 'none of the local SSDs, which have no snapshots; other attached disks stay',
  source: `${CLOUD}/compute/docs/disks/local-ssd`,
};

/**
 * Resource types with data that Terraform cannot recreate. Namespaces, custom resource definitions and Helm releases have rules of
 * their own, since the impact of their deletion depends on their contents.
 */
export const STATEFUL_TYPES: Readonly<Record<string, StatefulType>> = {
  google_compute_disk: DISK,
  google_compute_region_disk: DISK,
  google_compute_snapshot: {
    what: 'a snapshot',
    impact: 'the state of the disk at that time; blocks that newer snapshots need are kept',
    recovery: 'none; the disk and its other snapshots stay',
    source: `${CLOUD}/compute/docs/disks/create-snapshots`,
  },
  google_compute_image: {
    what: 'an image',
    impact: 'the image; VM instances and disks created from it stay',
    recovery: 'none, unless its source disk or snapshot still exists',
    source: `${GOOGLE}/compute_image`,
  },
  google_compute_resource_policy: {
    what: 'a policy, such as a snapshot schedule',
    impact: 'future snapshots; existing ones stay',
    recovery: 'the schedule, with a new policy and a new attachment to each disk; not the snapshots in between',
    source: `${CLOUD}/compute/docs/disks/about-snapshot-schedules`,
  },
  google_compute_address: ADDRESS,
  google_compute_global_address: ADDRESS,
  google_compute_network: {
    what: 'a network',
    impact: 'its subnetworks, routes and firewall rules, and every connection through it',
    recovery: 'the configuration, from Terraform; workloads do not move to a new network',
    source: `${GOOGLE}/compute_network`,
  },
  google_compute_subnetwork: {
    what: 'a subnetwork',
    impact: 'the addresses of every VM instance, node and pod in it',
    recovery: 'the configuration, from Terraform; VM instances and clusters in it have to be recreated',
    source: `${GOOGLE}/compute_subnetwork`,
  },
  google_container_cluster: {
    what: 'a cluster',
    impact: 'every namespace, workload and secret in it, and the disks of volumes whose reclaim policy is Delete',
    recovery: 'what Terraform and the charts create; data only from a backup plan with volume data, or from retained disks',
    source: `${CLOUD}/kubernetes-engine/docs/how-to/deleting-a-cluster`,
  },
  google_gke_backup_backup_plan: {
    what: 'a backup plan',
    impact: 'future backups',
    recovery: 'the plan, from Terraform; a plan that has backups cannot be deleted, so the apply may fail here',
    source: `${CLOUD}/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-plan`,
  },
  google_backup_dr_backup_vault: {
    what: 'a backup vault',
    impact: 'every backup in it that is past its enforced retention',
    recovery: 'none',
    source: `${GOOGLE}/backup_dr_backup_vault`,
  },
  google_backup_dr_backup_plan_association: {
    what: 'the association of a VM instance or a disk with a backup plan',
    impact: 'future backups',
    recovery: 'the association, from Terraform; not the backups in between',
    source: `${GOOGLE}/backup_dr_backup_plan_association`,
  },
  google_storage_bucket: {
    what: 'a bucket',
    impact: 'all of its objects, when force_destroy is set; otherwise the apply fails while there are any',
    recovery: 'objects within the soft delete duration, seven days by default, by restoring the bucket',
    source: `${CLOUD}/storage/docs/soft-delete`,
  },
  google_sql_database_instance: {
    what: 'a database instance',
    impact: 'all of its databases and automatic backups',
    recovery: 'an export, or a final backup when one was requested; its name is reserved for a week',
    source: `${CLOUD}/sql/docs/postgres/delete-instance`,
  },
  google_sql_database: {
    what: 'a database',
    impact: 'all of its tables',
    recovery: "the instance's last backup, by restoring the whole instance",
    source: `${GOOGLE}/sql_database`,
  },
  google_spanner_instance: {
    what: 'a Spanner instance',
    impact: 'all of its databases',
    recovery: 'none: its backups are stored in the instance',
    source: `${GOOGLE}/spanner_instance`,
  },
  google_spanner_database: {
    what: 'a Spanner database',
    impact: 'all of its tables',
    recovery: 'a backup in the instance',
    source: `${GOOGLE}/spanner_database`,
  },
  google_bigtable_instance: {
    what: 'a Bigtable instance',
    impact: 'all of its tables and their backups',
    recovery: 'none, unless a backup was copied to another instance',
    source: `${GOOGLE}/bigtable_instance`,
  },
  google_bigquery_dataset: {
    what: 'a BigQuery dataset',
    impact: 'all of its tables, when delete_contents_on_destroy is set; otherwise the apply fails while there are any',
    recovery: 'the dataset, within its time travel window of two to seven days',
    source: `${CLOUD}/bigquery/docs/restore-deleted-datasets`,
  },
  google_bigquery_table: {
    what: 'a BigQuery table',
    impact: 'all of its rows',
    recovery: 'the table, within the time travel window of its dataset',
    source: `${CLOUD}/bigquery/docs/restore-deleted-tables`,
  },
  google_firestore_database: {
    what: 'a Firestore database',
    impact: 'all of its documents',
    recovery: 'a backup or an export',
    source: `${GOOGLE}/firestore_database`,
  },
  google_filestore_instance: {
    what: 'a file share',
    impact: 'all of its files and snapshots',
    recovery: 'a Filestore backup',
    source: `${GOOGLE}/filestore_instance`,
  },
  google_redis_instance: {
    what: 'a Redis instance',
    impact: 'all of its keys',
    recovery: 'an export',
    source: `${GOOGLE}/redis_instance`,
  },
  google_kms_crypto_key: {
    what: 'an encryption key',
    impact: 'all of its versions are scheduled for destruction: data that they encrypted becomes unreadable',
    recovery: 'its versions, until destroy_scheduled_duration ends, 30 days by default; none after that',
    source: `${CLOUD}/kms/docs/destroy-restore`,
  },
  google_secret_manager_secret: {
    what: 'a secret',
    impact: 'all of its versions',
    recovery: 'none, except copies elsewhere',
    source: `${GOOGLE}/secret_manager_secret`,
  },
  google_secret_manager_secret_version: {
    what: 'a version of a secret',
    impact: 'its value, unless deletion_policy keeps it',
    recovery: 'none, except copies elsewhere',
    source: `${GOOGLE}/secret_manager_secret_version`,
  },
  google_pubsub_topic: {
    what: 'a topic',
    impact: 'its retained messages; its subscriptions no longer receive messages',
    recovery: 'the topic, from Terraform; subscriptions have to be recreated',
    source: `${GOOGLE}/pubsub_topic`,
  },
  google_pubsub_subscription: {
    what: 'a subscription',
    impact: 'messages that are not acknowledged yet',
    recovery: 'messages that the topic retains, by a seek',
    source: `${CLOUD}/pubsub/docs/replay-overview`,
  },
  google_artifact_registry_repository: {
    what: 'an artifact repository',
    impact: 'all of its images and packages: pods that have to pull them do not start',
    recovery: 'images and packages that are built and pushed again',
    source: `${GOOGLE}/artifact_registry_repository`,
  },
  google_dns_managed_zone: {
    what: 'a DNS zone',
    impact: 'its records and its name servers: a new zone gets others, which have to be configured at the registrar',
    recovery: 'records that Terraform manages',
    source: `${CLOUD}/dns/docs/zones`,
  },
  google_project: {
    what: 'a project',
    impact: 'everything in it: every disk, cluster, bucket, backup and key',
    recovery: 'the project, within 30 days, by restoring it manually; some services lose data earlier',
    source: `${CLOUD}/resource-manager/docs/creating-managing-projects#shutting_down_projects`,
  },
  google_folder: {
    what: 'a folder',
    impact: 'its policies and grants; only an empty folder can be deleted',
    recovery: 'the folder, within 30 days, by restoring it manually',
    source: `${CLOUD}/resource-manager/docs/creating-managing-folders`,
  },
  google_compute_machine_image: {
    what: 'a machine image',
    impact: 'the disks and the configuration of the VM instance at that time',
    recovery: 'none; the VM instance stays',
    source: `${GOOGLE}/compute_machine_image`,
  },
  google_compute_instant_snapshot: {
    what: 'an instant snapshot',
    impact: 'the state of the disk at that time',
    recovery: 'none; the disk stays',
    source: `${GOOGLE}/compute_instant_snapshot`,
  },
  google_netapp_volume: {
    what: 'a NetApp volume',
    impact: 'all of its files and snapshots',
    recovery: 'a NetApp backup, or a replica of the volume',
    source: `${GOOGLE}/netapp_volume`,
  },
  google_netapp_volume_snapshot: {
    what: 'a snapshot of a NetApp volume',
    impact: 'the state of the volume at that time',
    recovery: 'none; the volume stays',
    source: `${GOOGLE}/netapp_volume_snapshot`,
  },
  google_netapp_storage_pool: {
    what: 'a NetApp storage pool',
    impact: 'the capacity of its volumes; only an empty pool can be deleted',
    recovery: 'the pool, from Terraform',
    source: `${GOOGLE}/netapp_storage_pool`,
  },
  google_netapp_backup_vault: {
    what: 'a NetApp backup vault',
    impact: 'all of its backups',
    recovery: 'none',
    source: `${GOOGLE}/netapp_backup_vault`,
  },
  google_netapp_backup: {
    what: 'a NetApp backup',
    impact: 'the state of the volume at that time',
    recovery: 'none',
    source: `${GOOGLE}/netapp_backup`,
  },
  google_filestore_backup: {
    what: 'a Filestore backup',
    impact: 'the state of the file share at that time',
    recovery: 'none',
    source: `${GOOGLE}/filestore_backup`,
  },
  google_filestore_snapshot: {
    what: 'a Filestore snapshot',
    impact: 'the state of the file share at that time',
    recovery: 'none',
    source: `${GOOGLE}/filestore_snapshot`,
  },
  google_lustre_instance: {
    what: 'a Lustre file system',
    impact: 'all of its files',
    recovery: 'an export to a bucket',
    source: `${GOOGLE}/lustre_instance`,
  },
  google_parallelstore_instance: {
    what: 'a Parallelstore file system',
    impact: 'all of its files',
    recovery: 'an export to a bucket',
    source: `${GOOGLE}/parallelstore_instance`,
  },
  google_alloydb_cluster: {
    what: 'an AlloyDB cluster',
    impact: 'all of its databases, automated backups and continuous backups',
    recovery: 'an on-demand backup or an export',
    source: `${GOOGLE}/alloydb_cluster`,
  },
  google_alloydb_instance: {
    what: 'an AlloyDB instance',
    impact: 'every connection to it; the data stays in the cluster, unless that is deleted too',
    recovery: 'the instance, from Terraform, on the data of the cluster',
    source: `${GOOGLE}/alloydb_instance`,
  },
  google_alloydb_backup: {
    what: 'an AlloyDB backup',
    impact: 'the state of the cluster at that time',
    recovery: 'none',
    source: `${GOOGLE}/alloydb_backup`,
  },
  google_redis_cluster: {
    what: 'a Redis cluster',
    impact: 'all of its keys',
    recovery: 'a backup or an export',
    source: `${GOOGLE}/redis_cluster`,
  },
  google_memorystore_instance: {
    what: 'a Memorystore instance',
    impact: 'all of its keys',
    recovery: 'a backup or an export',
    source: `${GOOGLE}/memorystore_instance`,
  },
  google_memcache_instance: {
    what: 'a Memcached instance',
    impact: 'all of its keys',
    recovery: 'none: clients fill the cache again',
    source: `${GOOGLE}/memcache_instance`,
  },
  google_bigtable_table: {
    what: 'a Bigtable table',
    impact: 'all of its rows',
    recovery: 'a backup of the table',
    source: `${GOOGLE}/bigtable_table`,
  },
  google_spanner_backup_schedule: {
    what: 'a Spanner backup schedule',
    impact: 'future backups',
    recovery: 'the schedule, from Terraform; not the backups in between',
    source: `${GOOGLE}/spanner_backup_schedule`,
  },
  google_firestore_backup_schedule: {
    what: 'a Firestore backup schedule',
    impact: 'future backups',
    recovery: 'the schedule, from Terraform; not the backups in between',
    source: `${GOOGLE}/firestore_backup_schedule`,
  },
  google_storage_bucket_object: {
    what: 'a bucket object',
    impact: 'its content',
    recovery: 'the object, within the soft delete duration, seven days by default',
    source: `${CLOUD}/storage/docs/soft-delete`,
  },
  google_kms_crypto_key_version: {
    what: 'a version of an encryption key',
    impact: 'it is scheduled for destruction: data that it encrypted becomes unreadable',
    recovery: 'the version, until destroy_scheduled_duration ends, 30 days by default; none after that',
    source: `${CLOUD}/kms/docs/destroy-restore`,
  },
  kubernetes_persistent_volume_claim: CLAIM,
  kubernetes_persistent_volume_claim_v1: CLAIM,
  kubernetes_persistent_volume: VOLUME,
  kubernetes_persistent_volume_v1: VOLUME,
  kubernetes_stateful_set: STATEFUL_SET,
  kubernetes_stateful_set_v1: STATEFUL_SET,
};

/** Finds the stateful type of a resource by its type, its arguments, or the kind of its manifest. */
export function findStatefulType(change: ResourceChange): StatefulType | undefined {
  const { type, before } = change;
  if (/^google_compute_(region_)?instance_group_manager$/.test(type)) {
    return hasBlock(before, 'stateful_disk') ? STATEFUL_GROUP : undefined;
  }
  if (type === 'google_compute_instance') return hasBlock(before, 'scratch_disk') ? LOCAL_SSD : undefined;
  return STATEFUL_TYPES[typeBefore(change)];
}
