import { FILES, writeFiles } from '../../cassandra/boot/files';
import { METADATA_AND_PACKAGES } from '../../cassandra/boot/packages';
import { SOFTWARE } from '../../cassandra/boot/software';
import { cqlClient } from '../../cassandra/node-files/cql-client';
import { DISK_CONTENT } from '../../cassandra/node-files/disk-content';
import { JVM_OPTIONS } from '../../cassandra/node-files/jvm-options';
import { LOGBACK } from '../../cassandra/node-files/logback';
import { ROW_READER } from '../../cassandra/node-files/row-reader';
import { SYSTEM_LOG } from '../../cassandra-contract/node-paths';
import { quoteShell } from '../../core/quote';
import type { Assertion } from '../assertions';
import type { SegmentRuns } from '../commit-log-chain';
import { DISK_FACTS, DISK_PROGRAM } from './disk-program';
import { RECOVERY_FOLDER, RECOVERY_PROGRAM, type RecoveryStep } from './recovery-program';

/** Metadata key of a recovery VM: its task, as JSON. */
export const RECOVERY_TASK_KEY = 'recovery-task';

/** Namespace of the guest attributes in which a recovery VM reports. */
export const RECOVERY_ATTRIBUTES = 'recovery';

/** Prefix of the device names of clones, before the name of the node. */
export const CLONE_DEVICE = 'recovery-';

/** Node whose clone a recovery VM verifies. */
export interface RecoveryNode {
  readonly name: string;

  /** Device name of the clone. */
  readonly device: string;
  readonly rack: string;

  /** Token of the ownership marker. */
  readonly ownershipToken: string;

  /** Latest time of a write that the snapshot can have, in milliseconds since 1970. Required by the step `containment`. */
  readonly latestWrite?: number;

  /** Time of the snapshot, in seconds since 1970. @default - the time of the manifest is not checked */
  readonly takenAt?: number;

  /** Commit logs to replay. Required by the step `replay`. */
  readonly replay?: ReplayTask;
}

/** Commit logs of one disk that a recovery VM replays on its clone. */
export interface ReplayTask {
  readonly bucket: string;

  /** Prefix of the names of the disk's objects. */
  readonly prefix: string;

  /** Point in time in UTC, as Cassandra's `restore_point_in_time` has it: `yyyy:MM:dd HH:mm:ss.SSSSSS`. */
  readonly until: string;
  readonly segments: SegmentRuns;

  /** Copy of an open segment, which is the last one. @default - none */
  readonly open?: string;
}

/** Task of a recovery VM that brings up a database from one disk. */
export interface DiskTask {
  /** Identity files of the node whose place the disk takes. @default - the disk is verified only */
  readonly prepare?: {
    /** Content of the ownership marker. */
    readonly marker: string;

    /** Content of the file `joined`, without version and host id. */
    readonly joined: string;
  };
}

/** Task of a recovery VM. */
export interface RecoveryTask {
  /** Id of the run. */
  readonly run: string;
  readonly cluster: string;
  readonly datacenter: string;
  readonly cassandraVersion: string;
  readonly numTokens: number;
  readonly nodes: readonly RecoveryNode[];
  readonly steps: readonly RecoveryStep[];

  /** Clones of all disks of the ring are verified, and compared with each other afterwards. @default false */
  readonly hasAllDisks?: boolean;

  /** The disk is the only one of its ring, and its identity is on it alone. @default - the disks are those of a ring of the stack */
  readonly recover?: DiskTask;

  /** Tables to leave in a snapshot on the clone, as `KEYSPACE.TABLE` or `KEYSPACE`. */
  readonly flush?: readonly string[];

  /** Assertions of the application. Required by the step `assertions`. */
  readonly assertions?: readonly Assertion[];

  /** Time limits by phase of a node, in seconds. @default - those of the program */
  readonly limits?: Readonly<Record<string, number>>;
}

/** Properties for `recoveryScript`. */
export interface RecoveryScriptOptions {
  readonly cassandraVersion: string;

  /** Installs packages that the boot image lacks. */
  readonly packageAccess: boolean;
}

/**
 * Startup script of a recovery VM. It installs Cassandra and verifies the clones of its task, and reports by guest attributes.
 *
 * It is no node: it never formats a disk, starts no service, reads no secret and talks to no ring.
 */
export function recoveryScript({ cassandraVersion, packageAccess }: RecoveryScriptOptions): string {
  const files = {
    'cql_client.py': cqlClient({ ringName: '', superuser: '', address: '127.0.0.1' }),
    'disk_content.py': DISK_CONTENT,
    'row_reader.py': ROW_READER,
    'recovery.py': RECOVERY_PROGRAM,
    'disk_facts.py': DISK_FACTS,
    'disk.py': DISK_PROGRAM,
    'jvm-server.options': JVM_OPTIONS,
    'logback.xml': LOGBACK,
  };
  return `#!/bin/bash
# Verifies clones of the data disks of a Cassandra ring, and reports by guest attributes.
set -euo pipefail

readonly VERSION=${quoteShell(cassandraVersion)}
readonly PACKAGE_ACCESS=${packageAccess ? 'yes' : 'no'}
readonly METADATA=http://metadata.google.internal/computeMetadata/v1/instance
readonly FOLDER=${RECOVERY_FOLDER}
# There is no node whose version would count.
readonly JOINED=/nonexistent
PHASE=install
REPORTED=no

log() {
  echo "cassandra-recovery: $*"
}

publish_state() {
  curl -fsS -m 10 --retry 5 --retry-all-errors -X PUT -H 'Metadata-Flavor: Google' --data-binary "$1" \\
    "$METADATA/guest-attributes/${RECOVERY_ATTRIBUTES}/state" >/dev/null
}

# refuse CODE SENTENCE
refuse() {
  shift
  REPORTED=yes
  log "$*"
  publish_state "failed $*"
  exit 1
}

refuse_for_now() {
  refuse "$@"
}

refuse_disk() {
  refuse "$@"
}

on_exit() {
  local status=$1
  rm -f /usr/sbin/policy-rc.d
  if [[ $status -ne 0 && $REPORTED == no ]]; then
    publish_state "failed the phase $PHASE ended with status $status" || log 'the metadata server does not answer'
  fi
}
trap 'on_exit $?' EXIT

${METADATA_AND_PACKAGES}${FILES}${SOFTWARE}
place_programs() {
  install -d -m 0755 "$FOLDER"
${writeFiles(Object.entries(files).map(([name, content]) => ({ path: `${RECOVERY_FOLDER}/${name}`, content })))}  attribute ${RECOVERY_TASK_KEY} >"$FOLDER/task.json"
  if [[ ! -s $FOLDER/task.json ]]; then
    refuse refused-task 'the metadata has no ${RECOVERY_TASK_KEY}'
  fi
}

# A report is made once: a VM that boots again verifies nothing that its first boot has changed.
if [[ -e /etc/cassandra-recovery-begun ]]; then
  refuse refused-reboot 'the recovery VM has rebooted'
fi
: >/etc/cassandra-recovery-begun
publish_state 'running: install'
place_programs
install_cassandra
install -d -o cassandra -g cassandra "$(dirname ${SYSTEM_LOG})"
PHASE=verify
export INSTALL_SECONDS=$SECONDS
PYTHONDONTWRITEBYTECODE=1 python3 "$FOLDER/recovery.py"
`;
}
