import { CQL_COMMAND } from '../cassandra-contract/node-commands';
import type { StateCode } from '../cassandra-contract/state-codes';
import { RUN_STARTUP_SCRIPT } from '../cassandra-contract/units';

/** Conditions of a node or its ring that need attention, by code, each with its details. */
interface FindingsByCode {
  /** The VM is unreachable: nothing is known about it. */
  readonly 'vm-unreachable': { readonly node: string; readonly reason: string };

  /** The VM is reachable, and the named parts of the probe could not be read. */
  readonly 'not-readable': { readonly node: string; readonly parts: readonly string[] };

  /** The VM is reachable, and its Cassandra does not answer nodetool. `unit` is the state of its systemd unit. */
  readonly 'cassandra-silent': { readonly node: string; readonly unit: string; readonly reason: string };

  /** The systemd unit of Cassandra has failed: systemd does not start it again. */
  readonly 'cassandra-failed': { readonly node: string };

  /** systemd restarted Cassandra repeatedly within the last hour. */
  readonly 'crash-loop': { readonly node: string; readonly restarts: number };
  readonly 'not-up-and-normal': { readonly node: string; readonly state: string; readonly seenBy: readonly string[] };

  /** The CQL port is closed. `unit` is given where nothing else is known about Cassandra. */
  readonly 'no-clients': { readonly node: string; readonly unit?: string };
  readonly 'unknown-member': { readonly address: string; readonly state: string };
  readonly 'schema-disagreement': { readonly versions: readonly { readonly schema: string; readonly nodes: readonly string[] }[] };

  /** The state of the node is not `ready`: the startup script runs, waits or refused, or Cassandra ended. `state` is its sentence. */
  readonly 'startup-script': { readonly node: string; readonly stateCode: StateCode; readonly state: string };

  /** An operator stopped the node: it is down until it is started again. */
  readonly 'stopped-by-operator': { readonly node: string };

  /** The startup script published no state, or one without a known code: the state of the node is unknown. */
  readonly 'state-without-code': { readonly node: string; readonly state: string };
  readonly 'repair-overdue': { readonly node: string; readonly secondsAgo: number | undefined; readonly withinDays: number };

  /** The data disk was enlarged and its file system was not. */
  readonly 'file-system-smaller': { readonly node: string; readonly diskBytes: number; readonly fileSystemBytes: number };
  readonly 'certificate-ends': { readonly node: string; readonly days: number };

  /** Cassandra's default role, whose password is published, can log in or is a superuser. */
  readonly 'default-role': { readonly canLogin: boolean; readonly isSuperuser: boolean };

  /** A role other than the ring's superuser has all permissions. */
  readonly 'undeclared-superuser': { readonly role: string };
  readonly 'host-id-changed': { readonly node: string; readonly was: string; readonly is: string };
}

export type FindingCode = keyof FindingsByCode;

/** Condition of a node or its ring that needs attention. Programs rely on `code` and the fields beside it, never on the sentence. */
export type Finding = { [Code in FindingCode]: { readonly code: Code } & FindingsByCode[Code] }[FindingCode];

/** Describes a finding in a sentence. */
export function describeFinding(finding: Finding): string {
  switch (finding.code) {
    case 'vm-unreachable':
      return `${finding.node} is unreachable: ${finding.reason}`;
    case 'not-readable':
      return `parts of ${finding.node} could not be read: ${finding.parts.join(', ')}`;
    case 'cassandra-silent':
      return `Cassandra on ${finding.node} does not answer (${finding.unit}): ${finding.reason}`;
    case 'cassandra-failed':
      return `Cassandra on ${finding.node} has failed (see journalctl --unit cassandra)`;
    case 'crash-loop':
      return `Cassandra on ${finding.node} is in a crash loop: ${finding.restarts} restarts by systemd in the last hour`;
    case 'not-up-and-normal':
      return `${finding.node} is ${finding.state} as seen by ${finding.seenBy.join(', ')}`;
    case 'no-clients':
      return `${finding.node} takes no clients${finding.unit === undefined ? '' : ` (${finding.unit})`}`;
    case 'unknown-member':
      return `${finding.address} (${finding.state}) is in the ring and not in the stack`;
    case 'schema-disagreement':
      return `nodes disagree about the schema: ${finding.versions.map(({ schema, nodes }) => `${schema} on ${nodes.join(', ')}`).join('; ')}`;
    case 'startup-script':
      return `${finding.node} reports ${finding.state}`;
    case 'stopped-by-operator':
      return `${finding.node} was stopped by an operator: start the ring with 'gke-platform cassandra start'`;
    case 'state-without-code':
      if (finding.state === '') return `the startup script on ${finding.node} has published no state: run it with '${RUN_STARTUP_SCRIPT}'`;
      return `the startup script on ${finding.node} is of another version of this library and reports a state without a known code: run the present one with '${RUN_STARTUP_SCRIPT}' (${finding.state})`;
    case 'repair-overdue':
      return `${finding.node} was ${finding.secondsAgo === undefined ? 'never repaired' : `last repaired ${formatDuration(finding.secondsAgo)} ago`} and must be repaired every ${finding.withinDays} d`;
    case 'file-system-smaller':
      return `the data disk of ${finding.node} has ${formatGiB(finding.diskBytes)} and its file system ${formatGiB(finding.fileSystemBytes)}: its startup script grows the file system ('${RUN_STARTUP_SCRIPT}')`;
    case 'certificate-ends':
      return finding.days < 0
        ? `the certificate of ${finding.node} expired ${-finding.days} days ago: renew it with renew-secrets`
        : `the certificate of ${finding.node} expires in ${finding.days} days: renew it with renew-secrets`;
    case 'default-role':
      return `Cassandra's default role cassandra ${finding.canLogin ? 'can log in' : 'is a superuser'}, and its password is published: run ${CQL_COMMAND} 'ALTER ROLE cassandra WITH LOGIN = false AND SUPERUSER = false' on a node`;
    case 'undeclared-superuser':
      return `role ${displayRole(finding.role)} is a superuser, and the stack does not declare it`;
    case 'host-id-changed':
      return `the host id of ${finding.node} changed from ${finding.was} to ${finding.is}: it is not the same node`;
  }
}

/** Name of a role for a terminal: its creator may have put any characters into it. */
export function displayRole(name: string): string {
  return /^[\w.@-]+$/.test(name) ? name : JSON.stringify(name);
}

/** Formats a duration in its two largest units. */
export function formatDuration(seconds: number): string {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : `${Math.max(0, Math.floor(seconds))} s`;
}

function formatGiB(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
