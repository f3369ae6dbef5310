import { countRows, describeCompared, listTables } from './compare-rows';
import { describeShare } from './describe-disk';
import type { RestoreNames } from './describe-restore';
import { KEEP_DAYS } from './next-generations';
import { listReplication, RECOVER_STEPS, type RecoverQuestion, type RecoverResult, type RecoverStep } from './recover-ring';
import { listUserKeyspaces, type RecoveredKeyspace } from './recovered-disk';

/** Describes what a recovery replaces and loses, one line for each fact. */
export function describeRecoverQuestion(question: RecoverQuestion, { ring }: RestoreNames): string[] {
  const { verified, disk, into, blank, replaced, continues } = question;
  const { verification, snapshot, source } = verified;
  const tables = listTables(verification);
  const lost = disk.keyspaces!.filter((keyspace) => otherPlaces(keyspace, disk.datacenter).length > 0);
  return [
    `${ring} gets the rows of disk ${source.disk.name || 'unknown'} (snapshot ${snapshot}), and only these.`,
    `Verified on a clone: ${countRows(verification)} rows in ${tables.length} tables were read at QUORUM.`,
    ...describeShare(disk),
    `Node ${into} gets the disk. ${blank.join(', ')} get blank disks, and copy their rows from it.`,
    continues
      ? 'Replaced: a former run has not ended, and is continued: disks of it that are attached stay.'
      : replaced.length === 0
        ? 'Replaced: none of the present disks exists.'
        : `Replaced: ${replaced.join(', ')}. Snapshots of them are taken first, and the disks are kept for ${KEEP_DAYS} days.`,
    'Lost: every row that is on the replaced disks alone. Schema, roles and passwords are those of the disk.',
    `Replicas: ${listUserKeyspaces(disk)
      .map(({ name, copies }) => `${name} ${Math.max(1, copies)}`)
      .join(', ')}.`,
    ...(lost.length === 0 ? [] : [`Replicas in other data centers are removed from ${lost.map(({ name }) => name).join(', ')}.`]),
  ];
}

/** Describes the steps of a recovery into a ring before they are run. */
export function describeRecoverSteps(into: string, blank: readonly string[]): string[] {
  const others = blank.join(', ');
  const steps: Record<RecoverStep, string> = {
    original: 'take a snapshot of the disk, unless the source is a snapshot',
    verify: 'verify it on a clone: identity, SSTables, boot as one node, all rows at QUORUM; the ring is not touched',
    confirm: 'ask for confirmation: what is replaced, and what is lost',
    snapshot: 'take a snapshot of the prepared clone, and of every present data disk of the ring',
    'disks-file': `write the disks file: ${into} from the prepared snapshot, ${others} blank`,
    plan: 'synthesize and plan: only the disks of the nodes may change',
    stop: 'stop the nodes that run',
    apply: 'create and attach the disks; the present disks are kept',
    start: `start ${into} alone, with one replica of each keyspace`,
    login: "log in as the superuser, or set the superuser's password of the stack",
    join: `start ${others}, one after another: each joins and copies its rows`,
    replicate: 'set the replicas of each keyspace as on the disk, and copy the roles',
    repair: 'repair one node at a time (nodetool repair --full -pr)',
    compare: 'read the rows back from the ring at consistency ALL, and compare them with the verified ones',
    'plan-again': 'plan again: no changes may remain',
  };
  return RECOVER_STEPS.map((step, index) => `${index + 1}. ${step}: ${steps[step]}`);
}

/** Describes the state that a recovery leaves, and the commands that continue it or go back. */
export function describeRecoverResult(result: RecoverResult, into: string, names: RestoreNames): string[] {
  const { stack, ring, options, disksFile } = names;
  const { original, verified, state, formerSet, kept, compared } = result;
  const command = (name: string, ...words: string[]): string => ['gke-platform cassandra', name, stack, ...options, ...words].join(' ');
  const onwards =
    original === undefined
      ? []
      : [`Continue with: ${command('recover', `--snapshot ${original}`, `--into ${into}`, ...partial(verified?.disk?.keyspaces))}`];
  const source = original === undefined ? [] : [`Snapshot ${original} of the original stays.`];
  const back = formerSet === undefined ? [] : [`Snapshots of the replaced disks: set ${formerSet}.`];
  const keptDisks = kept.length === 0 ? [] : [`Kept: ${kept.map(({ disk, until }) => `${disk} until ${until}`).join(', ')}.`];
  switch (state) {
    case 'unchanged':
      return ['This run stopped and replaced nothing.', ...source, ...back];
    case 'stopped':
      return [
        `The disks of ${ring} are unchanged, and its nodes may be stopped.`,
        ...onwards,
        `Go back with: ${command('start')}`,
        ...back,
      ];
    case 'replacing':
      return [
        `The nodes of ${ring} are stopped. Some may have their new disks, and the others their former ones.`,
        ...onwards,
        ...back,
        ...keptDisks,
      ];
    case 'replaced':
      return [`${ring} has the new disks. Only ${into} is sure to have its rows.`, ...onwards, ...back, ...keptDisks];
    case 'joined':
      return [`All nodes of ${ring} are members; that every replica has its rows is not confirmed.`, ...onwards, ...back, ...keptDisks];
    case 'recovered':
      return [
        `${ring} is recovered from snapshot ${original}, and a new plan is empty.`,
        ...(compared === undefined ? [] : describeCompared(compared, 'disk')),
        `Commit ${disksFile}.`,
        ...listReplication(verified!.disk!)
          .filter(({ copies, name }) => copies < 2 && !name.startsWith('system_'))
          .map(({ name }) => `Keyspace ${name} has one replica, as on the disk: a lost node is a lost part of it.`),
        ...keptDisks,
        ...back,
      ];
  }
}

function partial(keyspaces: readonly RecoveredKeyspace[] = []): string[] {
  return keyspaces.some(({ share, isSystem }) => share < 1 && !isSystem) ? ['--partial'] : [];
}

function otherPlaces({ strategy, replication }: RecoveredKeyspace, datacenter: string): string[] {
  return strategy === 'NetworkTopologyStrategy' ? Object.keys(replication).filter((name) => name !== datacenter) : [];
}
