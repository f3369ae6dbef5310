import type { Location } from './addresses';
import type { Answer } from './answer';
import type { Cluster } from './cluster';
import type { Labels } from './labels';
import type { PortSet } from './port-set';
import type { VmIdentity } from './vm-identity';

/** Kind of an endpoint, which decides the checkpoints of its traces. */
export type EndpointKind =
  | 'pods'
  | 'machine'
  | 'node'
  | 'control-plane'
  | 'load-balancer'
  | 'google-apis'
  | 'google-proxies'
  | 'metadata-server'
  | 'iap'
  | 'internet'
  | 'range';

/** Namespace, as selectors match it. */
export interface NamespaceIdentity {
  /** Undefined for all namespaces that the stack does not name. */
  readonly name?: string;
  readonly labels: Labels;

  /** True for a namespace of the stack, whose workloads are known. */
  readonly declared: boolean;
}

/** Pods, as NetworkPolicies match them. */
export interface PodIdentity {
  readonly cluster: Cluster;
  readonly namespace: NamespaceIdentity;
  readonly labels: Labels;

  /** Container ports by name; undefined when they are not known. */
  readonly ports?: ReadonlyMap<string, PortSet>;

  /** Host network (`hostNetwork`), where NetworkPolicies do not apply. */
  readonly onNodeNetwork: Answer;

  /** Reason why their labels are not known, for a chart without a note. */
  readonly silent?: string;
}

/** Backend of a load balancer: pods and their ports. */
export interface Backend {
  readonly pods: Endpoint;
  readonly ports: PortSet;

  /** `unknown` for pods whose labels or ports are not known. */
  readonly answer: Exclude<Answer, 'no'>;

  /** Ports of the load balancer that forward to the pods. */
  readonly frontPorts: PortSet;

  /** Verdict of Cloud Armor: `unknown` for a security policy, whose rules are not evaluated. */
  readonly cloudArmor?: { readonly answer: Exclude<Answer, 'no'>; readonly reason: string };
}

/** Client or server of a connection: pods, a VM, a load balancer, or a part of the platform or the internet. */
export interface Endpoint {
  /** Identifier, unique in the stack. */
  readonly id: string;

  /** Short name, for tables. */
  readonly label: string;

  /** True when the label is a plural noun, as `other pods`: the verb of a sentence follows it. @default false */
  readonly isPlural?: boolean;
  readonly kind: EndpointKind;

  /** Group that is shown as one endpoint where its members do not differ: the VMs of a ring. */
  readonly group?: string;

  /** True for an endpoint that exists without being declared in the stack. */
  readonly platform: boolean;
  readonly location: Location;

  /** VPC of a VM or a cluster; undefined outside of VPCs. */
  readonly network?: string;
  readonly pods?: PodIdentity;

  /** The VM itself, or the nodes that may run the pods. */
  readonly vms?: readonly VmIdentity[];

  /** Endpoint whose addresses its calls come from: the konnectivity agents, for a control plane with Private Service Connect. */
  readonly callsAs?: Endpoint;
  readonly cluster?: Cluster;
  readonly backends?: readonly Backend[];

  /** Reasons why a load balancer may have more backends. */
  readonly unknownBackends?: readonly string[];

  /** Host names of a load balancer, besides its label. */
  readonly otherHostNames?: readonly string[];

  /** True for an internal load balancer, whose clients are not evaluated. */
  readonly isInternal?: boolean;

  /** Class of an ingress of another controller than GKE's, whose clients are not evaluated. */
  readonly otherClass?: string;

  /** Source address that pods see behind a service of type LoadBalancer: `always` the client's, or `perhaps` a node's. Undefined for Google's proxies. */
  readonly passesCallers?: 'always' | 'perhaps';

  /** Source ranges of a load balancer; undefined for any source. */
  readonly answersOnly?: readonly Location[];

  /** Ports that it listens on, as far as the JSON has them. */
  readonly serves?: PortSet;

  /** Ports of their nodes that lead to pods (`hostPort`); all of them when they are not known. */
  readonly hostPorts?: PortSet;

  /** Terraform address of its resource. `path` is the path of its construct. */
  readonly address?: string;
  readonly path?: string;

  /** Reason why a VM may have other addresses, which are not evaluated. */
  readonly otherAddresses?: string;

  /** True for several VMs of one resource, such as a managed instance group, which reach each other by the network. */
  readonly isReplicated?: true;

  /** Zone of a VM. */
  readonly zone?: string;
}
