import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { LimitRangeV1 } from '@cdktf/provider-kubernetes/lib/limit-range-v1';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1';
import { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import { type ITerraformDependable, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { ICluster } from '../cluster/cluster-reference';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { Peer } from '../connectivity/peer';
import { requireNarrowRole } from '../core/google-cloud-names';
import { requireKubernetesLabels, requireNoOwnLabels } from '../core/labels';
import { orderAfter } from '../core/ordering';
import { Owners } from '../core/owners';
import { kebabCase, requireName } from '../core/physical-name';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import { isSharedVpc } from '../network/shared-vpc-access';
import { allowDns, allowMetadataServer, allowPrometheus, denyByDefault } from './namespace-policies';
import { requireCpu, requireMemory, requireWithin } from './quantity';
import { findQuotaProblems, type PodDemand } from './quota';

/** Level of the Pod Security Standards that a namespace enforces. */
export type PodSecurity = 'restricted' | 'baseline' | 'privileged';

/** Default ClusterRole of Kubernetes for the members of the owner group. */
export type OwnerRole = 'view' | 'edit' | 'admin';

/** Labels that Kubernetes sets, and those that `podSecurity` sets. */
const OWN_LABELS = /^(pod-security\.kubernetes\.io\/(enforce|audit|warn)|kubernetes\.io\/metadata\.name)$/;

const namespaces = new Owners<AppNamespace>();
const grants = new Owners<ProjectIamMember>();

/** Properties for `AppNamespace`. */
export interface AppNamespaceProps {
  /** Cluster of the namespace. */
  readonly cluster: ICluster;

  /**
   * Name in Kubernetes, unique in the cluster. A change replaces the namespace and everything in it.
   *
   * @default - the construct's id in kebab case
   */
  readonly name?: string;

  /**
   * Runs the workloads of the namespace. When false, the namespace keeps its policies, identity, quota and connections, and no
   * pods run in it.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Pod Security Standard that is enforced: pods that violate it are rejected.
   *
   * @default 'restricted'
   */
  readonly podSecurity?: PodSecurity;

  /**
   * Quota of CPU requests of all pods together, for example `500m` or `8`.
   *
   * @default '10'
   */
  readonly quotaCpuRequests?: string;

  /**
   * Quota of memory requests of all pods together, for example `512Mi` or `20Gi`.
   *
   * @default '20Gi'
   */
  readonly quotaMemoryRequests?: string;

  /**
   * Quota of memory limits of all pods together.
   *
   * @default - quotaMemoryRequests
   */
  readonly quotaMemoryLimits?: string;

  /**
   * Quota of pods.
   *
   * @default 50
   */
  readonly maxPods?: number;

  /**
   * Quota of Services of type LoadBalancer. Each has an IP address of its own, which no connection of this library controls.
   *
   * @default 0
   */
  readonly maxLoadBalancers?: number;

  /**
   * CPU request of containers that set none.
   *
   * @default '100m'
   */
  readonly defaultCpuRequest?: string;

  /**
   * Memory request of containers that set none.
   *
   * @default '128Mi'
   */
  readonly defaultMemoryRequest?: string;

  /**
   * Memory limit of containers that set none.
   *
   * @default '256Mi'
   */
  readonly defaultMemoryLimit?: string;

  /**
   * Google group of the owners, for example `billing@example.com`. The cluster needs Google Groups for RBAC
   * (`googleGroupsSecurityGroup`). The group also gets `roles/container.clusterViewer` on the cluster's project, which lets its
   * members get credentials and connect.
   *
   * @default - none: only administrators of the cluster have access
   */
  readonly ownerGroup?: string;

  /**
   * Role of the owner group in the namespace.
   *
   * @default 'edit'
   */
  readonly ownerRole?: OwnerRole;

  /**
   * Project roles of the namespace's service account, for example `roles/pubsub.publisher`. With at least one role, connections
   * of its pods to Google APIs are allowed.
   *
   * @default - none
   */
  readonly roles?: readonly string[];

  /**
   * Allows connections to the Kubernetes API, for workloads that do not set it themselves.
   *
   * @default false
   */
  readonly kubernetesApiAccess?: boolean;

  /**
   * Allows connections of the collectors of Managed Service for Prometheus to all ports of all pods. Without it, allow one port
   * with `allowFrom(ManagedPrometheus.of(cluster), port)`.
   *
   * @default true
   */
  readonly prometheusScraping?: boolean;

  /**
   * Labels of the namespace, in addition to those of Pod Security.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Namespace of one app, with quota, workload identity, owner group and default-deny NetworkPolicies.
 *
 * @remarks
 * All ingress and egress of its pods is denied, also between each other, except connections declared by `allowFrom` and
 * `allowTo`, DNS, the metadata server, and collectors of Managed Service for Prometheus. A connection of the namespace itself
 * applies to all its pods. The namespace is created after the nodes of the cluster and destroyed before them, so that its
 * deletion never waits for pods without a kubelet.
 *
 * @example
 * ```ts
 * const payments = new AppNamespace(stack, 'Payments', {
 *   cluster,
 *   ownerGroup: 'payments@example.com',
 *   roles: ['roles/pubsub.publisher'],
 *   quotaCpuRequests: '20',
 *   quotaMemoryRequests: '64Gi',
 * });
 * payments.allowFrom(namespace, Port.tcp(8080));
 * ```
 */
export class AppNamespace extends Connectable {
  public readonly cluster: ICluster;
  public readonly namespaceName: string;
  public readonly enabled: boolean;
  public readonly podSecurity: PodSecurity;
  public readonly quotaCpuRequests: string;
  public readonly quotaMemoryRequests: string;
  public readonly quotaMemoryLimits: string;
  public readonly maxPods: number;
  public readonly maxLoadBalancers: number;
  public readonly defaultCpuRequest: string;
  public readonly defaultMemoryRequest: string;
  public readonly defaultMemoryLimit: string;
  public readonly ownerRole: OwnerRole;
  public readonly kubernetesApiAccess: boolean;
  public readonly prometheusScraping: boolean;

  /** Name of the namespace as a reference, so that resources with it depend on the namespace. */
  public readonly namespaceReference: string;

  /** Name of the Kubernetes service account of the pods, as a reference. */
  public readonly serviceAccountName: string;

  /**
   * IAM principal of the pods, for bindings on other resources:
   * `principal://iam.googleapis.com/.../subject/ns/NAMESPACE/sa/NAME`. A reference that depends on the workload pool.
   */
  public readonly principal: string;

  public readonly connections: Connections;

  private readonly prerequisites: ITerraformDependable[] = [];
  private readonly apps = new Map<string, Construct>();
  private readonly demands: PodDemand[] = [];

  constructor(scope: Construct, id: string, props: AppNamespaceProps) {
    super(scope, id);
    requireProps(this, 'AppNamespaceProps', props);

    this.cluster = props.cluster;
    this.namespaceName = requireName(this, 'name', props.name ?? kebabCase(id));
    if (/^(default|kube-.*|gke-.*|gmp-.*)$/.test(this.namespaceName)) {
      throw new ValidationError(this, `'name' must not be one of Kubernetes' or GKE's own namespaces, got '${this.namespaceName}'`);
    }
    this.claimName();
    this.enabled = props.enabled ?? true;
    this.podSecurity = requireOneOf(this, 'podSecurity', props.podSecurity ?? 'restricted', ['restricted', 'baseline', 'privileged']);
    this.quotaCpuRequests = requireCpu(this, 'quotaCpuRequests', props.quotaCpuRequests ?? '10');
    this.quotaMemoryRequests = requireMemory(this, 'quotaMemoryRequests', props.quotaMemoryRequests ?? '20Gi');
    this.quotaMemoryLimits = requireMemory(this, 'quotaMemoryLimits', props.quotaMemoryLimits ?? this.quotaMemoryRequests);
    requireWithin(this, 'quotaMemoryRequests', this.quotaMemoryRequests, 'quotaMemoryLimits', this.quotaMemoryLimits);
    this.maxPods = requireWholeNumber(this, 'maxPods', props.maxPods ?? 50, { min: 1 });
    this.maxLoadBalancers = requireWholeNumber(this, 'maxLoadBalancers', props.maxLoadBalancers ?? 0, { min: 0 });
    this.defaultCpuRequest = requireCpu(this, 'defaultCpuRequest', props.defaultCpuRequest ?? '100m');
    this.defaultMemoryRequest = requireMemory(this, 'defaultMemoryRequest', props.defaultMemoryRequest ?? '128Mi');
    this.defaultMemoryLimit = requireMemory(this, 'defaultMemoryLimit', props.defaultMemoryLimit ?? '256Mi');
    requireWithin(this, 'defaultMemoryRequest', this.defaultMemoryRequest, 'defaultMemoryLimit', this.defaultMemoryLimit);
    this.ownerRole = requireOneOf(this, 'ownerRole', props.ownerRole ?? 'edit', ['view', 'edit', 'admin']);
    this.kubernetesApiAccess = props.kubernetesApiAccess ?? false;
    this.prometheusScraping = props.prometheusScraping ?? true;

    this.namespaceReference = this.createNamespace(props.labels).metadata.name;
    this.connections = new Connections(this, { endpoint: () => this.podsEndpoint({}) });
    this.serviceAccountName = this.createServiceAccount().metadata.name;
    this.principal =
      `principal://iam.googleapis.com/projects/${this.cluster.project.projectNumber}/locations/global/workloadIdentityPools/` +
      `${this.cluster.workloadPool}/subject/ns/${this.namespaceName}/sa/${this.namespaceName}`;

    this.prerequisites.push(this.createQuota(), this.createContainerDefaults());
    this.createPolicies();
    if (props.ownerGroup !== undefined) this.bindOwners(props.ownerGroup);
    for (const role of props.roles ?? []) this.grantRole(role);
    this.node.addValidation({ validate: () => (this.enabled ? findQuotaProblems(this, this.demands) : []) });
  }

  /**
   * Grants a project role to the namespace's service account, and allows connections of its pods to Google APIs. Repeating the
   * call changes nothing.
   */
  public grantRole(role: string): void {
    requireMatch(
      this,
      'roles',
      role,
      /^(roles|projects\/[^/]+\/roles|organizations\/\d+\/roles)\/[\w.]+$/,
      'a role such as roles/pubsub.publisher',
    );
    requireNarrowRole(this, 'roles', role);
    const id = `Role-${role.replace(/^roles\//, '').replaceAll('/', '-')}`;
    if (this.node.tryFindChild(id)) return;

    const { project } = this.cluster;
    // Clusters of a project share its workload pool, so namespaces of the same name are one IAM member.
    const grant = grants.claim(
      TerraformStack.of(this),
      `${project.projectId} ${role} ${this.namespaceName}`,
      () =>
        new ProjectIamMember(this, id, {
          project: project.projectId,
          role,
          member: this.principal,
          dependsOn: project.enable('cloudresourcemanager.googleapis.com'),
        }),
    );
    if (!this.prerequisites.includes(grant)) this.prerequisites.push(grant);
    this.allowTo(Peer.googleApis(this));
  }

  /** Dependencies of pods: quota, limits, policies and roles. */
  public podsReady(): readonly ITerraformDependable[] {
    return this.prerequisites;
  }

  /** Endpoint of the pods with the labels, for rules. No labels select all pods of the namespace. */
  public podsEndpoint(labels: Readonly<Record<string, string>>) {
    return {
      kind: 'pods' as const,
      namespaceName: this.namespaceName,
      namespaceReference: this.namespaceReference,
      labels,
      network: this.cluster.network,
      sharedVpc: isSharedVpc(this.cluster.network, this.cluster.project),
      nodeTag: this.cluster.nodeTag,
      kubernetesProvider: this.cluster.kubernetesProvider,
    };
  }

  /**
   * Reserves a name for one app, because apps of the same name would share pods, policies and rules.
   *
   * @throws ValidationError when the name is invalid or in use
   */
  public claimAppName(app: Construct, name: string, maxLength?: number): string {
    requireName(app, 'name', name, maxLength);
    const owner = this.apps.get(name);
    if (owner) throw new ValidationError(app, `'name' must be used once in a namespace, got '${name}' of ${owner.node.path} again`);
    this.apps.set(name, app);
    return name;
  }

  /** Fails for a second namespace of the same name in a cluster: it would replace policies and quota of the first. */
  private claimName(): void {
    const { project, location, clusterName } = this.cluster;
    const owner = namespaces.claim(this.node.root, `${project.projectId}/${location}/${clusterName}/${this.namespaceName}`, () => this);
    if (owner !== this) {
      throw new ValidationError(this, `'name' must be used once in a cluster, got '${this.namespaceName}' of ${owner.node.path} again`);
    }
  }

  /** Counts pods against the quota, which is validated at synth. Pods of charts are unknown and not counted. */
  public countPods(demand: PodDemand): void {
    this.demands.push(demand);
  }

  private createNamespace(labels: AppNamespaceProps['labels']): NamespaceV1 {
    const namespace = new NamespaceV1(this, 'Resource', {
      provider: this.cluster.kubernetesProvider,
      metadata: {
        name: this.namespaceName,
        labels: {
          ...requireNoOwnLabels(this, 'labels', requireKubernetesLabels(this, 'labels', labels), OWN_LABELS),
          'pod-security.kubernetes.io/enforce': this.podSecurity,
          'pod-security.kubernetes.io/audit': this.podSecurity,
          'pod-security.kubernetes.io/warn': this.podSecurity,
        },
      },
      // Deletion waits for the pods' grace period and for load balancers; the provider's default is five minutes.
      timeouts: { delete: '20m' },
    });
    orderAfter(namespace, () => this.cluster.workloadsReady());
    return namespace;
  }

  private createServiceAccount(): ServiceAccountV1 {
    return new ServiceAccountV1(this, 'ServiceAccount', {
      provider: this.cluster.kubernetesProvider,
      metadata: { name: this.namespaceName, namespace: this.namespaceReference },
      automountServiceAccountToken: false,
    });
  }

  private createPolicies(): void {
    const target = { namespace: this.namespaceReference, provider: this.cluster.kubernetesProvider };
    this.prerequisites.push(denyByDefault(this, target), allowDns(this, target), allowMetadataServer(this, target));
    if (this.prometheusScraping) allowPrometheus(this, target);
  }

  private createQuota(): ResourceQuotaV1 {
    return new ResourceQuotaV1(this, 'Quota', {
      provider: this.cluster.kubernetesProvider,
      metadata: { name: 'quota', namespace: this.namespaceReference },
      spec: {
        hard: {
          'requests.cpu': this.quotaCpuRequests,
          'requests.memory': this.quotaMemoryRequests,
          'limits.memory': this.quotaMemoryLimits,
          pods: `${this.maxPods}`,
          'services.loadbalancers': `${this.maxLoadBalancers}`,
        },
      },
    });
  }

  /** CPU has no limit: a container may use idle CPU, and is throttled only when other containers need their requests. */
  private createContainerDefaults(): LimitRangeV1 {
    return new LimitRangeV1(this, 'ContainerDefaults', {
      provider: this.cluster.kubernetesProvider,
      metadata: { name: 'container-defaults', namespace: this.namespaceReference },
      spec: {
        limit: [
          {
            type: 'Container',
            defaultRequest: { cpu: this.defaultCpuRequest, memory: this.defaultMemoryRequest },
            default: { memory: this.defaultMemoryLimit },
          },
        ],
      },
    });
  }

  private bindOwners(group: string): void {
    requireMatch(this, 'ownerGroup', group, /^[^@\s]+@[^@\s]+$/, 'the address of a Google group');
    new RoleBindingV1(this, 'Owners', {
      provider: this.cluster.kubernetesProvider,
      metadata: { name: 'owners', namespace: this.namespaceReference },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: this.ownerRole },
      subject: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
    });
    this.cluster.grantConnect(`group:${group}`);
  }
}
