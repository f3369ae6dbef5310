import { COMMAND_DIRECTORY } from '../../cassandra-contract/node-commands';
import { HEARTBEAT_FILE, RESURRECTION_RECORD, SYSTEM_LOG } from '../../cassandra-contract/node-paths';
import { CASSANDRA_SERVICE } from '../../cassandra-contract/units';
import type { CassandraConfiguration, SettingValue } from '../cassandra-configuration';
import type { NodeFile } from './node-file';

/** Script that systemd runs when Cassandra has ended. */
export const ENDED_SCRIPT = `${COMMAND_DIRECTORY}/cassandra-ended`;

/** Keyspaces excluded from the check in every ring: repair history, kept for ten days and not read by applications. */
const EXCLUDED_KEYSPACES = ['system_distributed'];

/**
 * Setting of Cassandra's startup check for resurrected rows: a node that was down longer than `gc_grace_seconds` of a table missed deletions
 * whose tombstones the other nodes have purged. The names are those of 5.0.8, which silently ignores unknown ones.
 */
export function resurrectionCheck({ resurrectionCheckExclusions }: CassandraConfiguration): { readonly [key: string]: SettingValue } {
  const tables = resurrectionCheckExclusions.filter((name) => name.includes('.'));
  const keyspaces = resurrectionCheckExclusions.filter((name) => !name.includes('.'));
  return {
    enabled: true,
    heartbeat_file: HEARTBEAT_FILE,
    excluded_keyspaces: [...EXCLUDED_KEYSPACES, ...keyspaces].join(','),
    ...(tables.length === 0 ? {} : { excluded_tables: tables.join(',') }),
  };
}

/** Files that keep systemd from restarting a node that the check refused. */
export const RESURRECTION_FILES: readonly NodeFile[] = [{ path: ENDED_SCRIPT, mode: '0755', content: script() }];

/** Shell function that prints the days for which the node was down, from Cassandra's heartbeat file. */
export function heartbeatDays(): string {
  return `heartbeat_days() {
  echo $((($(date +%s) - $(stat -c %Y ${HEARTBEAT_FILE} 2>/dev/null || date +%s)) / 86400))
}
`;
}

/** Sentence of the refusal, for a shell with the function `heartbeat_days`. */
export function resurrectionSentence(environment: string): string {
  return `this node was down for $(heartbeat_days) days, longer than deleted rows are remembered, and would bring them back: run gke-platform cassandra replace --lost-disk, or after the whole ring was stopped or restored gke-platform cassandra release ${environment}`;
}

function script(): string {
  return `#!/bin/bash
# Remembers that the check against rows that come back refused the start that ended just now: no other error names the heartbeat file.
begun=$(date --date="$(systemctl show --property=ExecMainStartTimestamp --value ${CASSANDRA_SERVICE})" '+%F %T') || exit 0
error=$(awk -v begun="$begun" -v file=${HEARTBEAT_FILE} \\
  '$1 == "ERROR" && $3 " " $4 >= begun && index($0, file)' ${SYSTEM_LOG} 2>/dev/null | tail -n 1)
if [[ -n $error ]]; then
  echo "$error" >${RESURRECTION_RECORD}
fi
`;
}
