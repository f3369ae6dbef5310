import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import type { DeploymentV1SpecTemplateSpecContainer } from '@cdktf/provider-kubernetes/lib/deployment-v1/index-structs';
import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import { PodDisruptionBudgetV1 } from '@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1';
import { ServiceV1, type ServiceV1Metadata } from '@cdktf/provider-kubernetes/lib/service-v1';
import type { Construct } from 'constructs';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { KUBERNETES_KEY } from '../core/labels';
import { orderAfter } from '../core/ordering';
import { kebabCase } from '../core/physical-name';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { requireText } from '../core/template-text';
import { ValidationError } from '../core/validation-error';
import type { Port } from '../network/port';
import type { AppNamespace } from './app-namespace';
import { type PodProps, PodTemplate } from './pod-template';

/** Kind of health probe: an HTTP request, a TCP connection, or none. */
export type Probe = 'http' | 'tcp' | 'none';

/** Properties for `Workload`. */
export interface WorkloadProps extends PodProps {
  /**
   * Port of the container and of its Service, and the default port of connections to the workload.
   *
   * @default - none, and no Service: for workers that are only clients
   */
  readonly port?: Port;

  /**
   * Additional ports by name, for example `{ metrics: Port.tcp(9090) }`.
   *
   * @default - none
   */
  readonly ports?: Readonly<Record<string, Port>>;

  /**
   * Minimum number of replicas. With two or more, a PodDisruptionBudget limits drains to one pod at a time.
   *
   * @default 2
   */
  readonly minReplicas?: number;

  /**
   * Maximum number of replicas. When it exceeds `minReplicas`, a HorizontalPodAutoscaler scales the workload.
   *
   * @default - minReplicas
   */
  readonly maxReplicas?: number;

  /**
   * Target of the autoscaler: average CPU utilization in percent of the request, from 1 to 100.
   *
   * @default 70
   */
  readonly targetCpuPercent?: number;

  /**
   * Kind of the startup, readiness and liveness probes.
   *
   * @default - 'http' with a port, 'none' without
   */
  readonly probe?: Probe;

  /**
   * Path of the HTTP probe. Status codes from 200 to 399 are healthy.
   *
   * @default '/healthz'
   */
  readonly probePath?: string;

  /**
   * Port of the probes.
   *
   * @default - port
   */
  readonly probePort?: Port;

  /**
   * Seconds of the startup probe: a container that is not healthy after them is restarted.
   *
   * @default 120
   */
  readonly startupSeconds?: number;

  /**
   * Seconds of the preStop hook: a terminating pod keeps serving while load balancers and other pods still send requests.
   * They are added to `terminationGraceSeconds`.
   *
   * The hook runs `sleep`, which the image must contain. Without it, or with 0, the container receives SIGTERM immediately,
   * and requests in flight fail in each rollout and drain, unless the program keeps accepting them for that time.
   *
   * @default - 30 with a port, 0 without
   */
  readonly preStopSleepSeconds?: number;

  /**
   * Waits in a deploy until the new pods are ready, and fails when they do not become ready.
   *
   * @default true
   */
  readonly waitForRollout?: boolean;

  /**
   * Seconds that a deploy waits for the rollout.
   *
   * @default 600
   */
  readonly rolloutSeconds?: number;
}

/**
 * Deployment with a Service, a PodDisruptionBudget and, when it scales, a HorizontalPodAutoscaler.
 *
 * @remarks
 * Pods are spread over zones and nodes. They run as a non-root user with a read-only root filesystem, without capabilities and
 * without a service account token. NetworkPolicies deny all traffic that `allowFrom` and `allowTo` do not allow. In a namespace
 * that is not enabled, only the connections are created.
 *
 * @example
 * ```ts
 * const invoices = new Workload(stack, 'Invoices', {
 *   namespace,
 *   image: 'europe-docker.pkg.dev/example-123456/apps/invoices:2.3.1',
 *   port: Port.tcp(8080),
 *   minReplicas: 2,
 *   maxReplicas: 10,
 *   cpuRequest: '250m',
 *   memoryRequest: '512Mi',
 *   secrets: { DATABASE_PASSWORD: { secretName: 'database', key: 'password' } },
 * });
 * invoices.allowFrom(billing, { reason: 'billing creates invoices' });
 * ```
 */
export class Workload extends Connectable {
  public readonly namespace: AppNamespace;
  public readonly name: string;
  public readonly port?: Port;
  public readonly ports: Readonly<Record<string, Port>>;
  public readonly minReplicas: number;
  public readonly maxReplicas: number;
  public readonly targetCpuPercent: number;
  public readonly probe: Probe;
  public readonly probePath: string;
  public readonly probePort?: Port;
  public readonly startupSeconds: number;
  public readonly preStopSleepSeconds: number;
  public readonly waitForRollout: boolean;
  public readonly rolloutSeconds: number;

  /** Resolved image, resources and security context. */
  public readonly pod: PodTemplate;

  /** Labels that select its pods. */
  public readonly podLabels: Readonly<Record<string, string>>;

  public readonly connections: Connections;

  /** Ports of the Service by name, the default port first. */
  private readonly servicePorts: Readonly<Record<string, Port>>;
  private readonly service?: ServiceV1;
  private readonly serviceAnnotations: Record<string, string> = {
    // GKE adds it to each Service: container-native load balancing, to the pods and not to their nodes.
    'cloud.google.com/neg': JSON.stringify({ ingress: true }),
  };

  constructor(scope: Construct, id: string, props: WorkloadProps) {
    super(scope, id);
    requireProps(this, 'WorkloadProps', props);

    this.namespace = props.namespace;
    this.name = this.namespace.claimAppName(this, props.name ?? kebabCase(id));
    this.port = props.port;
    this.ports = props.ports ?? {};
    this.minReplicas = requireWholeNumber(this, 'minReplicas', props.minReplicas ?? 2, { min: 1 });
    this.maxReplicas = requireWholeNumber(this, 'maxReplicas', props.maxReplicas ?? this.minReplicas, { min: 1 });
    if (this.maxReplicas < this.minReplicas) {
      throw new ValidationError(this, `'maxReplicas' must be at least minReplicas (${this.minReplicas}), got ${this.maxReplicas}`);
    }
    this.targetCpuPercent = requireWholeNumber(this, 'targetCpuPercent', props.targetCpuPercent ?? 70, { min: 1, max: 100 });
    this.probePort = props.probePort ?? this.port;
    this.probe = requireOneOf(this, 'probe', props.probe ?? (this.probePort ? 'http' : 'none'), ['http', 'tcp', 'none']);
    if (this.probe !== 'none' && this.probePort?.protocol !== 'tcp') {
      throw new ValidationError(this, `'probePort' must be a tcp port for probe '${this.probe}', got ${this.probePort ?? 'none'}`);
    }
    this.probePath = requireMatch(this, 'probePath', props.probePath ?? '/healthz', /^\/\S*$/, 'a path that begins with /');
    this.startupSeconds = requireWholeNumber(this, 'startupSeconds', props.startupSeconds ?? 120, { min: 5 });
    this.waitForRollout = props.waitForRollout ?? true;
    this.rolloutSeconds = requireWholeNumber(this, 'rolloutSeconds', props.rolloutSeconds ?? 600, { min: 1 });
    this.pod = new PodTemplate(this, props);
    const listens = this.port !== undefined || Object.keys(this.ports).length > 0;
    this.preStopSleepSeconds = requireWholeNumber(this, 'preStopSleepSeconds', props.preStopSleepSeconds ?? (listens ? 30 : 0), {
      min: 0,
      max: 3600,
    });
    this.namespace.countPods({ name: this.name, atMost: this.maxReplicas, pod: this.pod });
    this.podLabels = { 'app.kubernetes.io/name': this.name };
    this.servicePorts = this.requirePorts();

    this.connections = new Connections(this, {
      endpoint: () => this.namespace.podsEndpoint(this.podLabels),
      defaultPort: this.port,
    });
    if (this.pod.kubernetesApiAccess) this.allowTo(this.namespace.cluster.apiServer);

    if (!this.namespace.enabled) return;
    this.createDeployment();
    if (this.maxReplicas > this.minReplicas) this.createAutoscaler();
    if (this.minReplicas > 1) this.createDisruptionBudget();
    if (Object.keys(this.servicePorts).length > 0) this.service = this.createService();
  }

  /** DNS name of its Service, for example `billing.billing.svc`. */
  public get serviceHost(): string {
    return `${this.name}.${this.namespace.namespaceName}.svc`;
  }

  /** Name of its Service: a reference where it exists, so that resources with it depend on the Service. */
  public get serviceName(): string {
    return this.service?.metadata.name ?? this.name;
  }

  /** True when the port is one of the workload's ports. */
  public listensOn(port: Port): boolean {
    return Object.values(this.servicePorts).some((own) => `${own}` === `${port}`);
  }

  /**
   * Adds an annotation to the Service, for GKE. Has no effect in a namespace that is not enabled.
   *
   * @throws ValidationError when the annotation has another value
   */
  public annotateService(key: string, value: string): void {
    requireMatch(this, 'key', key, KUBERNETES_KEY, 'the name of an annotation such as example.com/team');
    const existing = Object.hasOwn(this.serviceAnnotations, key) ? this.serviceAnnotations[key] : undefined;
    if (existing !== undefined && existing !== value) {
      throw new ValidationError(this, `service annotation '${key}' must have one value, got '${value}' besides '${existing}'`);
    }
    this.serviceAnnotations[key] = value;
    this.service?.putMetadata(this.renderServiceMetadata());
  }

  private requirePorts(): Record<string, Port> {
    const ports = { ...(this.port ? { main: this.port } : {}), ...this.ports };
    if (this.port && 'main' in this.ports) throw new ValidationError(this, "'ports' must not name a port 'main', which is port itself");
    const numbers = new Set<string>();
    for (const [name, port] of Object.entries(ports)) {
      requireMatch(
        this,
        'ports',
        name,
        /^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/,
        'keyed by names of at most 15 lower case letters, digits and hyphens',
      );
      if (!port.single) throw new ValidationError(this, `'ports' must be single ports, got ${port} for '${name}'`);
      if (numbers.has(`${port}`)) throw new ValidationError(this, `'ports' must not repeat a port, got ${port} twice`);
      numbers.add(`${port}`);
    }
    return ports;
  }

  private createDeployment(): void {
    const isScaled = this.maxReplicas > this.minReplicas;
    const timeout = `${this.rolloutSeconds}s`;
    const deployment = new DeploymentV1(this, 'Resource', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: this.renderMetadata(),
      waitForRollout: this.waitForRollout,
      timeouts: { create: timeout, update: timeout },
      // The autoscaler owns the number of replicas: a deploy must not reset it.
      lifecycle: isScaled ? { ignoreChanges: ['spec[0].replicas'] } : undefined,
      spec: {
        replicas: `${this.minReplicas}`,
        progressDeadlineSeconds: this.rolloutSeconds,
        selector: { matchLabels: this.podLabels },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '0' } },
        template: {
          metadata: { labels: this.podLabels },
          spec: this.pod.spec(this, this.name, this.renderContainer(), {
            // The grace period includes the preStop hook.
            terminationGracePeriodSeconds: this.preStopSleepSeconds + this.pod.terminationGraceSeconds,
            topologySpreadConstraint: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
              topologyKey,
              maxSkew: 1,
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: [{ matchLabels: this.podLabels }],
            })),
          }),
        },
      },
    });
    orderAfter(deployment, () => this.namespace.podsReady());
  }

  private renderContainer(): Partial<DeploymentV1SpecTemplateSpecContainer> {
    const port = Object.entries(this.servicePorts).map(([name, { first, protocol }]) => ({
      name,
      containerPort: first,
      protocol: protocol.toUpperCase(),
    }));
    const sleep = { preStop: [{ exec: { command: ['sleep', `${this.preStopSleepSeconds}`] } }] };
    const lifecycle = this.preStopSleepSeconds > 0 ? sleep : undefined;
    if (this.probe === 'none') return { port, lifecycle };

    const probePort = `${this.probePort?.first}`;
    const handler = this.probe === 'http' ? { httpGet: { path: this.probePath, port: probePort } } : { tcpSocket: [{ port: probePort }] };
    return {
      port,
      lifecycle,
      startupProbe: { ...handler, periodSeconds: 5, failureThreshold: Math.ceil(this.startupSeconds / 5) },
      readinessProbe: { ...handler, periodSeconds: 10, timeoutSeconds: 5 },
      livenessProbe: { ...handler, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
    };
  }

  private createAutoscaler(): void {
    new HorizontalPodAutoscalerV2(this, 'Autoscaler', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: this.renderMetadata(),
      spec: {
        minReplicas: this.minReplicas,
        maxReplicas: this.maxReplicas,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: this.name },
        metric: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: this.targetCpuPercent } } },
        ],
      },
    });
  }

  private createDisruptionBudget(): void {
    new PodDisruptionBudgetV1(this, 'DisruptionBudget', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: this.renderMetadata(),
      spec: { maxUnavailable: '1', selector: { matchLabels: this.podLabels } },
    });
  }

  private createService(): ServiceV1 {
    return new ServiceV1(this, 'Service', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: this.renderServiceMetadata(),
      // GKE writes its network endpoint groups there.
      lifecycle: { ignoreChanges: ['metadata[0].annotations["cloud.google.com/neg-status"]'] },
      spec: {
        type: 'ClusterIP',
        selector: this.podLabels,
        port: Object.entries(this.servicePorts).map(([name, { first, protocol }]) => ({
          name,
          port: first,
          targetPort: `${first}`,
          protocol: protocol.toUpperCase(),
        })),
      },
    });
  }

  private renderMetadata() {
    return { name: this.name, namespace: this.namespace.namespaceReference, labels: this.podLabels };
  }

  private renderServiceMetadata(): ServiceV1Metadata {
    const annotations = Object.entries(this.serviceAnnotations).map(([key, value]) => [key, requireText(this, key, value)]);
    return { ...this.renderMetadata(), annotations: Object.fromEntries(annotations) };
  }
}
