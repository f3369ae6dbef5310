import type { Waiver } from '../core/waiver';
import { TerraformDocumentError } from './errors';
import { type Block, block, isBlock } from './values';

/**
 * Facts that constructs write beside a resource in its block `//`, which Terraform passes over: for programs that read the synthesized
 * stack. Each has one type here, for the construct that writes it and for its readers.
 */
export interface Notes {
  /** On the VM of a Cassandra node. */
  readonly cassandra: CassandraNote;

  /** On a node pool: its load over a week, for estimates of its cost. */
  readonly loadProfile: LoadProfileNote;

  /** On a cluster in a network of another stack: the ranges of the network. */
  readonly ranges: RangesNote;

  /** On a Helm release: what its chart makes. */
  readonly reachability: ReleaseNote;

  /** On an instance or an address in a subnet of another stack. */
  readonly subnet: SubnetNote;

  /** On any resource: rules of the policy that need not hold for it, by id. */
  readonly waivers: Readonly<Record<string, WaiverNote>>;
}

export interface CassandraNote {
  /** Version of Cassandra that a new VM installs. */
  readonly version: string;

  /** Whether a new VM may install packages that its image lacks. */
  readonly packageAccess: boolean;

  /** Keyspaces and tables that the check for resurrected rows leaves out. */
  readonly resurrectionCheckExclusions: readonly string[] | undefined;

  /** Days within which the node has to be repaired; nothing when its own timer does not repair it. */
  readonly repairWithinDays: number | undefined;
}

export interface LoadProfileNote {
  /** Share of the largest load outside of the periods, from 0 to 1. */
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
  /** Labels of the pods; null when the chart makes none. */
  readonly podLabels: Readonly<Record<string, string>> | null;

  /** Ports that the pods listen on, for example `tcp/9898`. */
  readonly ports: readonly string[] | undefined;

  /** Whether the chart makes NetworkPolicies. */
  readonly networkPolicies: boolean | undefined;

  /** Settings of a load balancer, when the chart makes its BackendConfig and FrontendConfig, both named as the release. */
  readonly loadBalancer: { readonly securityPolicy?: string; readonly redirectsToHttps: boolean } | undefined;
}

export interface SubnetNote {
  /** Id of the network. */
  readonly network: string;

  /** Primary range of the subnet. */
  readonly range: string;
}

export interface WaiverNote extends Omit<Waiver, 'rule'> {
  /** Path of the construct that was waived, with everything below it. */
  readonly at: string;
}

/** A note as it is read: under the names that were written, and with any value, since anybody can write the JSON. */
export type Unchecked<Note> = { readonly [Name in keyof Note]?: unknown };

/** A generated resource of cdktf. */
interface Annotated {
  addOverride(path: string, value: unknown): void;
}

/** Writes a note beside a resource. */
export function writeNote<Name extends keyof Notes>(resource: Annotated, name: Name, note: Notes[Name]): void {
  resource.addOverride(`//.${name}`, note);
}

/** A resource of a document, with its block `//`. */
interface NotedResource {
  readonly type: string;
  readonly name: string;
  readonly metadata: Block;
}

/**
 * Note of a resource.
 *
 * @throws TerraformDocumentError when it is no object
 */
export function noteOf<Name extends keyof Notes>(resource: NotedResource | undefined, name: Name): Unchecked<Notes[Name]> | undefined {
  const note = resource?.metadata[name];
  if (resource === undefined || note === undefined || note === null) return undefined;
  if (isBlock(note)) return note as Unchecked<Notes[Name]>;
  throw new TerraformDocumentError('must be an object', ['resource', resource.type, resource.name, '//', name]);
}

/** Path of the construct that made a resource, which cdktf writes. */
export function constructPathOf(notes: unknown): string | undefined {
  const path = block(notes, 'metadata')?.path;
  return typeof path === 'string' ? path : undefined;
}

/** Id of the stack that a configuration is of, which cdktf writes. */
export function stackNameOf(configuration: unknown): string | undefined {
  const name = isBlock(configuration) ? block(configuration['//'], 'metadata')?.stackName : undefined;
  return typeof name === 'string' ? name : undefined;
}
