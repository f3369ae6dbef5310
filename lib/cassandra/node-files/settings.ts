import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { editDistance } from '../../core/nearest-name';
import { describeValue } from '../../core/require-props';
import { requireText } from '../../core/template-text';
import { ValidationError } from '../../core/validation-error';
import type { CassandraConfiguration, SettingValue } from '../cassandra-configuration';
import { ownSettingNames, REPLACEABLE_SETTINGS } from './cassandra-yaml';
import { SETTING_NAMES } from './setting-names';
import { findTypeProblem, UNSAFE_SETTINGS } from './setting-types';

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
    requireSetting(scope, `settings.${name}`, value);
    requireSafe(scope, name, value);
    const rule = Token.isUnresolved(value) ? undefined : findTypeProblem(name, value);
    if (rule !== undefined) throw new ValidationError(scope, `'settings.${name}' must be ${rule}, got ${describeValue(value)}`);
  }
}

/**
 * Refuses values that let a role leave Cassandra's permission system or run programs on the node. Values that equal Cassandra's defaults,
 * such as `network_authorizer: AllowAllNetworkAuthorizer`, and user-defined functions in their sandbox are allowed.
 */
function requireSafe(scope: IConstruct, name: string, value: SettingValue): void {
  const safe = Object.hasOwn(UNSAFE_SETTINGS, name) ? UNSAFE_SETTINGS[name] : undefined;
  if (safe !== undefined && `${value}` !== `${safe}`) {
    throw new ValidationError(
      scope,
      `'settings.${name}' must be ${safe}, or functions of a role leave their sandbox, got ${describeValue(value)}`,
    );
  }
  for (const key of typeof value === 'object' ? Object.keys(value) : []) {
    if (/archive_command/.test(key)) {
      throw new ValidationError(
        scope,
        `'settings.${name}' must not have ${key}, which runs a program on the node, got ${describeValue(value)}`,
      );
    }
  }
}

/** Maximum length of a key: parsers of YAML read no key of more than 1024 characters, quotes included, without a mark of its own. */
const KEY_LENGTH = 255;

/** Requires a value that YAML can have, and keys of nested maps as well. */
function requireSetting(scope: IConstruct, prop: string, value: SettingValue): void {
  if (typeof value === 'string') requireText(scope, prop, value);
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) requireSetting(scope, `${prop}[${index}]`, item);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries<SettingValue>(value)) {
      requireText(scope, prop, key);
      if (key.length > KEY_LENGTH) {
        throw new ValidationError(scope, `'${prop}' must have keys of at most ${KEY_LENGTH} characters, got one of ${key.length}`);
      }
      if (key === 'seeds') throw new ValidationError(scope, `'${prop}' must not have seeds, which the startup script replaces`);
      requireSetting(scope, `${prop}.${key}`, member);
    }
  } else if (typeof value !== 'boolean' && !Number.isFinite(value)) {
    throw new ValidationError(scope, `'${prop}' must be a text, a number, a boolean, a list or a map, got ${value}`);
  }
}

function suggestName(name: string): string {
  const stem = name.replace(/_in_(ms|kb|mb|bytes)$|_(mb|kb)_per_sec$/, '');
  const near = [...SETTING_NAMES].find((known) => known === stem || editDistance(known, name) <= 2);
  return near === undefined ? '' : ` (did you mean '${near}'?)`;
}
