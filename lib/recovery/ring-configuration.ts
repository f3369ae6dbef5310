import { createHash } from 'node:crypto';
import { stableJson } from '../core/stable-json';
import type { Ring } from '../operations/ring';
import { type Resource, TerraformDocument } from '../terraform/document';
import { isBlock, valueAt } from '../terraform/values';

/** Arguments on which a backup and its restore depend, by resource type. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  google_compute_disk: ['name', 'zone', 'type', 'size', 'disk_encryption_key'],
  google_compute_disk_resource_policy_attachment: ['name', 'disk', 'zone'],
  google_compute_resource_policy: ['region', 'snapshot_schedule_policy'],
};

/**
 * Hash of the configuration of a ring on which its backups depend: nodes, zones, versions, disks, schedules and protection. A drill vouches
 * for this configuration only.
 *
 * @param synthesized the stack's `cdk.tf.json`
 */
export function hashRingConfiguration(synthesized: unknown, ring: Ring): string {
  const document = TerraformDocument.read(synthesized);
  const nodes = ring.nodes.map(({ name, zone, address, cassandraVersion }) => ({ name, zone, address, cassandraVersion }));
  const ownAddresses = new Set(ring.nodes.flatMap(({ disk }) => disk));
  const attachments = document.ofType('google_compute_disk_resource_policy_attachment').filter(({ address }) => ownAddresses.has(address));
  const policies = attachments.map(({ values }) => String(valueAt(values, 'name')));
  const schedules = document
    .ofType('google_compute_resource_policy')
    .filter(({ address }) => policies.some((name) => name.includes(address)));
  const disks = document.ofType('google_compute_disk').filter(({ address }) => ownAddresses.has(address));
  const resources = [...disks, ...attachments, ...schedules].map(describe).sort((one, other) => (one.address < other.address ? -1 : 1));
  return createHash('sha256')
    .update(stableJson({ ring: ring.name, project: ring.project, nodes, resources }))
    .digest('hex');
}

function describe({ type, address, body }: Resource) {
  const { lifecycle } = body;
  const settings = (ARGUMENTS[type] ?? []).map((name) => [name, valueAt(body, name) ?? null]);
  return { address, settings, isProtected: isBlock(lifecycle) && lifecycle.prevent_destroy === true };
}
