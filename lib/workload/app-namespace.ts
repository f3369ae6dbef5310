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
import { requireKubernetesLabels } from '../core/labels';
import { orderAfter } from '../core/ordering';
import { Owners } from '../core/owners';
import { kebabCase, requireName } from '../core/physical-name';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import { isSharedVpc } from '../network/shared-vpc-access';
import { allowDns, allowMetadataServer, allowPrometheus, denyByDefault } from './namespace-policies';
import { requireQuantity, requireWithin } from './quantity';
import { type PodDemand, quotaProblems } from './quota';

/** Level of the Pod Security Standards that a namespace enforces. */
export type PodSecurity = 'restricted' | 'baseline' | 'privileged';

/** What members of the owning group may do in their namespace: one of the roles Kubernetes brings. */
export type OwnerRole = 'view' | 'edit' | 'admin';

const namespaces = new Owners<AppNamespace>();
const grants = new Owners<ProjectIamMember>();

/** Properties for `AppNamespace`. */
export interface AppNamespaceProps {
  readonly cluster: ICluster;

  /**
   * Name in Kubernetes, one in the cluster. Changing it replaces the namespace with everything in it.
   *
   * @default - the construct's id in kebab case
   */
  readonly name?: string;

  /**
   * Whether what belongs to the namespace runs. When switched off, the namespace keeps its policies, its identity, its
   * quota and its connections, and nothing runs in it.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Pod Security Standard that pods have to meet; others are refused.
   *
   * @default 'restricted'
   */
  readonly podSecurity?: PodSecurity;

  /**
   * CPU that all pods together may ask for, for example `500m` or `8`.
   *
   * @default '10'
   */
  readonly quotaCpuRequests?: string;

  /**
   * Memory that all pods together may ask for, for example `512Mi` or `20Gi`.
   *
   * @default '20Gi'
   */
  readonly quotaMemoryRequests?: string;

  /**
   * Memory that all pods together may use: the sum of their limits.
   *
   * @default - the same as quotaMemoryRequests
   */
  readonly quotaMemoryLimits?: string;

  /**
   * Pods at one time.
   *
   * @default 50
   */
  readonly maxPods?: number;

  /**
   * Services of type LoadBalancer, each of which is an address of its own outside of this library's rules.
   *
   * @default 0
   */
  readonly maxLoadBalancers?: number;

  /**
   * CPU that a container asks for when it does not say.
   *
   * @default '100m'
   */
  readonly defaultCpuRequest?: string;

  /**
   * Memory that a container asks for when it does not say.
   *
   * @default '128Mi'
   */
  readonly defaultMemoryRequest?: string;

  /**
   * Memory that a container may use when it does not say.
   *
   * @default '256Mi'
   */
  readonly defaultMemoryLimit?: string;

  /**
   * Google group whose members work in the namespace, for example `billing@example.com`. The cluster has to know
   * Google groups (Google Groups for RBAC). The group also gets `roles/container.clusterViewer` on the cluster's project,
   * which lets its members connect to the cluster and get its credentials, and nothing more.
   *
   * @default - nobody but the cluster's administrators
   */
  readonly ownerGroup?: string;

  /**
   * What the owning group may do.
   *
   * @default 'edit'
   */
  readonly ownerRole?: OwnerRole;

  /**
   * Roles on the project for the namespace's service account, for example `roles/pubsub.publisher`. When there is
   * one, Google's APIs are within reach of the namespace's pods.
   *
   * @default - none
   */
  readonly roles?: readonly string[];

  /**
   * Whether what runs in the namespace may call the Kubernetes API, unless it says otherwise itself.
   *
   * @default false
   */
  readonly kubernetesApiAccess?: boolean;

  /**
   * Whether the collectors of managed Prometheus may read the metrics of the namespace's pods, at any port. Without it
   * `allowFrom(ManagedPrometheus.of(cluster), port)` lets them in to one.
   *
   * @default true
   */
  readonly prometheusScraping?: boolean;

  /**
   * Labels of the namespace, besides those of Pod Security.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A namespace for one app: with limits, an identity in Google Cloud, an owner, and closed to everybody.
 *
 * Nothing reaches its pods and they reach nothing, not even each other, but what `allowFrom` and `allowTo` declare, and
 * what every pod needs of GKE: names, the metadata server, and managed Prometheus that reads its metrics. Connections
 * declared on the namespace itself hold for all its pods.
 *
 * It is created after the cluster's nodes can run pods and is destroyed before they go, so that destroying never waits
 * for pods that nothing can stop.
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

  /** The namespace's name as a reference: what takes it is created after the namespace. */
  public readonly namespaceReference: string;

  /** Name of the service account that pods run as, as a reference. */
  public readonly serviceAccountName: string;

  /**
   * The pods' identity in Google Cloud, for bindings on other resources:
   * `principal://iam.googleapis.com/.../subject/ns/NAMESPACE/sa/NAME`. A reference that waits for the cluster's workload pool.
   */
  public readonly principal: string;

  public readonly connections: Connections;

  private readonly prerequisites: ITerraformDependable[] = [];
  private readonly apps = new Map<string, Construct>();
  private readonly demands: PodDemand[] = [];

  constructor(scope: Construct, id: string, props: AppNamespaceProps) {
    super(scope, id);

    this.cluster = props.cluster;
    this.namespaceName = requireName(this, 'name', props.name ?? kebabCase(id));
    if (/^(default|kube-.*|gke-.*|gmp-.*)$/.test(this.namespaceName)) {
      throw new ValidationError(this, `'name' must not be one of Kubernetes' or GKE's own namespaces, got '${this.namespaceName}'`);
    }
    this.claimName();
    this.enabled = props.enabled ?? true;
    this.podSecurity = requireOneOf(this, 'podSecurity', props.podSecurity ?? 'restricted', ['restricted', 'baseline', 'privileged']);
    this.quotaCpuRequests = requireQuantity(this, 'quotaCpuRequests', props.quotaCpuRequests ?? '10');
    this.quotaMemoryRequests = requireQuantity(this, 'quotaMemoryRequests', props.quotaMemoryRequests ?? '20Gi');
    this.quotaMemoryLimits = requireQuantity(this, 'quotaMemoryLimits', props.quotaMemoryLimits ?? this.quotaMemoryRequests);
    requireWithin(this, 'quotaMemoryRequests', this.quotaMemoryRequests, 'quotaMemoryLimits', this.quotaMemoryLimits);
    this.maxPods = requireWholeNumber(this, 'maxPods', props.maxPods ?? 50, { min: 1 });
    this.maxLoadBalancers = requireWholeNumber(this, 'maxLoadBalancers', props.maxLoadBalancers ?? 0, { min: 0 });
    this.defaultCpuRequest = requireQuantity(this, 'defaultCpuRequest', props.defaultCpuRequest ?? '100m');
    this.defaultMemoryRequest = requireQuantity(this, 'defaultMemoryRequest', props.defaultMemoryRequest ?? '128Mi');
    this.defaultMemoryLimit = requireQuantity(this, 'defaultMemoryLimit', props.defaultMemoryLimit ?? '256Mi');
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
    this.node.addValidation({ validate: () => (this.enabled ? quotaProblems(this, this.demands) : []) });
  }

  /**
   * Gives the namespace's service account a role on the project, and its pods the way to Google's APIs. Doing so twice
   * changes nothing.
   */
  public grantRole(role: string): void {
    requireMatch(
      this,
      'roles',
      role,
      /^(roles|projects\/[^/]+\/roles|organizations\/\d+\/roles)\/[\w.]+$/,
      'a role such as roles/pubsub.publisher',
    );
    const id = `Role-${role.replace(/^roles\//, '').replaceAll('/', '-')}`;
    if (this.node.tryFindChild(id)) return;

    const { project } = this.cluster;
    // Clusters of a project have one workload pool, so namespaces of one name in them are one member.
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

  /** What has to be there before pods are: limits, policies and roles. Ask when the pods are declared. */
  public podsReady(): readonly ITerraformDependable[] {
    return this.prerequisites;
  }

  /** How pods of this namespace with the labels appear to rules; no label means all of them. */
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

  /** Keeps a name for one app: two of one name would share pods, policies and rules. */
  public claimAppName(app: Construct, name: string, maxLength?: number): string {
    requireName(app, 'name', name, maxLength);
    const owner = this.apps.get(name);
    if (owner) throw new ValidationError(app, `'name' must be used once in a namespace, got '${name}' of ${owner.node.path} again`);
    this.apps.set(name, app);
    return name;
  }

  /** Two namespaces of one name would be one in the cluster, with the policies and the quota of the last one deployed. */
  private claimName(): void {
    const { project, location, clusterName } = this.cluster;
    const owner = namespaces.claim(this.node.root, `${project.projectId}/${location}/${clusterName}/${this.namespaceName}`, () => this);
    if (owner !== this) {
      throw new ValidationError(this, `'name' must be used once in a cluster, got '${this.namespaceName}' of ${owner.node.path} again`);
    }
  }

  /** Counts pods against the quota, which is checked at synth. Those of charts are not known and not counted. */
  public countPods(demand: PodDemand): void {
    this.demands.push(demand);
  }

  private createNamespace(labels: AppNamespaceProps['labels']): NamespaceV1 {
    const namespace = new NamespaceV1(this, 'Resource', {
      provider: this.cluster.kubernetesProvider,
      metadata: {
        name: this.namespaceName,
        labels: {
          ...requireKubernetesLabels(this, 'labels', labels),
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
