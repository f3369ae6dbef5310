import { Release } from '@cdktf/provider-helm/lib/release';
import type { Construct } from 'constructs';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { requireKubernetesLabels } from '../core/labels';
import { orderAfter } from '../core/ordering';
import { kebabCase } from '../core/physical-name';
import { requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import type { Port } from '../network/port';
import type { AppNamespace } from './app-namespace';
import { ControlPlane } from './control-plane';
import type { HelmChart } from './helm-chart';
import { type HelmValues, renderValues } from './helm-values';
import { describeRelease } from './release-description';

/** Maximum length of a release name. */
const RELEASE_NAME_LENGTH = 53;

/** Properties for `HelmApp`. */
export interface HelmAppProps {
  /** Namespace of the release. */
  readonly namespace: AppNamespace;

  /** Chart: `HelmChart.repository(...)` or `HelmChart.local(folder)`. */
  readonly chart: HelmChart;

  /**
   * Name of the release, unique in the namespace, at most 53 characters.
   *
   * @default - the construct's id in kebab case
   */
  readonly name?: string;

  /**
   * Values of the chart. Plans and state contain them in clear text: refer to existing Secrets instead of secret values.
   *
   * @default - the default values of the chart
   */
  readonly values?: HelmValues;

  /**
   * Port of its pods, and the default port of connections to the app.
   *
   * @default - none: each connection must name its port
   */
  readonly port?: Port;

  /**
   * Container ports of admission webhooks and aggregated APIs, for example 10250 for cert-manager and 9443 for ECK.
   * Connections from the control plane to them are allowed.
   *
   * @default - none
   */
  readonly webhookPorts?: readonly Port[];

  /**
   * Labels that select its pods.
   *
   * @default - `app.kubernetes.io/instance` with the name of the release, which most charts set
   */
  readonly podLabels?: Readonly<Record<string, string>>;

  /**
   * States that the chart contains NetworkPolicies. They allow traffic in addition to the declared connections, so the
   * reachability analysis of the synthesized stack needs to know them; otherwise its results are undetermined.
   *
   * @default - found in the templates of a local chart, unknown for a chart of a repository
   */
  readonly chartBringsPolicies?: boolean;

  /**
   * Allows connections of its pods to the Kubernetes API, which operators need.
   *
   * @default true
   */
  readonly kubernetesApiAccess?: boolean;

  /**
   * Seconds that a deploy waits until all resources of the chart are ready.
   *
   * @default 600
   */
  readonly timeoutSeconds?: number;

  /**
   * Rolls back an install or upgrade that fails.
   *
   * @default true
   */
  readonly atomic?: boolean;
}

/**
 * Helm release of a chart with a pinned version.
 *
 * @remarks
 * NetworkPolicies of the namespace deny all traffic of its pods that `allowFrom` and `allowTo` do not allow. The pods of the
 * chart must meet the `podSecurity` of the namespace. In a namespace that is not enabled, the release is uninstalled and only
 * the connections are created.
 *
 * @example
 * ```ts
 * new HelmApp(stack, 'CertManager', {
 *   namespace: new AppNamespace(stack, 'CertManagerNamespace', { cluster, name: 'cert-manager' }),
 *   chart: HelmChart.repository({ repository: 'https://charts.jetstack.io', name: 'cert-manager', version: '1.16.2' }),
 *   values: { crds: { enabled: true } },
 *   webhookPorts: [Port.tcp(10250)],
 * });
 * ```
 */
export class HelmApp extends Connectable {
  public readonly namespace: AppNamespace;
  public readonly name: string;
  public readonly port?: Port;
  public readonly webhookPorts: readonly Port[];
  public readonly podLabels: Readonly<Record<string, string>>;
  public readonly chartBringsPolicies?: boolean;
  public readonly kubernetesApiAccess: boolean;
  public readonly timeoutSeconds: number;
  public readonly atomic: boolean;
  public readonly connections: Connections;

  constructor(scope: Construct, id: string, props: HelmAppProps) {
    super(scope, id);
    requireProps(this, 'HelmAppProps', props);

    this.namespace = props.namespace;
    this.name = this.namespace.claimAppName(this, props.name ?? kebabCase(id), RELEASE_NAME_LENGTH);
    this.port = props.port;
    this.webhookPorts = props.webhookPorts ?? [];
    this.podLabels = requireKubernetesLabels(this, 'podLabels', props.podLabels) ?? { 'app.kubernetes.io/instance': this.name };
    if (Object.keys(this.podLabels).length === 0) {
      throw new ValidationError(this, "'podLabels' must not be empty, which would select all pods of the namespace");
    }
    this.chartBringsPolicies = props.chartBringsPolicies ?? props.chart.bringsPolicies;
    this.kubernetesApiAccess = props.kubernetesApiAccess ?? true;
    this.timeoutSeconds = requireWholeNumber(this, 'timeoutSeconds', props.timeoutSeconds ?? 600, { min: 1 });
    this.atomic = props.atomic ?? true;

    this.connections = new Connections(this, {
      endpoint: () => this.namespace.podsEndpoint(this.podLabels),
      defaultPort: this.port,
    });
    if (this.kubernetesApiAccess) this.allowTo(this.namespace.cluster.apiServer);
    for (const port of this.webhookPorts) {
      if (port.protocol !== 'tcp') throw new ValidationError(this, `'webhookPorts' must be tcp ports, got ${port}`);
      this.allowFrom(ControlPlane.of(this.namespace.cluster), { port, reason: `webhooks of ${this.name}` });
    }

    if (this.namespace.enabled) this.createRelease(props);
  }

  private createRelease(props: HelmAppProps): void {
    const release = new Release(this, 'Resource', {
      provider: this.namespace.cluster.helmProvider,
      name: this.name,
      namespace: this.namespace.namespaceReference,
      ...props.chart.bind(this),
      values: [renderValues(this, props.values ?? {})],
      atomic: this.atomic,
      wait: true,
      timeout: this.timeoutSeconds,
      maxHistory: 10,
    });
    describeRelease(release, {
      podLabels: this.podLabels,
      ports: this.port ? [this.port, ...this.webhookPorts] : this.webhookPorts,
      bringsPolicies: this.chartBringsPolicies,
    });
    orderAfter(release, () => this.namespace.podsReady());
  }
}
