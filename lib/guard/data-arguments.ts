import { toSnakeCase } from '../core/snake-case';
import { isBlock, isUndetermined } from '../terraform/values';

/** Names of arguments that only resources with data have, in the case of Terraform. */
const OF_DATA: readonly RegExp[] = [
  // Protection against deletion, and the treatment of contents at a deletion.
  /(^|_)(deletion|delete|termination|destroy|purge)_protect(ion|ed)(_enabled)?$/,
  /^(force_destroy|force_delete|deletion_policy|delete_contents_on_destroy|delete_automated_backups|disable_api_termination)$/,
  /^(skip_)?final_(snapshot|backup)/,
  /^(deletion|recovery)_window(_in_days)?$|^soft_delete/,
  // Backups.
  /backup|snapshot|point_in_time|(^|_)pitr(_|$)|retention|recovery_point/,
  // Encryption of what is stored.
  /(storage|at_rest)_encrypt|encrypt(ed|ion)_at_rest/,
  // Volumes of Kubernetes.
  /^volume_claim_templates?$|^persistent_volume_claims?$|^pvcs?$|^storage_class(_name)?$/,
];

/** Names of arguments with an amount of data. */
const OF_SIZE: readonly RegExp[] = [
  /^(max_)?(allocated_)?storage$/,
  /(^|_)(storage|disk|volume|data)(_[a-z]+)*_(size|capacity|gb|gib|mb|tb|tbs)(_[a-z]+)*$/,
  /(^|_)(size|capacity)(_in)?_(gb|gib|gbs|mb|mib|tb|tbs)$/,
];

/** Amount with a unit, as Kubernetes writes it; without one, a number. */
const AMOUNT = /^\d+(\.\d+)?\s*([kKMGTPE]i?B?)?$/;

const MAX_DEPTH = 8;

/**
 * Finds arguments of a resource of an unknown type that only resources with data have: protection against deletion, backups, sizes of
 * storage.
 *
 * @returns their names, sorted
 */
export function findDataArguments(values: unknown): readonly string[] {
  const found = new Set<string>();
  collect(values, 0, found);
  return [...found].sort();
}

function collect(value: unknown, depth: number, found: Set<string>): void {
  if (depth > MAX_DEPTH || isUndetermined(value)) return;
  if (Array.isArray(value)) for (const item of value) collect(item, depth + 1, found);
  if (!isBlock(value)) return;
  for (const [key, member] of Object.entries(value)) {
    const name = toSnakeCase(key);
    if (isOfData(name, member)) found.add(key);
    else if (!FREE.has(name)) collect(member, depth + 1, found);
  }
}

/** Arguments whose members have names of users. */
const FREE: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'tags',
  'tags_all',
  'effective_labels',
  'terraform_labels',
  'timeouts',
]);

function isOfData(name: string, value: unknown): boolean {
  if (isEmpty(value)) return false;
  if (OF_DATA.some((pattern) => pattern.test(name))) return true;
  if (!OF_SIZE.some((pattern) => pattern.test(name)) && !(name === 'size' && typeof value === 'string')) return false;
  if (typeof value === 'number') return value > 0;
  return typeof value === 'string' && AMOUNT.test(value) && (name !== 'size' || /[A-Za-z]$/.test(value)) && !/^0+\D*$/.test(value);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isBlock(value) && Object.values(value).every(isEmpty);
}

const ENGINES =
  'db|rds|sql|mysql|mssql|mariadb|postgres|postgresql|pg|rdb|oracle|redis|rediscloud|valkey|memcached|elasticache|memorydb|cassandra|astra|scylla|' +
  'mongo|mongodb|mongodbatlas|cosmosdb|documentdb|docdb|dynamodb|neptune|redshift|aurora|opensearch|elasticsearch|elastic|kafka|msk|rabbitmq|' +
  'etcd|cockroach|clickhouse|influxdb|snowflake|database|databases|storage|efs|fsx|ceph|minio|neo4j|neon|timescale|tidb|yugabyte|couchbase|bigtable|spanner';

/** Ends of the names of types that hold data. The last word of a name is the thing itself: a route table and a bucket policy are none. */
const OF_DATA_TYPE: readonly RegExp[] = [
  /_(database|db|disk|volume|bucket|dataset|data_?store|datastore|file_?system|file_?share|feature_?store|snapshot|backup|vault|secret|secret_v2|keyspace|schema)$/,
  /_(collection|topic|queue|stream|repository|registry|warehouse|datalake|blob|log_group|user_pool|machine_image|ami|volume_v[23])$/,
  /(?<!_route|_routing)_table$/,
  /_(kms|crypto|encryption|backend|key_vault|master)_key$|_(dns|route53|hosted)_zone$|_(search|vector|opensearch|elasticsearch)_index$/,
  /_(eks|kubernetes|k8s|k3s|rke2?)_cluster$|^vault_mount$|_log_analytics_workspace$/,
  new RegExp(
    `(^|_)(${ENGINES})(_[a-z0-9]+)*_(instance|cluster|global_cluster|server|flexible_server|account|deployment|replication_group|domain|project|container|workspace|cache)$`,
  ),
  new RegExp(`_(${ENGINES})$`),
];

/** Tests that the name of an unknown type is that of a store of data. A last hint, for resources without telling arguments. */
export function isNamedAsData(type: string): boolean {
  return OF_DATA_TYPE.some((pattern) => pattern.test(type));
}
