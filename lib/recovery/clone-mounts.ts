import { ReportedError } from '../core/reported-error';
import {
  type NodeShell,
  type Ring,
  type RingNode,
  runScript,
  type TableBackup,
  TableDefinition,
  type TableName,
  type TableSource,
} from '../operations';
import type { ComputeEngine, Zonal } from './compute-engine';
import { RecoveryError } from './recovery-error';
import { RECOVERY_LABEL } from './recovery-vms';

/** Name of the snapshot in which a recovery VM leaves flushed tables on the clone, with their `schema.cql`. */
export const FLUSHED_SNAPSHOT = 'recovery';

/** Folder of the mounts of all runs. */
const MOUNTS_FOLDER = '/run/cassandra-restore';

const MOUNT_SECONDS = 120;

/** Properties for `CloneMounts`. */
export interface CloneMountsOptions {
  readonly compute: ComputeEngine;
  readonly shell: NodeShell;
  readonly ring: Ring;

  /** Identifies the run. */
  readonly run: string;
}

/** Flushed tables on clones: each clone is attached to the live node of its name, and mounted read-only. */
export class CloneMounts {
  private readonly attached = new Map<string, RingNode>();

  constructor(private readonly options: CloneMountsOptions) {}

  /** Attaches and mounts a clone. @throws RecoveryError, also of a clone in another zone than the node */
  public async add(node: RingNode, clone: Zonal): Promise<void> {
    const { compute, shell, ring } = this.options;
    if (clone.zone !== node.zone)
      throw new RecoveryError(`clone ${clone.name} is in zone ${clone.zone}, and cannot be attached to ${node.vm} in ${node.zone}`);
    await this.removeFormer(node);
    const source = `projects/${ring.project}/zones/${clone.zone}/disks/${clone.name}`;
    this.attached.set(node.name, node);
    await compute.attachDisk({ zone: node.zone, name: node.vm }, { source, deviceName: deviceName(node), mode: 'READ_ONLY' });
    const device = `/dev/disk/by-id/google-${deviceName(node)}`;
    const script = `set -euo pipefail
for ((second = 0; second < 60; second++)); do
  if [ -b ${device} ]; then break; fi
  sleep 1
done
if ! [ -b ${device} ]; then
  echo 'there is no ${device}' >&2
  exit 1
fi
mkdir -p ${this.folder}
options=ro,nodev,nosuid,noexec
# The file system has the identity of the node's own data disk.
if [ "$(blkid -p -s TYPE -o value ${device})" = xfs ]; then options=$options,nouuid; fi
mount -o "$options" ${device} ${this.folder}`;
    await runScript(shell, node, script, MOUNT_SECONDS, 'the mount of the clone');
  }

  /** Finds flushed tables. @param table all tables of the keyspace by default */
  public async findTables(keyspace: string, table?: string): Promise<readonly TableBackup[]> {
    const found = new Map<string, { source: TableName; files: Map<string, TableSource> }>();
    for (const node of this.attached.values()) {
      for (const { name, source } of await this.listTables(node, keyspace)) {
        if (table !== undefined && name !== table) continue;
        const entry = found.get(name) ?? { source: { keyspace, table: name }, files: new Map() };
        if (entry.files.has(node.name)) throw new RecoveryError(`the clone of ${node.name} has ${keyspace}.${name} twice`);
        entry.files.set(node.name, source);
        found.set(name, entry);
      }
    }
    const backups = [...found.values()].sort((one, other) => (one.source.table < other.source.table ? -1 : 1));
    return Promise.all(backups.map(async (backup) => ({ ...backup, ...(await this.readDefinition(backup)) })));
  }

  /** Unmounts and detaches all clones. @returns descriptions of those that remain */
  public async remove(): Promise<readonly string[]> {
    const remaining: string[] = [];
    for (const node of this.attached.values()) {
      const { compute, shell } = this.options;
      try {
        const script = `if mountpoint -q ${this.folder}; then umount ${this.folder}; fi\nif [ -d ${this.folder} ]; then rmdir ${this.folder}; fi`;
        await runScript(shell, node, script, MOUNT_SECONDS, 'the unmount of the clone');
        // An attachment that failed may have succeeded all the same.
        if ((await this.listDisks(node)).some((disk) => disk.deviceName === deviceName(node)))
          await compute.detachDisk({ zone: node.zone, name: node.vm }, deviceName(node));
        this.attached.delete(node.name);
      } catch (error) {
        if (!(error instanceof ReportedError)) throw error;
        remaining.push(`disk ${deviceName(node)} of ${node.vm} (${error.message})`);
      }
    }
    return remaining;
  }

  /**
   * Unmounts and detaches the clone that a killed run left: the ring lock is held, so no other run uses it. The disk is deleted with the
   * other clones of that run.
   *
   * @throws RecoveryError if the disk is no clone
   */
  private async removeFormer(node: RingNode): Promise<void> {
    const { compute, shell } = this.options;
    const former = (await this.listDisks(node)).find((disk) => disk.deviceName === deviceName(node));
    if (former === undefined) return;
    const name = former.source?.split('/').at(-1) ?? '';
    const labels = (await compute.disk({ zone: node.zone, name }))?.labels as Readonly<Record<string, string>> | undefined;
    if (labels?.[RECOVERY_LABEL] === undefined)
      throw new RecoveryError(
        `disk ${name} is attached to ${node.vm} as ${deviceName(node)}, and has no label '${RECOVERY_LABEL}': detach it`,
      );
    const script = `for folder in ${MOUNTS_FOLDER}/*/; do
  if mountpoint -q "$folder"; then umount "$folder" || exit 1; fi
  if [ -d "$folder" ]; then rmdir "$folder"; fi
done`;
    await runScript(shell, node, script, MOUNT_SECONDS, 'the unmount of the clone of a former run');
    await compute.detachDisk({ zone: node.zone, name: node.vm }, deviceName(node));
  }

  private async listDisks({ zone, vm }: RingNode): Promise<readonly AttachedDisk[]> {
    return ((await this.options.compute.instance({ zone, name: vm }))?.disks ?? []) as readonly AttachedDisk[];
  }

  private get folder(): string {
    return `${MOUNTS_FOLDER}/${this.options.run}`;
  }

  private async listTables(node: RingNode, keyspace: string): Promise<{ name: string; source: TableSource }[]> {
    const script = `set -euo pipefail
cd ${this.folder}/data
if ! [ -d ${keyspace} ]; then exit; fi
find ${keyspace} -mindepth 3 -maxdepth 3 -type d -path '*/snapshots/${FLUSHED_SNAPSHOT}' | sort | while IFS= read -r folder; do
  printf '%s\\t%s\\t%s\\n' "$folder" "$(find "$folder" -maxdepth 1 -name '*-Data.db' | wc -l)" "$(du -s -B 1 "$folder" | cut -f 1)"
done`;
    const lines = (await runScript(this.options.shell, node, script, MOUNT_SECONDS, 'listing the clone'))
      .trim()
      .split('\n')
      .filter(Boolean);
    return lines.map((line) => {
      const [, folder, name, sstables, bytes] = /^(\w+\/(\w+)-[0-9a-f]{32}\/\S+)\t(\d+)\t(\d+)$/.exec(line) ?? [];
      if (folder === undefined) throw new RecoveryError(`the clone of ${node.name} has an unknown folder: ${line}`);
      return { name: name!, source: { folder: `${this.folder}/data/${folder}`, sstables: Number(sstables), bytes: Number(bytes) } };
    });
  }

  private async readDefinition({
    source,
    files,
  }: Pick<TableBackup, 'source' | 'files'>): Promise<Pick<TableBackup, 'label' | 'definition'>> {
    const [[name, { folder }]] = [...files] as [[string, TableSource]];
    const label = `the backup of ${source.keyspace}.${source.table}`;
    const cql = await runScript(
      this.options.shell,
      this.attached.get(name)!,
      `cat ${folder}/schema.cql`,
      MOUNT_SECONDS,
      'reading schema.cql',
    );
    return { label, definition: TableDefinition.parse(cql, `schema.cql of ${label} on ${name}`) };
  }
}

interface AttachedDisk {
  readonly deviceName?: string;
  readonly source?: string;
}

function deviceName({ name }: RingNode): string {
  return `recovery-${name}`;
}
