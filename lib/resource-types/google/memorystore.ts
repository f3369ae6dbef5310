import type { ResourceType } from '../resource-type';
import { compareCount } from '../running';

export const memorystore: readonly ResourceType[] = [
  {
    names: ['google_redis_instance'],
    what: 'a Redis instance',
    deletion: {
      kind: 'data',
      impact: 'all of its keys',
      recovery: 'an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/redis_instance',
    },
    protections: [
      {
        path: ['persistence_config', 'persistence_mode'],
        safe: { oneOf: ['RDB'] },
        against: 'data-loss',
        weaker: 'its data no longer survives a restart',
      },
      {
        path: ['persistence_config', 'rdb_snapshot_period'],
        safe: { ranked: [['ONE_HOUR'], ['SIX_HOURS'], ['TWELVE_HOURS'], ['TWENTY_FOUR_HOURS']] },
        against: 'data-loss',
        weaker: 'its data is saved less often',
      },
      { path: ['tier'], safe: { oneOf: ['STANDARD_HA'] }, against: 'outage', weaker: 'it no longer fails over to another zone' },
      { path: ['replica_count'], safe: { more: 'replicas', unset: 'weakest' }, against: 'outage', weaker: 'it has' },
      { path: ['auth_enabled'], safe: { oneOf: [true] }, against: 'attack', weaker: 'it answers without authentication' },
      {
        path: ['transit_encryption_mode'],
        safe: { oneOf: ['SERVER_AUTHENTICATION'] },
        against: 'attack',
        weaker: 'connections without encryption are accepted',
      },
      {
        path: ['customer_managed_key'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
    exposes: { none: 'it has no public address; authentication and TLS are protections of it' },
    price: { unpriced: 'the capacity of a cache', isLarge: true },
    running: [
      { path: ['replica_count'], safe: compareCount('replicas'), stops: 'its number of replicas' },
      { path: ['memory_size_gb'], safe: compareCount('GB of memory'), stops: 'its memory' },
    ],
  },
  {
    names: ['google_redis_cluster'],
    what: 'a Redis cluster',
    deletion: {
      kind: 'data',
      impact: 'all of its keys',
      recovery: 'a backup or an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/redis_cluster',
    },
    protections: [
      {
        path: ['persistence_config', 'mode'],
        safe: { ranked: [['AOF'], ['RDB']] },
        against: 'data-loss',
        weaker: 'its data is saved less often, or not',
      },
      {
        path: ['persistence_config', 'aof_config', 'append_fsync'],
        safe: { ranked: [['ALWAYS'], ['EVERYSEC']] },
        against: 'data-loss',
        weaker: 'its data is saved less often',
      },
      {
        path: ['persistence_config', 'rdb_config', 'rdb_snapshot_period'],
        safe: { ranked: [['ONE_HOUR'], ['SIX_HOURS'], ['TWELVE_HOURS'], ['TWENTY_FOUR_HOURS']] },
        against: 'data-loss',
        weaker: 'its data is saved less often',
      },
      { path: ['automated_backup_config'], safe: { set: true }, against: 'copy-loss', weaker: 'it is no longer backed up' },
      {
        path: ['automated_backup_config', 'retention'],
        safe: { more: '', unset: 'strongest' },
        against: 'copy-loss',
        weaker: 'backups are kept',
      },
      { path: ['replica_count'], safe: { more: 'replicas', unset: 'weakest' }, against: 'outage', weaker: 'each shard has' },
      {
        path: ['zone_distribution_config', 'mode'],
        safe: { oneOf: ['MULTI_ZONE'] },
        against: 'outage',
        weaker: 'it no longer survives the outage of a zone',
      },
      {
        path: ['authorization_mode'],
        safe: { oneOf: ['AUTH_MODE_IAM_AUTH'] },
        against: 'attack',
        weaker: 'it answers without authentication',
      },
      {
        path: ['transit_encryption_mode'],
        safe: { oneOf: ['TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION'] },
        against: 'attack',
        weaker: 'connections without encryption are accepted',
      },
    ],
    exposes: { none: 'it has no public address; authentication and TLS are protections of it' },
    price: { unpriced: 'the nodes of a cache', isLarge: true },
    running: [
      { path: ['replica_count'], safe: compareCount('replicas'), stops: 'its number of replicas' },
      { path: ['shard_count'], safe: compareCount('shards'), stops: 'its number of shards' },
    ],
  },
  {
    names: ['google_memorystore_instance'],
    what: 'a Memorystore instance',
    deletion: {
      kind: 'data',
      impact: 'all of its keys',
      recovery: 'a backup or an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/memorystore_instance',
    },
    protections: [
      {
        path: ['persistence_config', 'mode'],
        safe: { ranked: [['AOF'], ['RDB']] },
        against: 'data-loss',
        weaker: 'its data is saved less often, or not',
      },
      {
        path: ['persistence_config', 'aof_config', 'append_fsync'],
        safe: { ranked: [['ALWAYS'], ['EVERY_SEC']] },
        against: 'data-loss',
        weaker: 'its data is saved less often',
      },
      {
        path: ['persistence_config', 'rdb_config', 'rdb_snapshot_period'],
        safe: { ranked: [['ONE_HOUR'], ['SIX_HOURS'], ['TWELVE_HOURS'], ['TWENTY_FOUR_HOURS']] },
        against: 'data-loss',
        weaker: 'its data is saved less often',
      },
      { path: ['automated_backup_config'], safe: { set: true }, against: 'copy-loss', weaker: 'it is no longer backed up' },
      {
        path: ['automated_backup_config', 'retention'],
        safe: { more: '', unset: 'strongest' },
        against: 'copy-loss',
        weaker: 'backups are kept',
      },
      { path: ['replica_count'], safe: { more: 'replicas', unset: 'weakest' }, against: 'outage', weaker: 'each shard has' },
      {
        path: ['zone_distribution_config', 'mode'],
        safe: { oneOf: ['MULTI_ZONE'] },
        against: 'outage',
        weaker: 'it no longer survives the outage of a zone',
      },
      { path: ['authorization_mode'], safe: { oneOf: ['IAM_AUTH'] }, against: 'attack', weaker: 'it answers without authentication' },
      {
        path: ['transit_encryption_mode'],
        safe: { oneOf: ['SERVER_AUTHENTICATION'] },
        against: 'attack',
        weaker: 'connections without encryption are accepted',
      },
    ],
    exposes: { none: 'it has no public address; authentication and TLS are protections of it' },
    price: { unpriced: 'the nodes of a cache', isLarge: true },
  },
  {
    names: ['google_memcache_instance'],
    what: 'a Memcached instance',
    deletion: {
      kind: 'data',
      impact: 'all of its keys',
      recovery: 'none: clients fill the cache again',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/memcache_instance',
    },
    price: { unpriced: 'the nodes of a cache', isLarge: true },
  },
  {
    names: ['google_redis_cluster_user_created_connections', 'google_memorystore_instance_desired_user_created_endpoints'],
    what: 'connections to an instance',
    deletion: {
      kind: 'service',
      impact: 'the clients that use them',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
