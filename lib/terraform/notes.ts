import type { Waiver } from '../core/waiver';
import { TerraformDocumentError } from './errors';
import { type Block, block, isBlock } from './values';

/**
 * Notes of constructs in the block `//` of a resource, which Terraform ignores, for programs that read the synthesized stack. Each note has
 * one type for its writer and its readers.
 */
export interface Notes {
  /** On the VM of a Cassandra node. */
  readonly cassandra: CassandraNote;

  /** On a node pool: its weekly load profile, for cost estimates. */
  readonly loadProfile: LoadProfileNote;

  /** On a cluster in a network of another stack: the ranges of the network. */
  readonly ranges: RangesNote;

  /** On a Helm release: objects that its chart creates. */
  readonly reachability: ReleaseNote;

  /** On an instance or an address in a subnet of another stack. */
  readonly subnet: SubnetNote;

  /** On any resource: waived rules of the policy, by id. */
  readonly waivers: Readonly<Record<string, WaiverNote>>;
}

export interface CassandraNote {
  /** Version of Cassandra that a new VM installs. */
  readonly version: string;

  /** True when a new VM may install packages that its image lacks. */
  readonly packageAccess: boolean;

  /** Keyspaces and tables that the check for resurrected rows excludes. */
  readonly resurrectionCheckExclusions: readonly string[] | undefined;

  /** Maximum days between repairs of the node; undefined without a repair timer. */
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

  /** vCPUs that pods request at a share of 1. */
  readonly peakVCpus?: number;
}

/** Ranges in CIDR notation. */
export interface RangesNote {
  readonly nodes: string;
  readonly pods: string;
  readonly services: string;
}

export interface ReleaseNote {
  /** Labels of the pods; null for a chart without pods. */
  readonly podLabels: Readonly<Record<string, string>> | null;

  /** Ports that the pods listen on, for example `tcp/9898`. */
  readonly ports: readonly string[] | undefined;

  /** True when the chart creates NetworkPolicies. */
  readonly networkPolicies: boolean | undefined;

  /** Settings of a load balancer, when the chart creates its BackendConfig and FrontendConfig, both with the name of the release. */
  readonly loadBalancer: { readonly securityPolicy?: string; readonly redirectsToHttps: boolean } | undefined;
}

export interface SubnetNote {
  /** Id of the network. */
  readonly network: string;

  /** Primary range of the subnet. */
  readonly range: string;
}

export interface WaiverNote extends Omit<Waiver, 'rule'> {
  /** Path of the waived construct, which includes everything below it. */
  readonly at: string;
}

/** Note as read from JSON: its members may have any value. */
export type Unchecked<Note> = { readonly [Name in keyof Note]?: unknown };

/** Generated resource of cdktf. */
interface Annotated {
  addOverride(path: string, value: unknown): void;
}

/** Writes a note beside a resource. */
export function writeNote<Name extends keyof Notes>(resource: Annotated, name: Name, note: Notes[Name]): void {
  resource.addOverride(`//.${name}`, note);
}

/** Resource of a document, with its block `//`. */
interface NotedResource {
  readonly type: string;
  readonly name: string;
  readonly metadata: Block;
}

/**
 * Reads a note of a resource.
 *
 * @throws TerraformDocumentError when it is not an object
 */
export function readNote<Name extends keyof Notes>(resource: NotedResource | undefined, name: Name): Unchecked<Notes[Name]> | undefined {
  const note = resource?.metadata[name];
  if (resource === undefined || note === undefined || note === null) return undefined;
  if (isBlock(note)) return note as Unchecked<Notes[Name]>;
  throw new TerraformDocumentError('must be an object', ['resource', resource.type, resource.name, '//', name]);
}

/** Reads the construct path of a resource, which cdktf writes. */
export function readConstructPath(notes: unknown): string | undefined {
  const path = block(notes, 'metadata')?.path;
  return typeof path === 'string' ? path : undefined;
}

/** Reads the stack id of a configuration, which cdktf writes. */
export function readStackName(configuration: unknown): string | undefined {
  const name = isBlock(configuration) ? block(configuration['//'], 'metadata')?.stackName : undefined;
  return typeof name === 'string' ? name : undefined;
}
