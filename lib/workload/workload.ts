import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import type { DeploymentV1SpecTemplateSpecContainer } from '@cdktf/provider-kubernetes/lib/deployment-v1/index-structs';
import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import { PodDisruptionBudgetV1 } from '@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1';
import { ServiceV1, type ServiceV1Metadata } from '@cdktf/provider-kubernetes/lib/service-v1';
import type { Construct } from 'constructs';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { orderAfter } from '../core/ordering';
import { kebabCase } from '../core/physical-name';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import type { Port } from '../network/port';
import type { AppNamespace } from './app-namespace';
import { type PodProps, PodTemplate } from './pod-template';

/** How Kubernetes asks a container whether it is well. */
export type Probe = 'http' | 'tcp' | 'none';

/** Properties for `Workload`. */
export interface WorkloadProps extends PodProps {
  /**
   * Port the container listens on, and the port of its service. Clients that name no port mean this one.
   *
   * @default - none, and no service: a worker that only calls others
   */
  readonly port?: Port;

  /**
   * Further ports, by name, for example `{ metrics: Port.tcp(9090) }`.
   *
   * @default - none
   */
  readonly ports?: Readonly<Record<string, Port>>;

  /**
   * Pods at the least. With two or more, no drain of a node stops more than one at a time.
   *
   * @default 2
   */
  readonly minReplicas?: number;

  /**
   * Pods at the most. When it is more than minReplicas, an autoscaler decides how many there are.
   *
   * @default - the same as minReplicas
   */
  readonly maxReplicas?: number;

  /**
   * Use of the requested CPU, in percent, that the autoscaler aims at.
   *
   * @default 70
   */
  readonly targetCpuPercent?: number;

  /**
   * How Kubernetes asks whether a container is well: by HTTP, by opening a connection, or not at all.
   *
   * @default - 'http' with a port, 'none' without
   */
  readonly probe?: Probe;

  /**
   * Path asked over HTTP; any answer from 200 to 399 is well.
   *
   * @default '/healthz'
   */
  readonly probePath?: string;

  /**
   * Port the probe asks.
   *
   * @default - port
   */
  readonly probePort?: Port;

  /**
   * Seconds a container has to be well for the first time, before it is started anew.
   *
   * @default 120
   */
  readonly startupSeconds?: number;

  /**
   * Seconds that a pod goes on serving before it is told to stop, while load balancers and other pods still send it
   * requests. They come on top of `terminationGraceSeconds`.
   *
   * The container runs `sleep`, which the image has to bring. In an image without it, or with 0, the container gets
   * SIGTERM at once, and requests that are on their way then fail in every rollout and drain, unless the program itself
   * goes on accepting them for that time.
   *
   * @default - 30 with a port, 0 without
   */
  readonly preStopSleepSeconds?: number;

  /**
   * Whether a deploy waits for the new pods to be well, and fails when they are not.
   *
   * @default true
   */
  readonly waitForRollout?: boolean;

  /**
   * Seconds a deploy waits for the new pods.
   *
   * @default 600
   */
  readonly rolloutSeconds?: number;
}

/**
 * An app that runs all the time: its pods, spread over zones and nodes, and the service that leads to them.
 *
 * Pods run as no root, on a file system they cannot write to, with no privileges and no token. Nobody reaches them but
 * whom `allowFrom` lets in. In a namespace that is not enabled nothing runs, and the connections stay.
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

  /** Image, resources and security as resolved. */
  public readonly pod: PodTemplate;

  /** Labels by which its pods are known. */
  public readonly podLabels: Readonly<Record<string, string>>;

  public readonly connections: Connections;

  /** Names of the service's ports, the workload's own first. */
  private readonly servicePorts: Readonly<Record<string, Port>>;
  private readonly service?: ServiceV1;
  private readonly serviceAnnotations: Record<string, string> = {
    // GKE adds it to every service, so that load balancers find the pods themselves and not their nodes.
    'cloud.google.com/neg': JSON.stringify({ ingress: true }),
  };

  constructor(scope: Construct, id: string, props: WorkloadProps) {
    super(scope, id);

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
    this.deployment();
    if (this.maxReplicas > this.minReplicas) this.autoscaler();
    if (this.minReplicas > 1) this.disruptionBudget();
    if (Object.keys(this.servicePorts).length > 0) this.service = this.clusterService();
  }

  /** Name by which other pods call it, for example `billing.billing.svc`. */
  public get serviceHost(): string {
    return `${this.name}.${this.namespace.namespaceName}.svc`;
  }

  /** Name of its service, as a reference where there is one: what takes it is created after the service. */
  public get serviceName(): string {
    return this.service?.metadata.name ?? this.name;
  }

  /** Whether the port is one of its own. */
  public listensOn(port: Port): boolean {
    return Object.values(this.servicePorts).some((own) => `${own}` === `${port}`);
  }

  /** Writes an annotation on the service, for what GKE reads there; fails when it has another value. A workload that does not run has none. */
  public annotateService(key: string, value: string): void {
    const present = this.serviceAnnotations[key];
    if (present !== undefined && present !== value) {
      throw new ValidationError(this, `service annotation '${key}' must have one value, got '${value}' besides '${present}'`);
    }
    this.serviceAnnotations[key] = value;
    this.service?.putMetadata(this.serviceMetadata());
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

  private deployment(): void {
    const scaled = this.maxReplicas > this.minReplicas;
    const timeout = `${this.rolloutSeconds}s`;
    const deployment = new DeploymentV1(this, 'Resource', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: this.metadata(),
      waitForRollout: this.waitForRollout,
      timeouts: { create: timeout, update: timeout },
      // The autoscaler owns the number of pods: a deploy must not set it back.
      lifecycle: scaled ? { ignoreChanges: ['spec[0].replicas'] } : undefined,
      spec: {
        replicas: `${this.minReplicas}`,
        progressDeadlineSeconds: this.rolloutSeconds,
        selector: { matchLabels: this.podLabels },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '0' } },
        template: {
          metadata: { labels: this.podLabels },
          spec: this.pod.spec(this.name, this.containerPart(), {
            // Kubernetes counts the sleep.
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

  private containerPart(): Partial<DeploymentV1SpecTemplateSpecContainer> {
    const port = Object.entries(this.servicePorts).map(([name, { first, protocol }]) => ({
      name,
      containerPort: first,
      protocol: protocol.toUpperCase(),
    }));
    const sleep = { preStop: [{ exec: { command: ['sleep', `${this.preStopSleepSeconds}`] } }] };
    const lifecycle = this.preStopSleepSeconds > 0 ? sleep : undefined;
    if (this.probe === 'none') return { port, lifecycle };

    const asked = `${this.probePort?.first}`;
    const handler = this.probe === 'http' ? { httpGet: { path: this.probePath, port: asked } } : { tcpSocket: [{ port: asked }] };
    return {
      port,
      lifecycle,
      startupProbe: { ...handler, periodSeconds: 5, failureThreshold: Math.ceil(this.startupSeconds / 5) },
      readinessProbe: { ...handler, periodSeconds: 10, timeoutSeconds: 5 },
      livenessProbe: { ...handler, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
    };
  }

  private autoscaler(): void {
    new HorizontalPodAutoscalerV2(this, 'Autoscaler', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: this.metadata(),
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

  private disruptionBudget(): void {
    new PodDisruptionBudgetV1(this, 'DisruptionBudget', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: this.metadata(),
      spec: { maxUnavailable: '1', selector: { matchLabels: this.podLabels } },
    });
  }

  private clusterService(): ServiceV1 {
    return new ServiceV1(this, 'Service', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: this.serviceMetadata(),
      // GKE reports there which network endpoint groups it made.
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

  private metadata() {
    return { name: this.name, namespace: this.namespace.namespaceReference, labels: this.podLabels };
  }

  private serviceMetadata(): ServiceV1Metadata {
    return { ...this.metadata(), annotations: { ...this.serviceAnnotations } };
  }
}
