import type { Waiver } from '../core/waiver';
import { TerraformDocumentError } from './errors';
import { type Block, block, isBlock } from './values';

/**
 * Notes in the `//` block of resources, which Terraform ignores. Constructs write them for analyses of the synthesized stack. Writers and
 * readers of a note share its type.
 */
export interface Notes {
  /** Note on the VM instance of a Cassandra node. */
  readonly cassandra: CassandraNote;

  /** Weekly load profile of a node pool, for cost estimates. */
  readonly loadProfile: LoadProfileNote;

  /** IP ranges of a cluster whose network is in another stack. */
  readonly ranges: RangesNote;

  /** Resources that the chart of a Helm release creates. */
  readonly reachability: ReleaseNote;

  /** Snapshot sets of a ring, on the job that starts them. */
  readonly snapshotSet: SnapshotSetNote;

  /** Subnet of a VM instance or an address, when the subnet is in another stack. */
  readonly subnet: SubnetNote;

  /** Policy waivers of a resource, by rule id. */
  readonly waivers: Readonly<Record<string, WaiverNote>>;
}

export interface CassandraNote {
  /** Cassandra version that a new VM instance installs. */
  readonly version: string;

  /** Identity of the ring and the node, as Cassandra writes it to the data disk. */
  readonly cluster: string;
  readonly datacenter: string;
  readonly rack: string;

  /** Allows a new VM instance to install packages that are missing in its image. */
  readonly packageAccess: boolean;

  /** Keyspaces and tables that are excluded from the check for resurrected rows. */
  readonly resurrectionCheckExclusions: readonly string[] | undefined;
  readonly superuser: string;
  readonly roles: readonly string[] | undefined;

  /** File with the generations of the data disks, relative to the folder of the app; undefined if there is none. */
  readonly disksFile: string | undefined;

  /** Bucket of the commit logs and of the manifests of snapshots; undefined if they are not archived. */
  readonly archive?: string | undefined;

  /** Data center of an existing ring that the ring joins; undefined if it began by itself. */
  readonly joins?: string | undefined;
  /** Days for which that bucket keeps its objects. */
  readonly archiveRetentionDays?: number | undefined;

  /** Repair interval in days; undefined without a repair timer on the node. */
  readonly repairWithinDays: number | undefined;
}

export interface LoadProfileNote {
  /** Share of the peak load outside of the periods, from 0 to 1. */
  readonly otherwise: number;
  readonly periods: readonly {
    readonly days: readonly string[];
    readonly fromHour: number;
    readonly toHour: number;
    readonly share: number;
  }[];

  /** vCPUs that pods request at peak load. */
  readonly peakVCpus?: number;
}

/** IP ranges in CIDR notation. */
export interface RangesNote {
  readonly nodes: string;
  readonly pods: string;
  readonly services: string;
}

export interface ReleaseNote {
  /** Labels of the pods; null when the chart creates no pods. */
  readonly podLabels: Readonly<Record<string, string>> | null;

  /** Ports that the pods listen on, for example `tcp/9898`. */
  readonly ports: readonly string[] | undefined;

  /** The chart creates NetworkPolicies. */
  readonly networkPolicies: boolean | undefined;

  /** Settings of a load balancer whose BackendConfig and FrontendConfig the chart creates, both with the name of the release. */
  readonly loadBalancer: { readonly securityPolicy?: string; readonly redirectsToHttps: boolean } | undefined;
}

export interface SnapshotSetNote {
  /** Name of the ring. */
  readonly ring: string;

  /** References to the names of its data disks. */
  readonly disks: readonly string[];

  /** Hours between two sets. */
  readonly hoursBetween: number;
  readonly retentionDays: number;
}

export interface SubnetNote {
  /** Id of the network. */
  readonly network: string;

  /** Primary range of the subnet. */
  readonly range: string;
}

export interface WaiverNote extends Omit<Waiver, 'rule'> {
  /** Construct path of the waiver, which includes the constructs below it. */
  readonly at: string;
}

/** Note as it is read: with values of any type, since the JSON can be edited. */
export type Unchecked<Note> = { readonly [Name in keyof Note]?: unknown };

/** Resource class that cdktf generates. */
interface Annotated {
  addOverride(path: string, value: unknown): void;
}

/** Writes a note into the `//` block of a resource. */
export function writeNote<Name extends keyof Notes>(resource: Annotated, name: Name, note: Notes[Name]): void {
  resource.addOverride(`//.${name}`, note);
}

/** Data plane of a cluster of another stack, in the `//` block of its kubernetes provider. */
export type DataPlaneNote = 'v2';

/** Writes the data plane of a cluster of another stack into the `//` block of its kubernetes provider. */
export function writeDataPlaneNote(provider: Annotated, dataPlane: DataPlaneNote): void {
  provider.addOverride('//.dataPlane', dataPlane);
}

/** Reads the data plane from the `//` block of a provider; undefined without a note. */
export function readDataPlaneNote(provider: unknown): DataPlaneNote | undefined {
  return isBlock(provider) && block(provider, '//')?.dataPlane === 'v2' ? 'v2' : undefined;
}

/** Resource of a document, with its `//` block. */
interface NotedResource {
  readonly type: string;
  readonly name: string;
  readonly metadata: Block;
}

/**
 * Reads a note of a resource.
 *
 * @throws TerraformDocumentError when the note is not an object
 */
export function readNote<Name extends keyof Notes>(resource: NotedResource | undefined, name: Name): Unchecked<Notes[Name]> | undefined {
  const note = resource?.metadata[name];
  if (resource === undefined || note === undefined || note === null) return undefined;
  if (isBlock(note)) return note as Unchecked<Notes[Name]>;
  throw new TerraformDocumentError('must be an object', ['resource', resource.type, resource.name, '//', name]);
}

/** Reads the construct path from the cdktf metadata of a resource. */
export function readConstructPath(notes: unknown): string | undefined {
  const path = block(notes, 'metadata')?.path;
  return typeof path === 'string' ? path : undefined;
}

/** Reads the stack id from the cdktf metadata of a configuration. */
export function readStackName(configuration: unknown): string | undefined {
  const name = isBlock(configuration) ? block(configuration['//'], 'metadata')?.stackName : undefined;
  return typeof name === 'string' ? name : undefined;
}
