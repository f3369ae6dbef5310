import type { ResourceChange } from '../terraform/plan';
import { hasBlock } from '../terraform/values';
import { typeBefore } from './manifest';

/** What a type of resource holds, and what becomes of it. */
export interface StatefulType {
  /** What it is, for a sentence. */
  readonly what: string;

  /** What is gone when it is deleted. */
  readonly impact: string;

  /** What of it comes back, and from where. */
  readonly recovery: string;

  /** Where that is written. */
  readonly source: string;
}

const REGISTRY = 'https://registry.terraform.io/providers/hashicorp';
const GOOGLE = `${REGISTRY}/google/6.50.0/docs/resources`;
const CLOUD = 'https://cloud.google.com';

const DISK: StatefulType = {
  what: 'a disk',
  impact: 'everything on the disk; a disk that is attached is detached first, without complaint',
  recovery:
    'what its newest snapshot holds, on a new disk made from that snapshot; snapshots outlive their disk unless its schedule says otherwise',
  source: `${CLOUD}/compute/docs/disks/create-snapshots`,
};

const CLAIM: StatefulType = {
  what: 'a volume claim',
  impact: 'the volume and everything on it, when its storage class reclaims by Delete, as those of GKE do',
  recovery: 'what a backup of its namespace holds, when the backup plan includes volume data',
  source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
};

const STATEFUL_SET: StatefulType = {
  what: 'a stateful set',
  impact: 'its pods; its volume claims too when persistent_volume_claim_retention_policy says Delete',
  recovery: 'claims that are retained are taken up again by a stateful set of the same name',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
};

const ADDRESS: StatefulType = {
  what: 'a reserved address',
  impact: 'the address: somebody else may get it, and whoever knows it (peers, DNS records, allow lists) talks to them',
  recovery: 'nothing for sure: an external address cannot be asked for again, an internal one can while it is free',
  source: `${CLOUD}/compute/docs/ip-addresses/reserve-static-external-ip-address`,
};

const VOLUME: StatefulType = {
  what: 'a volume',
  impact: 'the way to its disk; the disk itself stays unless the reclaim policy is Delete',
  recovery: 'a new volume with the same disk, when that was retained',
  source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
};

const STATEFUL_GROUP: StatefulType = {
  what: 'an instance group with stateful disks',
  impact: 'its VM instances, and each stateful disk whose delete_rule is ON_PERMANENT_INSTANCE_DELETION',
  recovery: 'stateful disks whose delete_rule is NEVER stay, attached to nothing; of the others what a snapshot holds',
  source: `${CLOUD}/compute/docs/instance-groups/stateful-migs`,
};

const LOCAL_SSD: StatefulType = {
  what: 'a virtual machine with local SSDs',
  impact: 'everything on its local SSDs, and its boot disk unless auto_delete is false',
  recovery: 'nothing of a local SSD: it has no snapshots; other disks that are attached stay',
  source: `${CLOUD}/compute/docs/disks/local-ssd`,
};

/**
 * Types of resources that hold what Terraform cannot make again. Namespaces, definitions of custom resources and Helm
 * releases are not here: what goes with them depends on what is in them, and rules of their own say so.
 */
export const STATEFUL_TYPES: Readonly<Record<string, StatefulType>> = {
  google_compute_disk: DISK,
  google_compute_region_disk: DISK,
  google_compute_snapshot: {
    what: 'a snapshot',
    impact: 'the state of the disk at that moment; blocks that newer snapshots need stay with those',
    recovery: 'nothing of that moment; the disk itself and its other snapshots stay',
    source: `${CLOUD}/compute/docs/disks/create-snapshots`,
  },
  google_compute_image: {
    what: 'an image',
    impact: 'the image; machines and disks made from it stay',
    recovery: 'nothing, unless its source disk or snapshot is still there',
    source: `${GOOGLE}/compute_image`,
  },
  google_compute_resource_policy: {
    what: 'a policy, such as a snapshot schedule',
    impact: 'every snapshot that would have been taken from now on; those there are stay',
    recovery: 'the schedule, with a new policy and a new attachment to each disk; not the snapshots in between',
    source: `${CLOUD}/compute/docs/disks/about-snapshot-schedules`,
  },
  google_compute_address: ADDRESS,
  google_compute_global_address: ADDRESS,
  google_compute_network: {
    what: 'a network',
    impact: 'its subnetworks, routes and firewall rules, and every connection through it',
    recovery: 'the configuration, from Terraform; nothing that runs in it moves to a new network by itself',
    source: `${GOOGLE}/compute_network`,
  },
  google_compute_subnetwork: {
    what: 'a subnetwork',
    impact: 'the addresses of every machine, node and pod in it',
    recovery: 'the configuration, from Terraform; machines and clusters in it have to be made again',
    source: `${GOOGLE}/compute_subnetwork`,
  },
  google_container_cluster: {
    what: 'a cluster',
    impact: 'every namespace and workload, every secret in it, and the disks of its volumes that reclaim by Delete',
    recovery:
      'what Terraform and the charts make; data only from a backup plan that includes volume data, or from disks that were retained',
    source: `${CLOUD}/kubernetes-engine/docs/how-to/deleting-a-cluster`,
  },
  google_gke_backup_backup_plan: {
    what: 'a backup plan',
    impact: 'every backup that would have been taken from now on',
    recovery: 'the plan, from Terraform; a plan that still has backups cannot be deleted, so the apply may fail here',
    source: `${CLOUD}/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-plan`,
  },
  google_backup_dr_backup_vault: {
    what: 'a backup vault',
    impact: 'every backup in it that is past its enforced retention',
    recovery: 'nothing',
    source: `${GOOGLE}/backup_dr_backup_vault`,
  },
  google_backup_dr_backup_plan_association: {
    what: 'the place of a machine or disk in a backup plan',
    impact: 'every backup that would have been taken from now on',
    recovery: 'the association, from Terraform; not the backups in between',
    source: `${GOOGLE}/backup_dr_backup_plan_association`,
  },
  google_storage_bucket: {
    what: 'a bucket',
    impact: 'all objects in it, when force_destroy is set; otherwise the apply fails while there are any',
    recovery: 'objects within the soft delete duration, seven days unless it was changed, by restoring the bucket',
    source: `${CLOUD}/storage/docs/soft-delete`,
  },
  google_sql_database_instance: {
    what: 'a database instance',
    impact: 'all its databases, and its automatic backups with it',
    recovery: 'what was exported, or a final backup when one was asked for; its name is taken for a week',
    source: `${CLOUD}/sql/docs/postgres/delete-instance`,
  },
  google_sql_database: {
    what: 'a database',
    impact: 'all its tables',
    recovery: "what the instance's last backup holds, by restoring the whole instance",
    source: `${GOOGLE}/sql_database`,
  },
  google_spanner_instance: {
    what: 'a Spanner instance',
    impact: 'all its databases',
    recovery: 'nothing: backups live in the instance',
    source: `${GOOGLE}/spanner_instance`,
  },
  google_spanner_database: {
    what: 'a Spanner database',
    impact: 'all its tables',
    recovery: 'what a backup in the instance holds',
    source: `${GOOGLE}/spanner_database`,
  },
  google_bigtable_instance: {
    what: 'a Bigtable instance',
    impact: 'all its tables and their backups',
    recovery: 'nothing, unless a backup was copied to another instance',
    source: `${GOOGLE}/bigtable_instance`,
  },
  google_bigquery_dataset: {
    what: 'a BigQuery dataset',
    impact: 'all its tables, when delete_contents_on_destroy is set; otherwise the apply fails while there are any',
    recovery: 'the dataset, within its time travel window of two to seven days',
    source: `${CLOUD}/bigquery/docs/restore-deleted-datasets`,
  },
  google_bigquery_table: {
    what: 'a BigQuery table',
    impact: 'all its rows',
    recovery: 'the table as it was, within the time travel window of its dataset',
    source: `${CLOUD}/bigquery/docs/restore-deleted-tables`,
  },
  google_firestore_database: {
    what: 'a Firestore database',
    impact: 'all its documents',
    recovery: 'what a backup or an export holds',
    source: `${GOOGLE}/firestore_database`,
  },
  google_filestore_instance: {
    what: 'a file share',
    impact: 'all its files, and its snapshots with it',
    recovery: 'what a Filestore backup holds',
    source: `${GOOGLE}/filestore_instance`,
  },
  google_redis_instance: {
    what: 'a Redis instance',
    impact: 'all its keys',
    recovery: 'what was exported',
    source: `${GOOGLE}/redis_instance`,
  },
  google_kms_crypto_key: {
    what: 'an encryption key',
    impact: 'all its versions are scheduled for destruction: what they encrypted cannot be read any more',
    recovery: 'versions can be restored until destroy_scheduled_duration is over, 30 days unless it was changed; then nothing',
    source: `${CLOUD}/kms/docs/destroy-restore`,
  },
  google_secret_manager_secret: {
    what: 'a secret',
    impact: 'all its versions',
    recovery: 'nothing but what is kept elsewhere',
    source: `${GOOGLE}/secret_manager_secret`,
  },
  google_secret_manager_secret_version: {
    what: 'a version of a secret',
    impact: 'its value, unless deletion_policy says otherwise',
    recovery: 'nothing but what is kept elsewhere',
    source: `${GOOGLE}/secret_manager_secret_version`,
  },
  google_pubsub_topic: {
    what: 'a topic',
    impact: 'messages it retains; its subscriptions receive nothing any more',
    recovery: 'the topic, from Terraform; subscriptions have to be made again',
    source: `${GOOGLE}/pubsub_topic`,
  },
  google_pubsub_subscription: {
    what: 'a subscription',
    impact: 'messages that nobody has acknowledged yet',
    recovery: 'what the topic retains, by seeking back',
    source: `${CLOUD}/pubsub/docs/replay-overview`,
  },
  google_artifact_registry_repository: {
    what: 'a repository of artifacts',
    impact: 'all images and packages in it: pods that have to pull them again do not start',
    recovery: 'what is built and pushed again',
    source: `${GOOGLE}/artifact_registry_repository`,
  },
  google_dns_managed_zone: {
    what: 'a DNS zone',
    impact: 'its records, and its name servers: a new zone gets others, which the registrar has to be told',
    recovery: 'records that Terraform manages',
    source: `${CLOUD}/dns/docs/zones`,
  },
  google_project: {
    what: 'a project',
    impact: 'everything in it: every disk, cluster, bucket, backup and key',
    recovery: 'the project, within 30 days, when it is restored by hand; some services lose data earlier',
    source: `${CLOUD}/resource-manager/docs/creating-managing-projects#shutting_down_projects`,
  },
  google_folder: {
    what: 'a folder',
    impact: 'its policies and grants; it is deleted only when it is empty',
    recovery: 'the folder, within 30 days, when it is restored by hand',
    source: `${CLOUD}/resource-manager/docs/creating-managing-folders`,
  },
  google_compute_machine_image: {
    what: 'a machine image',
    impact: 'the disks and the configuration of the VM instance at that moment',
    recovery: 'nothing of that moment; the VM instance itself stays',
    source: `${GOOGLE}/compute_machine_image`,
  },
  google_compute_instant_snapshot: {
    what: 'an instant snapshot',
    impact: 'the state of the disk at that moment',
    recovery: 'nothing of that moment; the disk itself stays',
    source: `${GOOGLE}/compute_instant_snapshot`,
  },
  google_netapp_volume: {
    what: 'a NetApp volume',
    impact: 'all its files, and its snapshots with it',
    recovery: 'what a NetApp backup, or a replica of the volume, holds',
    source: `${GOOGLE}/netapp_volume`,
  },
  google_netapp_volume_snapshot: {
    what: 'a snapshot of a NetApp volume',
    impact: 'the state of the volume at that moment',
    recovery: 'nothing of that moment; the volume itself stays',
    source: `${GOOGLE}/netapp_volume_snapshot`,
  },
  google_netapp_storage_pool: {
    what: 'a NetApp storage pool',
    impact: 'the capacity of its volumes; it is deleted only when it has none',
    recovery: 'the pool, from Terraform',
    source: `${GOOGLE}/netapp_storage_pool`,
  },
  google_netapp_backup_vault: {
    what: 'a NetApp backup vault',
    impact: 'all its backups',
    recovery: 'nothing',
    source: `${GOOGLE}/netapp_backup_vault`,
  },
  google_netapp_backup: {
    what: 'a NetApp backup',
    impact: 'the state of the volume at that moment',
    recovery: 'nothing of that moment',
    source: `${GOOGLE}/netapp_backup`,
  },
  google_filestore_backup: {
    what: 'a Filestore backup',
    impact: 'the state of the file share at that moment',
    recovery: 'nothing of that moment',
    source: `${GOOGLE}/filestore_backup`,
  },
  google_filestore_snapshot: {
    what: 'a Filestore snapshot',
    impact: 'the state of the file share at that moment',
    recovery: 'nothing of that moment',
    source: `${GOOGLE}/filestore_snapshot`,
  },
  google_lustre_instance: {
    what: 'a Lustre file system',
    impact: 'all its files',
    recovery: 'what was exported to a bucket',
    source: `${GOOGLE}/lustre_instance`,
  },
  google_parallelstore_instance: {
    what: 'a Parallelstore file system',
    impact: 'all its files',
    recovery: 'what was exported to a bucket',
    source: `${GOOGLE}/parallelstore_instance`,
  },
  google_alloydb_cluster: {
    what: 'an AlloyDB cluster',
    impact: 'all its databases; its automated and continuous backups too',
    recovery: 'what a backup on demand, or an export, holds',
    source: `${GOOGLE}/alloydb_cluster`,
  },
  google_alloydb_instance: {
    what: 'an AlloyDB instance',
    impact: 'every connection to it; the data stays in the cluster, unless the cluster goes too',
    recovery: 'the instance, from Terraform, on the data of the cluster',
    source: `${GOOGLE}/alloydb_instance`,
  },
  google_alloydb_backup: {
    what: 'an AlloyDB backup',
    impact: 'the state of the cluster at that moment',
    recovery: 'nothing of that moment',
    source: `${GOOGLE}/alloydb_backup`,
  },
  google_redis_cluster: {
    what: 'a Redis cluster',
    impact: 'all its keys',
    recovery: 'what a backup or an export holds',
    source: `${GOOGLE}/redis_cluster`,
  },
  google_memorystore_instance: {
    what: 'a Memorystore instance',
    impact: 'all its keys',
    recovery: 'what a backup or an export holds',
    source: `${GOOGLE}/memorystore_instance`,
  },
  google_memcache_instance: {
    what: 'a Memcached instance',
    impact: 'all its keys',
    recovery: 'nothing: what uses it fills it again',
    source: `${GOOGLE}/memcache_instance`,
  },
  google_bigtable_table: {
    what: 'a Bigtable table',
    impact: 'all its rows',
    recovery: 'what a backup of the table holds',
    source: `${GOOGLE}/bigtable_table`,
  },
  google_spanner_backup_schedule: {
    what: 'a backup schedule of Spanner',
    impact: 'every backup that would have been taken from now on',
    recovery: 'the schedule, from Terraform; not the backups in between',
    source: `${GOOGLE}/spanner_backup_schedule`,
  },
  google_firestore_backup_schedule: {
    what: 'a backup schedule of Firestore',
    impact: 'every backup that would have been taken from now on',
    recovery: 'the schedule, from Terraform; not the backups in between',
    source: `${GOOGLE}/firestore_backup_schedule`,
  },
  google_storage_bucket_object: {
    what: 'an object of a bucket',
    impact: 'its content',
    recovery: 'the object within the soft delete duration, seven days unless it was changed',
    source: `${CLOUD}/storage/docs/soft-delete`,
  },
  google_kms_crypto_key_version: {
    what: 'a version of an encryption key',
    impact: 'it is scheduled for destruction: what it encrypted cannot be read any more',
    recovery: 'the version can be restored until destroy_scheduled_duration is over, 30 days unless it was changed; then nothing',
    source: `${CLOUD}/kms/docs/destroy-restore`,
  },
  kubernetes_persistent_volume_claim: CLAIM,
  kubernetes_persistent_volume_claim_v1: CLAIM,
  kubernetes_persistent_volume: VOLUME,
  kubernetes_persistent_volume_v1: VOLUME,
  kubernetes_stateful_set: STATEFUL_SET,
  kubernetes_stateful_set_v1: STATEFUL_SET,
};

/** What is lost with a resource that goes, by its type, its arguments, or the kind of its manifest; undefined when nothing is known. */
export function statefulType(change: ResourceChange): StatefulType | undefined {
  const { type, before } = change;
  if (/^google_compute_(region_)?instance_group_manager$/.test(type)) {
    return hasBlock(before, 'stateful_disk') ? STATEFUL_GROUP : undefined;
  }
  if (type === 'google_compute_instance') return hasBlock(before, 'scratch_disk') ? LOCAL_SSD : undefined;
  return STATEFUL_TYPES[typeBefore(change)];
}
