import { CLUSTER_LABEL, NODE_LABEL } from '../cassandra-contract/labels';
import { References } from '../reachability/references';
import { type Resource, TerraformDocument } from '../terraform/document';
import { readNote } from '../terraform/notes';
import { isKnown } from '../terraform/references';
import { blocks, known, textAt, written } from '../terraform/values';
import { OperationsError } from './operations-error';
import { readSetInterval, readSnapshotInterval } from './snapshot-interval';

/** Node of a ring, as the stack describes it. */
export interface RingNode {
  /** Name of the node in its ring, for example `b`. */
  readonly name: string;

  /** Name of its VM. */
  readonly vm: string;
  readonly zone: string;

  /** Cassandra's rack. @default - unknown: the VM is not from `CassandraRing` */
  readonly rack?: string;

  /** Boot image and machine type of its VM. @default - unknown: a reference in Terraform */
  readonly image?: string;
  readonly machineType?: string;

  /** Static address; `undefined` if Google chooses it. */
  readonly address: string | undefined;

  /** Address of its VM in Terraform, for example `google_compute_instance.Cassandra_b_65C830E8`. */
  readonly instance: string;

  /** Terraform addresses of its data disk and of the attachment to a snapshot schedule. */
  readonly disk: readonly string[];

  /** Version of Cassandra that a new VM installs; `undefined` if the VM is not from `CassandraRing`. */
  readonly cassandraVersion: string | undefined;

  /** Days within which the node must be repaired; `undefined` if its own timer does not repair it. */
  readonly repairWithinDays: number | undefined;

  /** Lets a new VM install packages that its image lacks. */
  readonly packageAccess: boolean;

  /** Keyspaces and tables excluded from the check for resurrected rows. */
  readonly resurrectionCheckExclusions: readonly string[];
}

/** A Cassandra ring, as the stack describes it. */
export interface Ring {
  /** Prefix of the names of its VMs, disks and secrets. */
  readonly name: string;
  readonly project: string;
  readonly region: string;

  /** Names of Cassandra's cluster and data centre. @default - unknown: the VMs are not from `CassandraRing` */
  readonly cluster?: string;
  readonly datacenter?: string;

  /** Data center of an existing ring, which this ring joins as another one. @default - none */
  readonly joins?: string;

  /** Superuser role; `undefined` if the VMs are not from `CassandraRing`. */
  readonly superuser: string | undefined;

  /** Further roles that the stack declares. */
  readonly roles: readonly string[];

  /** File with the generations of the data disks; `undefined` if there is none. */
  readonly disksFile: string | undefined;

  /** Longest interval between two snapshots of any data disk. @default - unknown: a disk has no schedule in the stack */
  readonly hoursBetweenSnapshots?: number;

  /** Hours between two snapshot sets. @default - the stack has none */
  readonly hoursBetweenSets?: number;

  /** Bucket of the commit logs and of the manifests of snapshots. @default - they are not archived */
  readonly archive?: string;

  /** Days for which the bucket keeps its objects. @default - unknown, or there is no bucket */
  readonly archiveRetentionDays?: number;

  /** Sorted by name. */
  readonly nodes: readonly RingNode[];
}

/**
 * Finds a ring of a stack.
 *
 * @param synthesized the stack's `cdk.tf.json`
 * @param name name of the ring; optional if the stack has one ring
 * @throws OperationsError if there is no such ring, or several and no name
 */
export function findRing(synthesized: unknown, name?: string): Ring {
  const rings = findRings(synthesized);
  const names = rings.map((ring) => ring.name).join(', ');
  if (rings.length === 0) throw new OperationsError('the stack has no Cassandra ring');
  if (name === undefined && rings.length > 1) throw new OperationsError(`the stack has several rings, name one with --ring: ${names}`);
  const ring = name === undefined ? rings[0] : rings.find((one) => one.name === name);
  if (ring === undefined) throw new OperationsError(`unknown ring '${name}'; known: ${names}`);
  return ring;
}

/** Finds all rings of a stack, by the labels `CLUSTER_LABEL` and `NODE_LABEL` of their VMs. */
export function findRings(synthesized: unknown): Ring[] {
  const document = TerraformDocument.read(synthesized);
  const references = new References(document);
  const rings = new Map<string, Ring & { readonly nodes: RingNode[] }>();
  for (const resource of document.ofType('google_compute_instance')) {
    const node = known(textAt(resource.values, 'labels', NODE_LABEL));
    if (node === undefined || textAt(resource.values, 'labels', CLUSTER_LABEL) === undefined) continue;
    const found = readNode(resource, node, references, document);
    const name = found.vm.slice(0, -(node.length + 1));
    const ring = rings.get(name) ?? {
      name,
      project: references.readProject(resource.body),
      region: found.zone.slice(0, found.zone.lastIndexOf('-')),
      ...readRoles(resource),
      nodes: [],
    };
    ring.nodes.push(found);
    rings.set(name, ring);
  }
  for (const { nodes } of rings.values()) nodes.sort((one, other) => (one.name < other.name ? -1 : 1));
  return [...rings.values()].map((ring) => {
    const disks = ring.nodes.map(({ disk }) => disk);
    const hoursBetweenSets = readSetInterval(document, ring.name);
    return {
      ...ring,
      hoursBetweenSnapshots: readSnapshotInterval(document, disks),
      ...(hoursBetweenSets !== undefined && { hoursBetweenSets }),
    };
  });
}

function readRoles(
  resource: Resource,
): Pick<Ring, 'superuser' | 'roles' | 'disksFile' | 'cluster' | 'datacenter' | 'archive' | 'archiveRetentionDays' | 'joins'> {
  const { superuser, roles, disksFile, cluster, datacenter, archive, archiveRetentionDays, joins } = readNote(resource, 'cassandra') ?? {};
  return {
    superuser: typeof superuser === 'string' ? superuser : undefined,
    roles: Array.isArray(roles) ? roles.map(String) : [],
    disksFile: typeof disksFile === 'string' ? disksFile : undefined,
    ...(typeof cluster === 'string' && { cluster }),
    ...(typeof datacenter === 'string' && { datacenter }),
    ...(typeof archive === 'string' && { archive }),
    ...(typeof archiveRetentionDays === 'number' && { archiveRetentionDays }),
    ...(typeof joins === 'string' && { joins }),
  };
}

function readNode(resource: Resource, name: string, references: References, document: TerraformDocument): RingNode {
  const { address: instance, body } = resource;
  const disk = /^\$\{(google_compute_disk\.[^.}]+)\./.exec(written(textAt(resource.values, 'attached_disk', 'source')))?.[1];
  const policies = document.ofType('google_compute_disk_resource_policy_attachment');
  const notes = readNote(resource, 'cassandra') ?? {};
  const image = known(textAt(resource.values, 'boot_disk', 'initialize_params', 'image'));
  const machineType = known(textAt(resource.values, 'machine_type'));
  const address = references.text(blocks(body, 'network_interface')[0]?.network_ip);
  return {
    name,
    vm: references.text(body.name),
    zone: references.text(body.zone),
    ...(typeof notes.rack === 'string' && { rack: notes.rack }),
    ...(image !== undefined && { image }),
    ...(machineType !== undefined && { machineType }),
    address: isKnown(address) && address !== '' ? address : undefined,
    instance,
    disk:
      disk === undefined
        ? []
        : [disk, ...policies.filter((one) => written(textAt(one.values, 'disk')).includes(`\${${disk}.`)).map((one) => one.address)],
    cassandraVersion: typeof notes.version === 'string' ? notes.version : undefined,
    repairWithinDays: typeof notes.repairWithinDays === 'number' ? notes.repairWithinDays : undefined,
    packageAccess: notes.packageAccess === true,
    resurrectionCheckExclusions: Array.isArray(notes.resurrectionCheckExclusions) ? notes.resurrectionCheckExclusions.map(String) : [],
  };
}
