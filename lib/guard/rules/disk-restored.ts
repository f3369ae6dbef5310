import { NODE_LABEL } from '../../cassandra-contract/labels';
import { known, textAt } from '../../terraform/values';
import { listDiskRestores } from '../disk-restores';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';

/** Disks that are exchanged for new ones from a snapshot. The plan shows a reference that changes, and no loss. */
export const diskRestored: Rule = {
  id: 'disk-restored',
  severities: ['refuse'],
  title: 'A disk of a VM instance is exchanged for one from a snapshot',
  why: 'the VM instance goes back to the state of the snapshot; the disk is exchanged while it runs, which damages a mounted file system',
  remediation: 'use gke-platform cassandra restore, which stops the nodes first and verifies the snapshots',
  check: (subject) =>
    subject.ofType('google_compute_instance').flatMap((change): Finding[] => {
      const node = known(textAt(change.before, 'labels', NODE_LABEL));
      const name = known(textAt(change.before, 'name')) ?? change.name;
      return listDiskRestores(subject, change).map(({ former, restored, snapshot }) => ({
        severity: 'refuse',
        address: change.address,
        action: change.action,
        reason: `${node === undefined ? '' : `node ${node}, `}${name}: disk ${former} is exchanged for ${restored}, which is created from snapshot ${snapshot}`,
        impact: `the writes to ${former} after snapshot ${snapshot}`,
        recovery: `disk ${former}, which stays, detached`,
      }));
    }),
};
