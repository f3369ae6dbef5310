import type { TerraformDocument } from '../terraform/document';
import { readAdminPolicies } from './admin-policies';
import { any } from './answer';
import { readCharts } from './charts';
import { readCiliumPolicies } from './cilium-policies';
import { Clusters } from './cluster';
import type { StackContext } from './context';
import { hasCopies } from './copies';
import type { Endpoint } from './endpoint';
import { createExternalEndpoints } from './external-endpoints';
import { Firewall } from './firewall';
import { HiddenPolicies } from './hidden-policies';
import { readIngress, readIngressClass } from './ingresses';
import { describeLimits } from './limits';
import { readLoadBalancerServices } from './load-balancer-services';
import { readManifestWorkloads } from './manifest-workloads';
import { Namespaces } from './namespaces';
import { NetworkConnections } from './network-connections';
import type { NetworkPolicy } from './network-policy';
import { readNetworkPolicies } from './network-policy-reader';
import { createClusterEndpoints, createUndeclaredPods } from './platform-endpoints';
import { References } from './references';
import { prepareDocument } from './stack-document';
import type { UnevaluatedPath } from './unevaluated';
import { findUnevaluatedPaths } from './unevaluated-paths';
import { readVms } from './vms';
import { disambiguateLabels, readWorkloads } from './workloads';

/** Endpoints of a stack, and the rules between them. */
export class Inventory implements StackContext {
  public readonly references: References;
  public readonly clusters: Clusters;
  public readonly namespaces: Namespaces;
  public readonly policies: readonly NetworkPolicy[];
  public readonly firewall: Firewall;
  public readonly connections: NetworkConnections;
  public readonly endpoints: readonly Endpoint[];
  public readonly hiddenPolicies = new HiddenPolicies();

  /** Paths to endpoints that are not evaluated. */
  public readonly unevaluated: readonly UnevaluatedPath[];

  /** Limits of the analysis that apply to this stack. */
  public readonly notes: string[] = [];

  /** Networks of the stack, whose rules are all known, by id. */
  public readonly ownNetworks: ReadonlySet<string>;

  public readonly document: TerraformDocument;

  constructor(read: TerraformDocument) {
    const document = prepareDocument(read);
    this.document = document;
    this.references = new References(document);
    this.ownNetworks = new Set(document.ofType('google_compute_network').map(({ address }) => this.references.text(`\${${address}.id}`)));
    this.connections = new NetworkConnections(document, this.references);
    this.clusters = new Clusters(document, this.references);
    this.namespaces = new Namespaces(document, this.references, this.clusters);
    this.policies = [
      ...readNetworkPolicies(document, this.references, this.clusters),
      ...readAdminPolicies(this),
      ...readCiliumPolicies(this),
    ];

    const ingresses = document.ofType('kubernetes_ingress_v1', 'kubernetes_ingress');
    const clusters = this.clusters.list();
    const hasIngress = any(
      ingresses.filter((ingress) => readIngressClass(this, ingress).ofGke).map((ingress) => hasCopies(ingress, this.references)),
    );
    this.firewall = new Firewall(document, this.references, clusters, hasIngress, this.ownNetworks);

    const workloads = disambiguateLabels([...readWorkloads(this), ...readManifestWorkloads(this), ...readCharts(this)]);
    const several = clusters.length > 1;
    const inside = [
      ...workloads,
      ...readVms(this),
      ...clusters.flatMap((cluster) => [
        ...createUndeclaredPods(this, this.policies, cluster, several),
        ...createClusterEndpoints(this, cluster, several),
      ]),
    ];
    const loadBalancers = [
      ...ingresses.flatMap((ingress) => readIngress(this, ingress, workloads)),
      ...readLoadBalancerServices(this, workloads),
    ];
    this.endpoints = [...inside, ...loadBalancers, ...createExternalEndpoints(this, this.policies, this.firewall, inside)];
    describeLimits(this, this.endpoints, this.firewall, this.ownNetworks);
    this.unevaluated = findUnevaluatedPaths(this, workloads);
  }
}
