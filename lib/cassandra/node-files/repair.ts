import { COMMAND_DIRECTORY } from '../../cassandra-contract/node-commands';
import { LAST_REPAIR_FILE } from '../../cassandra-contract/node-paths';
import { CASSANDRA_SERVICE, REPAIR_UNIT } from '../../cassandra-contract/units';
import type { CassandraConfiguration } from '../cassandra-configuration';
import type { NodeFile } from './node-file';

/** Program of the unit, with the same name. */
const PROGRAM = `${COMMAND_DIRECTORY}/${REPAIR_UNIT}`;

const SCRIPT = `#!/bin/bash
# Compares the rows this node is first for with their other copies, and evens out what differs.
set -euo pipefail
nodetool repair --full -pr
date +%s >${LAST_REPAIR_FILE}.new
mv ${LAST_REPAIR_FILE}.new ${LAST_REPAIR_FILE}
`;

const SERVICE = `[Unit]
Description=Repair of the rows this Cassandra node is first for
Requisite=${CASSANDRA_SERVICE}
After=${CASSANDRA_SERVICE}

[Service]
Type=oneshot
User=cassandra
Group=cassandra
ExecStart=${PROGRAM}
# Another node may be down: until that is over, every hour.
Restart=on-failure
RestartSec=3600
`;

/** Script, service and timer of the node's repair. */
export function repairFiles(configuration: CassandraConfiguration): readonly NodeFile[] {
  return [
    { path: PROGRAM, mode: '0755', content: SCRIPT },
    { path: `/etc/systemd/system/${REPAIR_UNIT}.service`, content: SERVICE },
    { path: `/etc/systemd/system/${REPAIR_UNIT}.timer`, content: timer(configuration) },
  ];
}

function timer({ gcGraceDays, repairOrder }: CassandraConfiguration): string {
  return `[Unit]
Description=Repair, at this node's time: one node after the other, each well within the ${gcGraceDays} days of gc_grace

[Timer]
OnCalendar=${calendar(gcGraceDays, repairOrder)}
# A time that passed while the machine was off is made up for.
Persistent=true

[Install]
WantedBy=timers.target
`;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Minimum `gc_grace_seconds` in days for a weekly repair: it leaves time to notice a failed repair. */
export const WEEKLY_REPAIR_DAYS = 9;

/** Spreads the repairs of the nodes over the week, or over the day if a week is too long. */
function calendar(gcGraceDays: number, { index, count }: CassandraConfiguration['repairOrder']): string {
  const hours = (length: number): number => Math.floor((index * length) / count);
  const at = (hour: number): string => `*-*-* ${String(hour % 24).padStart(2, '0')}:00:00 UTC`;
  if (gcGraceDays < WEEKLY_REPAIR_DAYS) return at(hours(24));
  const hour = hours(7 * 24);
  return `${DAYS[Math.floor(hour / 24)]} ${at(hour)}`;
}
