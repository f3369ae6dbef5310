import type { Deletion } from './deletion';
import type { Opening } from './opening';
import type { Protection } from './protection';
import type { Running } from './running';

/** Reason why a facet does not apply to a type. */
export interface NotApplicable {
  readonly none: string;
}

/** Facet of a type, or the reason why the type has none. A facet that is absent is not known. */
export type Facet<T> = T | NotApplicable;

/**
 * Facts about a resource type. Guard, policy, cost, reachability, redaction and sandbox read it, and keep no lists of types of their own.
 *
 * An optional facet that is absent is not known, and each reader reports that in its own way. A type without an entry is unknown.
 */
export interface ResourceType {
  /** Terraform types with these facets, for example `google_compute_disk` and `google_compute_region_disk`. */
  readonly names: readonly string[];

  /**
   * Pattern of further types, for families with a type for each service, such as grants.
   *
   * @default - none
   */
  readonly family?: RegExp;

  /**
   * Kubernetes kinds with these facets when they are applied as manifests, with the group of their API: `apps/StatefulSet`, `Secret`.
   * `k8ssandra.io/*` is every other kind of a group.
   *
   * @default - none
   */
  readonly kinds?: readonly string[];

  /** Noun phrase for sentences, for example `a disk`. */
  readonly what: string;

  /** Effect of a deletion or replacement. A function decides by the values of the existing resource. */
  readonly deletion: Deletion | ((before: unknown) => Deletion);

  /** Arguments that protect the resource, its data or its copies. The guard reports one that becomes weaker. */
  readonly protections?: Facet<readonly Protection[]>;

  /** Arguments that keep it running. The guard reports a change that stops it, or most of it. */
  readonly running?: Facet<readonly Running[]>;

  /** Relation to the data of other types, for copies and schedules. */
  readonly backup?: Facet<Backup>;

  /** Arguments that give access to it, or to what is behind it. The guard reports one that opens. */
  readonly exposes?: Facet<readonly Opening[]>;

  /** Scope in which its name is unique. */
  readonly uniqueName?: Facet<UniqueName>;

  /** Behaviour of Google Cloud while other resources use it. */
  readonly use?: Facet<Use>;

  /** Pods that it creates. */
  readonly pods?: Facet<Pods>;

  /** Source of its monthly cost. A function decides by the values of the resource. */
  readonly price?: Price | ((values: unknown) => Price);

  /** Paths of arguments whose values are secrets, beside those that the provider marks as sensitive. `*` is any key or index. */
  readonly secrets?: Facet<readonly (readonly string[])[]>;

  /** Traffic that it may allow, deny or lead. Reachability evaluates a part of these types, and for the others an answer is unknown. */
  readonly rulesFor?: Facet<readonly RulesScope[]>;
}

/** Relation to the data of other resources. */
export interface Backup {
  /** `copy`: holds a state of the data. `schedule`: takes copies. `assignment`: puts a resource on a schedule. */
  readonly role: 'copy' | 'schedule' | 'assignment';

  /** Types whose data it copies. */
  readonly of: readonly string[];
}

/** Name that no other resource of the same Terraform type may have in the same place of the same provider configuration. */
export interface UniqueName {
  /** Path of the name, for example `['metadata', 'name']`. */
  readonly path: readonly string[];

  /** Arguments beside the name that name its place, such as `project` and `zone`. One that is not set has the value of the provider. */
  readonly within: readonly string[];
}

/** Behaviour of the API while others use the resource. */
export interface Use {
  /** `held`: it is not deleted while it is in use. `detached`: it is taken away from its users. */
  readonly whileUsed: 'held' | 'detached';
}

/** Pods of a workload. */
export interface Pods {
  /** Path of the pod template; empty for a pod. */
  readonly template: readonly string[];

  /** `service`: runs until it is deleted. `task`: runs to its end. */
  readonly run: 'service' | 'task';
}

/**
 * Price of a resource.
 *
 * - `meter`: calculated by `lib/cost` from the arguments.
 * - `free`: costs nothing itself, with the reason.
 * - `unpriced`: costs money, and no price is known here. `isLarge` when it may be the largest part of a bill.
 */
export type Price =
  | { readonly meter: 'cluster' | 'node-pool' | 'instance' | 'disk' | 'nat' | 'address' }
  | { readonly free: string }
  | { readonly unpriced: string; readonly isLarge: boolean };

/**
 * Traffic that a resource decides about:
 *
 * - `pods`: policies of the pods of a cluster, or software that may add some.
 * - `network`: firewall rules of VPC networks.
 * - `connections`: connections of a VPC network with others.
 * - `cluster`: access to the control plane of a cluster.
 */
export type RulesScope = 'pods' | 'network' | 'connections' | 'cluster';
