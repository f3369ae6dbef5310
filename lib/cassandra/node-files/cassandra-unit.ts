import { DATA_DIRECTORY, PENDING_RECORD, RESURRECTION_RECORD, SNAPSHOT_MANIFEST } from '../../cassandra-contract/node-paths';
import { STATE_PROGRAM } from './node-state';
import { ENDED_SCRIPT } from './resurrection';
import { THAW_DATA_DISK } from './snapshot-scripts';

/** Content of `cassandra.service`. Replaces the package's start at boot, which would not wait for the data disk. */
export const CASSANDRA_UNIT = `[Unit]
# It has no section that would start it at boot.
Description=Apache Cassandra, started by the startup script once the data disk is checked
# Its address has to be there.
After=network-online.target
Wants=network-online.target
# Never on the boot disk.
RequiresMountsFor=${DATA_DIRECTORY}
ConditionPathIsMountPoint=${DATA_DIRECTORY}
# After ten failures within six hours the node stays down until an operator starts it.
StartLimitIntervalSec=21600
StartLimitBurst=10

[Service]
# Options of the first start alone, such as those that replace a lost node.
EnvironmentFile=-/run/cassandra-first-start
# Not root: nothing that is wrong with Cassandra is wrong with the machine.
User=cassandra
Group=cassandra
# Refused since it was down for too long: another start would be refused for the same reason.
ExecCondition=/usr/bin/test ! -e ${RESURRECTION_RECORD}
ExecStopPost=+-${ENDED_SCRIPT}
# The published state does not stay ready.
ExecStopPost=+-${STATE_PROGRAM}
# A start reads all files: nothing is pending any more.
ExecStartPre=+/bin/rm -f ${PENDING_RECORD}
# A manifest is that of one snapshot: a restored disk has it, and later snapshots must not.
ExecStartPre=+-/bin/rm -f ${SNAPSHOT_MANIFEST}
# In the foreground, so that systemd sees it end.
ExecStart=/usr/sbin/cassandra -f
# A drain would wait for the end of a snapshot.
ExecStop=+-${THAW_DATA_DISK}
# Hands over what it holds in memory; without it a start replays the commit log, which takes longer.
ExecStop=/usr/bin/nodetool drain
# A drain writes what is in memory to a disk that may be busy.
TimeoutStopSec=300
# Exit code of a JVM that was asked to stop.
SuccessExitStatus=143
# Some reasons to end pass, such as another node that is joining at the same time; a minute lets the others notice.
Restart=on-failure
RestartSec=60
`;

/** Drop-in of the unit with its resource limits. */
export const CASSANDRA_LIMITS = `[Service]
# A node has thousands of table files and connections open; 5.0 warns below 100,000.
LimitNOFILE=1000000
# The heap is locked in memory, so that nothing of it is swapped.
LimitMEMLOCK=infinity
# A thread counts as a process.
LimitNPROC=32768
# Files are mapped, whatever their size.
LimitAS=infinity
`;
