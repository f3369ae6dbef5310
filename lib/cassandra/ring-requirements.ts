import type { IConstruct } from 'constructs';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import { AUDIT_CATEGORIES, type AuditCategory } from './cassandra-configuration';

const CLUSTER_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,47}$/;
const DATACENTER = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const SUPERUSER = /^(?!cassandra$)[a-z][a-z0-9_]{0,47}$/;
const ROLE = /^(?!cassandra$)[A-Za-z0-9_][A-Za-z0-9_.@-]{0,127}$/;
const KEYSPACE_OR_TABLE = /^\w{1,48}(\.\w{1,222})?$/;
const NOTIFICATION_CHANNEL = /^projects\/[^/]+\/notificationChannels\/[^/]+$/;

export function requireClusterName(scope: IConstruct, name: string): string {
  return requireMatch(scope, 'clusterName', name, CLUSTER_NAME, 'at most 48 letters, digits, dots, hyphens and underscores');
}

export function requireDatacenter(scope: IConstruct, name: string): string {
  return requireMatch(scope, 'datacenter', name, DATACENTER, 'letters, digits, hyphens and underscores');
}

export function requireSuperuser(scope: IConstruct, name: string): string {
  const form = "at most 48 lower case letters, digits and underscores, and not 'cassandra'";
  return requireMatch(scope, 'superuser', name, SUPERUSER, form);
}

export function requireRoles(scope: IConstruct, names: readonly string[]): string[] {
  const form = "at most 128 letters, digits, underscores, dots, at signs and hyphens, and not 'cassandra'";
  return names.map((name) => requireMatch(scope, 'roles', name, ROLE, form));
}

export function requireAuditCategories(scope: IConstruct, categories: readonly AuditCategory[]): AuditCategory[] {
  return categories.map((category) => requireOneOf(scope, 'auditCategories', category, AUDIT_CATEGORIES));
}

export function requireExclusions(scope: IConstruct, names: readonly string[]): string[] {
  const form = 'a keyspace, or a table as KEYSPACE.TABLE';
  return names.map((name) => requireMatch(scope, 'resurrectionCheckExclusions', name, KEYSPACE_OR_TABLE, form));
}

export function requireNotificationChannels(scope: IConstruct, channels: readonly string[]): string[] {
  const form = 'projects/PROJECT/notificationChannels/NUMBER';
  return channels.map((channel) => requireMatch(scope, 'notificationChannels', channel, NOTIFICATION_CHANNEL, form));
}

/** Requires the interval of commit log writes that copies of open segments depend on. */
export function requireSyncedCommitLog(scope: IConstruct, settings: Readonly<Record<string, unknown>>): void {
  const changed = ['commitlog_sync', 'commitlog_sync_period', 'cdc_enabled'].find((name) => settings[name] !== undefined);
  if (changed !== undefined)
    throw new ValidationError(scope, `'settings' must not have '${changed}' with 'archive', got ${String(settings[changed])}`);
}

/** Requires a maximum age of snapshots that the schedule can keep: it takes each within an hour of its start. */
export function requireSnapshotWithinHours(scope: IConstruct, hours: number | undefined, hoursBetween = 24): number {
  return requireWholeNumber(scope, 'snapshotWithinHours', hours ?? hoursBetween + 2, { min: hoursBetween + 1 });
}
