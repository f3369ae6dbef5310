/** Object metadata, as far as the sandbox's controllers use it. */
export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMetadata;
}

export interface Container {
  readonly name: string;
  readonly image?: string;

  /** `Always` makes an init container a sidecar. */
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> };
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  readonly readinessGates?: readonly { readonly conditionType: string }[];
}

/** Pod template of a controller. */
export interface PodTemplate {
  readonly metadata?: Partial<ObjectMetadata>;
  readonly spec: PodSpec;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface Pod extends KubernetesObject {
  readonly spec: PodSpec;
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

/** Address of a load balancer. */
export interface LoadBalancerStatus {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
}

export interface Ingress extends KubernetesObject {
  readonly status?: LoadBalancerStatus;
}

export interface Service extends KubernetesObject {
  readonly spec: { readonly type?: string; readonly loadBalancerIP?: string; readonly ports?: readonly { readonly port: number }[] };
  readonly status?: LoadBalancerStatus;
}

/** Builds the path of a namespaced object. */
export function buildPath(collection: string, { namespace, name }: Pick<ObjectMetadata, 'namespace' | 'name'>): string {
  const cut = collection.lastIndexOf('/');
  const [group, plural] = [collection.slice(0, cut), collection.slice(cut + 1)];
  return namespace === undefined ? `${group}/${plural}/${name}` : `${group}/namespaces/${namespace}/${plural}/${name}`;
}
