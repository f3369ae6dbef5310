import type { Location } from './addresses';
import type { Answer } from './answer';
import type { Cluster } from './cluster';
import type { Labels } from './labels';
import type { PortSet } from './port-set';
import type { VmIdentity } from './vm-identity';

/** What a peer is, which decides the rules that stand in its way. */
export type PeerKind =
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

/** A namespace, as selectors see it. */
export interface NamespaceIdentity {
  /** Nothing for all the namespaces that the stack does not name. */
  readonly name?: string;
  readonly labels: Labels;

  /** Whether the stack says what runs in it. */
  readonly declared: boolean;
}

/** What NetworkPolicies see of pods. */
export interface PodIdentity {
  readonly cluster: Cluster;
  readonly namespace: NamespaceIdentity;
  readonly labels: Labels;

  /** Ports of the containers by name; nothing when they are not known. */
  readonly ports?: ReadonlyMap<string, PortSet>;

  /** Whether they use their node's network, where NetworkPolicies do not hold. */
  readonly onNodeNetwork: Answer;

  /** Why their labels cannot be told, when a chart does not say. */
  readonly silent?: string;
}

/** Pods that a load balancer sends requests to. */
export interface Backend {
  readonly pods: Peer;
  readonly ports: PortSet;

  /** `unknown` when the labels or ports of the pods are not known. */
  readonly answer: Exclude<Answer, 'no'>;

  /** Ports of the load balancer whose requests go there. */
  readonly frontPorts: PortSet;

  /** Cloud Armor policy of the backend: `unknown` when it decides by rules that are not evaluated. */
  readonly cloudArmor?: { readonly answer: Exclude<Answer, 'no'>; readonly reason: string };
}

/** Someone who may reach others or be reached. */
export interface Peer {
  /** Unique in the stack. */
  readonly id: string;

  /** As short as it can be, for tables. */
  readonly label: string;
  readonly kind: PeerKind;

  /** Peers of one group are shown as one where they do not differ: the machines of a ring. */
  readonly group?: string;

  /** Whether it is there without the stack saying so. */
  readonly platform: boolean;
  readonly location: Location;

  /** Network of a machine or a cluster; nothing outside of networks. */
  readonly network?: string;
  readonly pods?: PodIdentity;

  /** The machine itself, or the nodes that pods may be on. */
  readonly machines?: readonly VmIdentity[];

  /** Where its calls come from, when that is somebody else: a control plane behind Private Service Connect. */
  readonly callsAs?: Peer;
  readonly cluster?: Cluster;
  readonly backends?: readonly Backend[];

  /** Reasons why a load balancer may lead to pods and machines that are not among its backends. */
  readonly unknownBackends?: readonly string[];

  /** Host names of a load balancer besides the one that is its label. */
  readonly otherHostNames?: readonly string[];

  /** Whether a load balancer answers only inside its network, which is not evaluated. */
  readonly isInternal?: boolean;

  /** Class of an ingress that a controller other than GKE's serves, which is not evaluated. */
  readonly otherClass?: string;

  /** Of a service of type LoadBalancer: whether pods see who calls, or may see a node instead. Google's proxies call by themselves. */
  readonly passesCallers?: 'always' | 'perhaps';

  /** Ranges a load balancer answers, when it does not answer everybody. */
  readonly answersOnly?: readonly Location[];

  /** Ports it answers on, as far as the JSON shows it. */
  readonly serves?: PortSet;

  /** Address in Terraform and path in the construct tree of what it is made from. */
  readonly address?: string;
  readonly path?: string;

  /** Addresses of a machine that are not evaluated, as a reason. */
  readonly otherAddresses?: string;

  /** Zone of a machine. */
  readonly zone?: string;
}
