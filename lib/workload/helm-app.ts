import { Release } from '@cdktf/provider-helm/lib/release';
import type { Construct } from 'constructs';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { requireKubernetesLabels } from '../core/labels';
import { orderAfter } from '../core/ordering';
import { kebabCase } from '../core/physical-name';
import { requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import type { Port } from '../network/port';
import type { AppNamespace } from './app-namespace';
import { ControlPlane } from './control-plane';
import type { HelmChart } from './helm-chart';
import { type HelmValues, renderValues } from './helm-values';
import { describeRelease } from './release-description';

/** Longest name of a release. */
const RELEASE_NAME_LENGTH = 53;

/** Properties for `HelmApp`. */
export interface HelmAppProps {
  readonly namespace: AppNamespace;

  /** The chart: `HelmChart.repository(...)` or `HelmChart.local(folder)`. */
  readonly chart: HelmChart;

  /**
   * Name of the release, one in the namespace.
   *
   * @default - the construct's id in kebab case
   */
  readonly name?: string;

  /**
   * The chart's values. They are readable in plans and in Terraform's state: name existing secrets, write none.
   *
   * @default - the chart's own
   */
  readonly values?: HelmValues;

  /**
   * Port its pods listen on. Clients that name no port mean this one.
   *
   * @default - none, clients must name one
   */
  readonly port?: Port;

  /**
   * Ports its pods serve admission webhooks or aggregated APIs on, as the pods listen: cert-manager 10250, ECK 9443.
   * The cluster's control plane is let in to them.
   *
   * @default - none
   */
  readonly webhookPorts?: readonly Port[];

  /**
   * Labels by which its pods are known.
   *
   * @default - `app.kubernetes.io/instance`: the release's name, as most charts label their pods
   */
  readonly podLabels?: Readonly<Record<string, string>>;

  /**
   * Whether the chart makes NetworkPolicies of its own. They add to what is declared here, so whoever proves from the
   * synthesized stack who reaches whom has to know: what nobody says stays unknown there.
   *
   * @default - for a local chart what its templates show, for a repository's chart unknown
   */
  readonly chartBringsPolicies?: boolean;

  /**
   * Whether its pods may call the Kubernetes API, as operators do.
   *
   * @default true
   */
  readonly kubernetesApiAccess?: boolean;

  /**
   * Seconds a deploy waits until everything of the chart is well.
   *
   * @default 600
   */
  readonly timeoutSeconds?: number;

  /**
   * Whether an install or upgrade that fails is taken back.
   *
   * @default true
   */
  readonly atomic?: boolean;
}

/**
 * An app from a Helm chart of one exact version, in a namespace of its own rules.
 *
 * Its pods are as closed as a `Workload`'s. What the chart asks of them has to meet the namespace's `podSecurity`. In a
 * namespace that is not enabled the release is uninstalled, and the connections stay.
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

    this.namespace = props.namespace;
    this.name = this.namespace.claimAppName(this, props.name ?? kebabCase(id), RELEASE_NAME_LENGTH);
    this.port = props.port;
    this.webhookPorts = props.webhookPorts ?? [];
    this.podLabels = requireKubernetesLabels(this, 'podLabels', props.podLabels) ?? { 'app.kubernetes.io/instance': this.name };
    if (Object.keys(this.podLabels).length === 0) {
      throw new ValidationError(this, "'podLabels' must not be empty, which would mean every pod of the namespace");
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

    if (this.namespace.enabled) this.release(props);
  }

  private release(props: HelmAppProps): void {
    const release = new Release(this, 'Resource', {
      provider: this.namespace.cluster.helmProvider,
      name: this.name,
      namespace: this.namespace.namespaceReference,
      ...props.chart.bind(this),
      values: [renderValues(props.values ?? {})],
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
