import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { editDistance } from '../../core/nearest-name';
import { ValidationError } from '../../core/validation-error';
import type { CassandraConfiguration, SettingValue } from '../cassandra-configuration';
import { ownSettingNames, REPLACEABLE_SETTINGS } from './cassandra-yaml';
import { SETTING_NAMES } from './setting-names';

/** Settings that would separate a node from the ring or from its firewall rules. */
const FIXED = [
  'allocate_tokens_for_keyspace',
  'auto_bootstrap',
  'broadcast_address',
  'broadcast_rpc_address',
  'initial_token',
  'internode_authenticator',
  'listen_interface',
  'listen_on_broadcast_address',
  'local_system_data_file_directory',
  'native_transport_port',
  'native_transport_port_ssl',
  'role_manager',
  'rpc_interface',
  'ssl_storage_port',
  'start_native_transport',
  'storage_port',
  'transparent_data_encryption_options',
  'audit_logging_options',
];

/** Props that set the same as a setting. */
const PROPS: Readonly<Record<string, string>> = {
  cluster_name: 'clusterName',
  auth_read_consistency_level: 'authReadConsistencyLevel',
  audit_logging_options: 'auditCategories',
};

/** Requires names of Cassandra 5.0 settings that the ring does not set itself. */
export function requireSettings(scope: IConstruct, configuration: CassandraConfiguration): void {
  const own = new Set([...ownSettingNames(configuration), ...FIXED].filter((name) => !REPLACEABLE_SETTINGS.includes(name)));
  for (const [name, value] of Object.entries(configuration.settings)) {
    if (!SETTING_NAMES.has(name)) {
      throw new ValidationError(scope, `'settings' must have names of Cassandra 5.0 settings, got '${name}'${suggestName(name)}`);
    }
    if (own.has(name)) {
      const prop = PROPS[name];
      throw new ValidationError(
        scope,
        `'settings' must not have ${name}, which the ring sets itself${prop === undefined ? '' : `: use the prop '${prop}'`}`,
      );
    }
    requireLiteral(scope, name, value);
  }
}

/** Requires a value that Terraform does not interpolate and that fits one line. */
function requireLiteral(scope: IConstruct, name: string, value: SettingValue): void {
  if (typeof value === 'object') {
    for (const part of Object.values(value)) requireLiteral(scope, name, part);
  } else if (typeof value === 'string' && !Token.isUnresolved(value) && /[$%]\{|[\r\n]/.test(value)) {
    throw new ValidationError(scope, `'settings.${name}' must be one line without \${ and %{, got ${JSON.stringify(value)}`);
  }
}

function suggestName(name: string): string {
  const stem = name.replace(/_in_(ms|kb|mb|bytes)$|_(mb|kb)_per_sec$/, '');
  const near = [...SETTING_NAMES].find((known) => known === stem || editDistance(known, name) <= 2);
  return near === undefined ? '' : ` (did you mean '${near}'?)`;
}
