import type { Resource, TerraformDocument } from '../terraform/document';
import { readConstructPath, readNote } from '../terraform/notes';
import { isKnown } from '../terraform/references';
import {
  type Block,
  blockAt,
  blocksAt,
  hasBlock,
  isBlock,
  isUndetermined,
  known,
  listAt,
  type Undetermined,
  valueAt,
} from '../terraform/values';
import { AddressSet, type Location, PRIVATE, parseLocation } from './addresses';
import { type Answer, any, toAnswer } from './answer';
import { type Cluster, Clusters } from './cluster';
import type { Backend, Endpoint, NamespaceIdentity } from './endpoint';
import { Firewall, GOOGLE_PROXIES } from './firewall';
import { type ReleaseStatement, readReleaseStatement } from './helm-release';
import { formatReason, LabelSelector, type Labels, NAMESPACE_NAME_LABEL, readLabels, readTextMap } from './labels';
import { findPortRangePolicies, type NetworkPolicy, readNetworkPolicies } from './network-policy';
import { formatNamespaceKey } from './policy-side';
import { PortSet } from './port-set';
import { References } from './references';
import { evaluateManifest, mayLeadToBackends, type UnevaluatedPath } from './unevaluated';
import type { VmIdentity } from './vm-identity';

/** Path of the pod template, by resource type. */
const POD_TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  kubernetes_deployment_v1: ['spec', 'template'],
  kubernetes_deployment: ['spec', 'template'],
  kubernetes_stateful_set_v1: ['spec', 'template'],
  kubernetes_stateful_set: ['spec', 'template'],
  kubernetes_daemon_set_v1: ['spec', 'template'],
  kubernetes_daemonset: ['spec', 'template'],
  kubernetes_replication_controller_v1: ['spec', 'template'],
  kubernetes_job_v1: ['spec', 'template'],
  kubernetes_job: ['spec', 'template'],
  kubernetes_cron_job_v1: ['spec', 'job_template', 'spec', 'template'],
  kubernetes_cron_job: ['spec', 'job_template', 'spec', 'template'],
  kubernetes_pod_v1: [],
  kubernetes_pod: [],
};

/** Link-local addresses that pods reach on their node. */
const ON_THE_NODE: Readonly<Record<string, string>> = {
  '169.254.169.254/32': 'metadata server',
  '169.254.169.252/32': 'metadata server of Calico',
  '169.254.20.10/32': 'DNS cache',
};

/** Resources that connect networks other than by peering. Which networks they connect is not evaluated. */
const JOINS = [
  'google_compute_vpn_tunnel',
  'google_compute_vpn_gateway',
  'google_compute_ha_vpn_gateway',
  'google_compute_interconnect_attachment',
  'google_network_connectivity_spoke',
];

const GOOGLE_APIS = AddressSet.of('199.36.153.8/30');

/** Range of `restricted.googleapis.com`, which is not part of the internet. */
const RESTRICTED_GOOGLE_APIS = AddressSet.of('199.36.153.4/30');
const IAP = AddressSet.of('35.235.240.0/20');
const PROXIES = AddressSet.union(GOOGLE_PROXIES.map(({ addresses }) => addresses));

/** Special-purpose addresses, which are not part of the internet (https://www.iana.org/assignments/iana-ipv4-special-registry). */
const NOT_ON_THE_INTERNET = AddressSet.of(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
);

/** Endpoints of a stack, and the rules between them. */
export class Inventory {
  public readonly references: References;
  public readonly clusters: Clusters;
  public readonly policies: readonly NetworkPolicy[];
  public readonly firewall: Firewall;
  public readonly endpoints: readonly Endpoint[];

  /** Reasons why a namespace may have policies that are not in the JSON. */
  public readonly hiddenPolicies = new Map<string, string>();

  /** Reasons why any namespace of a cluster may have further policies. */
  public readonly hiddenInCluster = new Map<string, string>();

  /** Paths to endpoints that are not evaluated. */
  public readonly unevaluated: UnevaluatedPath[] = [];

  /** Internal load balancers. Their clients are not evaluated. */
  public readonly internalBalancers: readonly Endpoint[];

  /** Ingresses of other controllers than GKE's. Their clients are not evaluated. */
  public readonly otherIngresses: readonly Endpoint[];

  /** Limits of the analysis that apply to this stack. */
  public readonly notes: string[] = [];

  /** Networks of the stack, whose rules are all known, by id. */
  public readonly ownNetworks: ReadonlySet<string>;

  private readonly namespaces = new Map<string, NamespaceIdentity>();

  constructor(public readonly document: TerraformDocument) {
    this.references = new References(document);
    this.ownNetworks = new Set(document.ofType('google_compute_network').map(({ address }) => this.references.text(`\${${address}.id}`)));
    this.clusters = new Clusters(document, this.references);
    this.policies = readNetworkPolicies(document, this.references, this.clusters);
    for (const resource of document.ofType('kubernetes_namespace_v1', 'kubernetes_namespace')) this.addNamespace(resource);

    const ingresses = document.ofType('kubernetes_ingress_v1', 'kubernetes_ingress');
    const clusters = this.clusters.list();
    const isOfGke = (ingress: Resource) => this.readIngressClass(ingress).ofGke;
    this.firewall = new Firewall(document, this.references, clusters, ingresses.some(isOfGke));

    const workloads = disambiguateLabels([...this.readWorkloads(), ...this.readCharts()]);
    const several = clusters.length > 1;
    const inside = [
      ...workloads,
      ...this.readVms(),
      ...clusters.flatMap((cluster) => [...this.createUndeclaredPods(cluster, several), ...this.createClusterEndpoints(cluster, several)]),
    ];
    const loadBalancers = [
      ...ingresses.flatMap((ingress) => this.readIngress(ingress, workloads)),
      ...this.readLoadBalancerServices(workloads),
    ];
    this.internalBalancers = loadBalancers.filter(({ isInternal }) => isInternal === true);
    this.otherIngresses = loadBalancers.filter(({ otherClass }) => otherClass !== undefined);
    this.endpoints = [...inside, ...loadBalancers, ...this.createExternalEndpoints(inside)];
    this.collectNotes();
    this.readManifests();
    this.findForwardingRules();
    this.findExternalAddresses();
    this.findServicesOfUnknownType();
    if (document.unreadModules.length > 0) {
      this.unevaluated.push({
        clients: 'all',
        leadsTo: () => true,
        reason: ({ label }) => `Terraform modules may lead to ${label}: their resources are not in a synthesized stack`,
      });
    }
  }

  /** Tests if two networks are connected: `no` for two known networks without peering or another connection in the stack. */
  public areConnected(a: string | undefined, b: string | undefined): Answer {
    if (a === b || a === undefined || b === undefined) return 'yes';
    if (!isKnown(a) || !isKnown(b) || this.document.ofType(...JOINS).length > 0) return 'unknown';
    const arePeered = this.document.ofType('google_compute_network_peering').some(({ values }) => {
      const [from, to] = ['network', 'peer_network'].map((end) => this.references.network(valueAt(values, end), values)) as [
        string,
        string,
      ];
      const isEnd = (network: string) => (end: string) => end === network || !isKnown(end);
      return (isEnd(a)(from) && isEnd(b)(to)) || (isEnd(b)(from) && isEnd(a)(to));
    });
    return arePeered ? 'unknown' : 'no';
  }

  /** Finds manifests that may add policies or paths to pods. */
  private readManifests(): void {
    for (const resource of this.document.ofType('kubernetes_manifest', 'kubectl_manifest')) {
      const { policies, paths, namespace } = evaluateManifest(resource, this.references);
      const own = this.clusters.of(resource);
      const clusters = (resource.type === 'kubernetes_manifest' ? [own] : this.clusters.list()).map(({ key }) => key);
      const reason = `${resource.address} is not evaluated, and may add a NetworkPolicy`;
      for (const key of policies ? clusters : []) {
        if (namespace === undefined) this.hiddenInCluster.set(key, this.hiddenInCluster.get(key) ?? reason);
        else if (!this.hiddenPolicies.has(formatNamespaceKey(key, namespace)))
          this.hiddenPolicies.set(formatNamespaceKey(key, namespace), reason);
      }
      if (!paths) continue;
      this.unevaluated.push({
        clients: 'all',
        leadsTo: ({ pods }) => pods !== undefined && clusters.includes(pods.cluster.key),
        reason: ({ label }) => `${resource.address} is not evaluated, and may lead to ${label}`,
      });
    }
  }

  private findForwardingRules(): void {
    const { references } = this;
    const rules = this.document
      .ofType('google_compute_forwarding_rule', 'google_compute_global_forwarding_rule')
      .filter((resource) => mayLeadToBackends(resource, references));
    for (const { address, values } of rules) {
      const scheme = references.textAt(values, 'load_balancing_scheme');
      const isInternal = scheme.startsWith('INTERNAL');
      this.unevaluated.push({
        clients: isInternal ? 'network' : isKnown(scheme) ? 'internet' : 'all',
        isFiltered: !isInternal && isKnown(scheme) && references.textAt(values, 'ip_version') !== 'IPV6',
        leadsTo: (server) => server.pods === undefined || this.listServices().some((service) => this.maySelect(service, server)),
        reason: ({ label }) => `${address} may lead to ${label}: forwarding rules are not followed`,
      });
    }
    if (rules.length > 0) {
      const names = rules.map(({ address }) => address).join(', ');
      this.notes.push(`forwarding rules are not followed, so it is unknown which clients reach VMs and pods through them: ${names}`);
    }
  }

  private findExternalAddresses(): void {
    const found = this.listServices().filter(({ values }) => listAt(values, 'spec', 'external_ips').length > 0);
    for (const service of found) {
      this.unevaluated.push({
        clients: 'all',
        leadsTo: (server) => this.maySelect(service, server),
        reason: ({ label }) => `${service.address} has external addresses, which may lead to ${label}: they are not evaluated`,
      });
    }
    if (found.length > 0) {
      const names = found.map(({ address }) => address).join(', ');
      this.notes.push(`external addresses of services are not evaluated, so it is unknown which clients reach pods through them: ${names}`);
    }
  }

  private findServicesOfUnknownType(): void {
    for (const service of this.listServices()) {
      const type = valueAt(service.values, 'spec', 'type');
      if (!isUndetermined(type) || isKnown(this.references.text(type))) continue;
      this.unevaluated.push({
        clients: 'all',
        leadsTo: (server) => this.maySelect(service, server),
        reason: ({ label }) => `a load balancer may lead to ${label}: ${formatReason(service.address, ['spec', 'type'], type)}`,
      });
    }
  }

  private listServices(): Resource[] {
    return this.document.ofType('kubernetes_service_v1', 'kubernetes_service');
  }

  /** True for a service that may select pods; a service without a selector may lead to any pods of its namespace. */
  private maySelect(service: Resource, { pods }: Endpoint): boolean {
    const { references } = this;
    const namespace = references.readNamespace(service.values);
    if (!pods || pods.cluster.key !== this.clusters.of(service).key || pods.namespace.name !== namespace) return false;
    return LabelSelector.ofLabels(valueAt(service.values, 'spec', 'selector'), references).matches(pods.labels) !== 'no';
  }

  private addNamespace(resource: Resource): void {
    const name = this.readName(resource);
    const own = readLabels(resource, this.references, 'metadata', 'labels');
    const labels = { ...own, known: new Map([...own.known, [NAMESPACE_NAME_LABEL, name]]) };
    this.namespaces.set(formatNamespaceKey(this.clusters.of(resource).key, name), { name, declared: true, labels });
  }

  /** Name of a Kubernetes resource. */
  private readName({ name, values }: Resource): string {
    return this.references.text(valueAt(values, 'metadata', 'name') ?? name);
  }

  /** Namespace by its name. Labels of a namespace that is not in the stack are not known. */
  private findNamespace(cluster: Cluster, name: string): NamespaceIdentity {
    const key = formatNamespaceKey(cluster.key, name);
    const known = this.namespaces.get(key);
    if (known) return known;
    const namespace: NamespaceIdentity = {
      name,
      declared: false,
      labels: { known: new Map([[NAMESPACE_NAME_LABEL, name]]), others: 'unknown' },
    };
    this.namespaces.set(key, namespace);
    return namespace;
  }

  private readWorkloads(): Endpoint[] {
    return this.document.ofType(...Object.keys(POD_TEMPLATES)).map((resource) => {
      const { references } = this;
      const { values } = resource;
      const path = POD_TEMPLATES[resource.type]!;
      const template = blockAt(values, ...path) === undefined ? [] : path;
      const containers = blocksAt(values, ...template, 'spec', 'container');
      const ports = containers.flatMap((container) => (isUndetermined(container) ? [container] : blocksAt(container, 'port')));
      const named = known(ports).flatMap((port) => {
        const protocol = PortSet.protocol(references.text(valueAt(port, 'protocol') ?? 'TCP'));
        const number = references.numberAt(port, 'container_port');
        return protocol && typeof number === 'number'
          ? [[references.textAt(port, 'name'), PortSet.of(protocol, [number, number])] as const]
          : [];
      });
      return this.createPods(resource, {
        namespace: references.readNamespace(values),
        name: this.readName(resource),
        labels: readLabels(resource, references, ...template, 'metadata', 'labels'),
        ports: ports.every((port) => this.isPortKnown(port, 'name', 'container_port', 'protocol')) ? mergeByName(named) : undefined,
        serves: PortSet.union(named.map(([, port]) => port)),
        onNodeNetwork: toAnswer(references.booleanAt(values, ...template, 'spec', 'host_network')),
      });
    });
  }

  /** True when the arguments of a port block are all known. */
  private isPortKnown(port: Block | Undetermined, ...names: string[]): boolean {
    return names.every((name) => isKnown(this.references.textAt(port, name)));
  }

  private readCharts(): Endpoint[] {
    return this.document.ofType('helm_release').flatMap((resource) => {
      const { references } = this;
      const { name, namespace } = this.readRelease(resource);
      const { podLabels, ports, networkPolicies } = readReleaseStatement(resource, references);
      if (networkPolicies !== false) {
        const reason = networkPolicies
          ? `the chart of ${name} has NetworkPolicies of its own`
          : `it is not known whether the chart of ${name} has NetworkPolicies`;
        this.hiddenPolicies.set(formatNamespaceKey(this.clusters.of(resource).key, namespace), reason);
      }
      if (podLabels === null) return [];
      return this.createPods(resource, {
        namespace,
        name,
        labels: { known: podLabels ?? new Map(), others: 'unknown' },
        ports: undefined,
        serves: ports && PortSet.union([...ports.values()]),
        onNodeNetwork: 'no',
        silent: podLabels === undefined ? `the pods of the chart of ${name} are not known` : undefined,
      });
    });
  }

  /** Name and namespace of a Helm release. */
  private readRelease({ name, values }: Resource): { readonly name: string; readonly namespace: string } {
    const text = (argument: string, otherwise: string) => this.references.text(valueAt(values, argument) ?? otherwise);
    return { name: text('name', name), namespace: text('namespace', 'default') };
  }

  private createPods(
    resource: Resource,
    pods: {
      readonly namespace: string;
      readonly name: string;
      readonly labels: Labels;
      readonly ports?: ReadonlyMap<string, PortSet>;
      readonly serves?: PortSet;
      readonly onNodeNetwork: Answer;
      readonly silent?: string;
    },
  ): Endpoint {
    const cluster = this.clusters.of(resource);
    const { labels, ports, onNodeNetwork, silent } = pods;
    return {
      id: `${pods.namespace}/${pods.name}`,
      label: pods.name,
      kind: 'pods',
      platform: false,
      location: onNodeNetwork === 'yes' ? cluster.nodes : cluster.pods,
      network: cluster.network,
      vms: cluster.vms,
      cluster,
      pods: { cluster, namespace: this.findNamespace(cluster, pods.namespace), labels, ports, onNodeNetwork, silent },
      serves: pods.serves,
      address: resource.address,
      path: readConstructPath(resource.metadata),
    };
  }

  /** Pods that the stack does not declare: of namespaces that its policies name, of kube-system, and of any other namespace. */
  private createUndeclaredPods(cluster: Cluster, several: boolean): Endpoint[] {
    // Namespaces of every cluster.
    const names = new Set(['default', 'kube-system']);
    for (const policy of this.policies) {
      if (policy.cluster.key !== cluster.key) continue;
      for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) {
        for (const { namespaces } of rule.peers ?? [])
          for (const name of namespaces?.findAllowedValues(NAMESPACE_NAME_LABEL) ?? []) names.add(name);
      }
      if (isKnown(policy.namespace)) names.add(policy.namespace);
    }
    const declared = new Set([...this.namespaces.values()].flatMap(({ name, declared }) => (declared && name !== undefined ? [name] : [])));
    const undeclared = [...names].filter((name) => !declared.has(name)).sort();

    const suffix = several ? ` of ${cluster.name}` : '';
    const endpoint = (label: string, namespace: NamespaceIdentity): Endpoint => ({
      id: `${label}${suffix}`,
      label: `${label}${suffix}`,
      kind: 'pods',
      platform: true,
      location: cluster.pods,
      network: cluster.network,
      vms: cluster.vms,
      cluster,
      pods: { cluster, namespace, labels: { known: new Map(), others: 'any' }, onNodeNetwork: 'no' },
    });
    return [
      ...undeclared.map((name) => endpoint(name, this.findNamespace(cluster, name))),
      {
        ...endpoint('other pods', {
          declared: false,
          labels: { known: new Map(), others: 'any', excluded: { key: NAMESPACE_NAME_LABEL, values: new Set([...declared, ...names]) } },
        }),
        isPlural: true,
      },
    ];
  }

  private createClusterEndpoints(cluster: Cluster, several: boolean): Endpoint[] {
    if (cluster.address === undefined) return [];
    const suffix = several ? ` of ${cluster.name}` : '';
    const common = { platform: true, network: cluster.network, cluster, address: cluster.address };
    const node: Endpoint = {
      ...common,
      id: `nodes${suffix}`,
      label: `nodes${suffix}`,
      isPlural: true,
      kind: 'node',
      location: cluster.nodes,
      vms: cluster.vms,
    };
    const agents: Endpoint = {
      ...common,
      id: `konnectivity agents${suffix}`,
      label: `konnectivity agents${suffix}`,
      isPlural: true,
      kind: 'pods',
      location: cluster.pods,
      vms: cluster.vms,
      pods: {
        cluster,
        namespace: this.findNamespace(cluster, 'kube-system'),
        labels: { known: new Map([['k8s-app', 'konnectivity-agent']]), others: 'unknown' },
        onNodeNetwork: 'no',
      },
    };
    return [
      {
        ...common,
        id: `control plane${suffix}`,
        label: `control plane${suffix}`,
        kind: 'control-plane',
        location: cluster.controlPlane.location,
        callsAs: cluster.controlPlane.kind === 'psc' ? agents : undefined,
      },
      node,
    ];
  }

  private readVms(): Endpoint[] {
    const { references } = this;
    const vms = this.document.ofType('google_compute_instance').map((resource): Endpoint => {
      const { values } = resource;
      const [nic] = blocksAt(values, 'network_interface');
      const subnet = references.findSubnetwork(valueAt(nic, 'subnetwork'));
      const subnetwork = references.subnetwork(valueAt(nic, 'subnetwork'));
      const among = references.rangeOf(valueAt(nic, 'subnetwork'), resource);
      const address = references.textAt(nic, 'network_ip') || `\${${resource.address}.network_interface[0].network_ip}`;
      const identity: VmIdentity = {
        tags: references.textsAt(values, 'tags'),
        serviceAccount: references.textAt(values, 'service_account', 'email'),
        external: any(blocksAt(nic, 'access_config').map((config) => (isUndetermined(config) ? 'unknown' : 'yes'))),
        subnetwork,
      };
      const name = this.removeStackName(references.text(valueAt(values, 'name') ?? resource.name));
      return {
        id: name,
        label: name,
        otherAddresses: this.findOtherAddresses(resource, name),
        kind: 'machine',
        platform: false,
        location: parseLocation(address, among),
        network: subnet
          ? references.network(valueAt(subnet.values, 'network'), subnet.values)
          : references.network(valueAt(nic, 'network') ?? readNote(resource, 'subnet')?.network, values) || `\${network of ${subnetwork}}`,
        vms: [identity],
        address: resource.address,
        path: readConstructPath(resource.metadata),
        zone: references.textAt(values, 'zone'),
      };
    });
    return groupVms(vms);
  }

  private findOtherAddresses({ address, values }: Resource, name: string): string | undefined {
    const interfaces = blocksAt(values, 'network_interface');
    const unknown = interfaces.find(isUndetermined);
    if (unknown) return formatReason(address, ['network_interface'], unknown);
    const hasIpv6 = known(interfaces).some(
      (nic) =>
        hasBlock(nic, 'ipv6_access_config') ||
        /IPV6|\$\{/.test(this.references.textAt(nic, 'stack_type')) ||
        this.references.textAt(nic, 'ipv6_address') !== '',
    );
    const found = [...(hasIpv6 ? ['IPv6 addresses'] : []), ...(interfaces.length > 1 ? ['further network interfaces'] : [])];
    return found.length > 0 ? `${name} has ${found.join(' and ')}, which are not evaluated` : undefined;
  }

  private removeStackName(name: string): string {
    const { stackName } = this.document;
    return stackName !== undefined && name.startsWith(`${stackName}-`) ? name.slice(stackName.length + 1) : name;
  }

  /**
   * Class of an ingress. GKE's controller serves the classes of its annotation, and ingresses without a class; it ignores
   * those with `ingress_class_name`.
   *
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress
   */
  private readIngressClass({ values }: Resource): { readonly name: string; readonly ofGke: boolean } {
    const annotations = valueAt(values, 'metadata', 'annotations');
    if (isUndetermined(annotations)) return { name: annotations.expression, ofGke: false };
    const annotation = readTextMap(annotations, this.references).get('kubernetes.io/ingress.class') ?? '';
    const className = this.references.textAt(values, 'spec', 'ingress_class_name');
    if (annotation === '') return { name: className, ofGke: className === '' };
    return { name: annotation, ofGke: annotation === 'gce' || annotation === 'gce-internal' };
  }

  private readIngress(resource: Resource, workloads: readonly Endpoint[]): Endpoint[] {
    const { references } = this;
    const { values } = resource;
    const annotations = readTextMap(valueAt(values, 'metadata', 'annotations'), references);
    const { name: className, ofGke } = this.readIngressClass(resource);
    const isInternal = className === 'gce-internal';
    const namespace = references.readNamespace(values);
    const rules = blocksAt(values, 'spec', 'rule');
    const services = [
      blockAt(values, 'spec', 'default_backend', 'service') ?? blockAt(values, 'spec', 'backend', 'service'),
      ...rules.flatMap((rule) => blocksAt(rule, 'http', 'path').map((path) => blockAt(path, 'backend', 'service'))),
    ].filter((service) => service !== undefined);
    const http = annotations.get('kubernetes.io/ingress.allow-http') === 'false' ? [] : [80];
    const frontend = this.findLoadBalancerSettings(resource, namespace, annotations.get('networking.gke.io/v1beta1.FrontendConfig'));
    const frontPorts = PortSet.tcp(...(frontend?.redirectsToHttps ? [] : http), 443);
    const targets = services.map((service): Target => {
      if (isUndetermined(service))
        return { backends: [], unknown: `may send requests there: ${formatReason(resource.address, ['spec'], service)}` };
      const port = references.text(valueAt(service, 'port', 'number') ?? valueAt(service, 'port', 'name'));
      return this.findBackends(resource, namespace, references.textAt(service, 'name'), port, frontPorts, workloads);
    });
    const hostNames = new Set(
      known(rules)
        .map((rule) => references.textAt(rule, 'host'))
        .filter((host) => host !== ''),
    );
    const [name = this.readName(resource), ...otherHostNames] = hostNames;
    return [
      {
        id: name,
        label: name,
        kind: 'load-balancer',
        platform: false,
        location: locateProxies(),
        network: this.clusters.of(resource).network,
        cluster: this.clusters.of(resource),
        ...mergeTargets(name, targets),
        otherHostNames,
        isInternal,
        otherClass: ofGke ? undefined : className,
        serves: isInternal ? PortSet.none : PortSet.tcp(...http, 443),
        address: resource.address,
        path: readConstructPath(resource.metadata),
      },
    ];
  }

  /** Services of type LoadBalancer. Pods see the client's address, or that of a node. */
  private readLoadBalancerServices(workloads: readonly Endpoint[]): Endpoint[] {
    const { references } = this;
    return this.listServices().flatMap((resource): Endpoint[] => {
      const { values } = resource;
      if (references.textAt(values, 'spec', 'type') !== 'LoadBalancer') return [];
      const annotations = valueAt(values, 'metadata', 'annotations');
      const isInternal = ['networking.gke.io/load-balancer-type', 'cloud.google.com/load-balancer-type'].some((key) =>
        /internal/i.test(readTextMap(annotations, references).get(key) ?? ''),
      );
      const namespace = references.readNamespace(values);
      const name = this.readName(resource);
      const ports = blocksAt(values, 'spec', 'port');
      const unknownPort = ports.find(isUndetermined);
      const sources = listAt(values, 'spec', 'load_balancer_source_ranges').map((range) => references.location(range));
      // It may be internal, or have other ports.
      const unsure = [annotations, unknownPort].filter(isUndetermined).map((value) => references.location(value));
      const answersOnly = unsure.length > 0 ? unsure : sources;
      return [
        {
          id: `${namespace}/${name} (service)`,
          label: `${name} (service)`,
          kind: 'load-balancer',
          platform: false,
          location: { addresses: AddressSet.all.minus(NOT_ON_THE_INTERNET), text: 'the internet', reference: undefined },
          cluster: this.clusters.of(resource),
          network: this.clusters.of(resource).network,
          isInternal,
          passesCallers: references.textAt(values, 'spec', 'external_traffic_policy') === 'Local' ? 'always' : 'perhaps',
          answersOnly: answersOnly.length > 0 ? answersOnly : undefined,
          ...mergeTargets(
            `${name} (service)`,
            ports.map((port) =>
              this.findBackends(resource, namespace, name, references.textAt(port, 'port'), readServicePort(port, references), workloads),
            ),
          ),
          serves: isInternal ? PortSet.none : PortSet.union(ports.map((port) => readServicePort(port, references))),
          address: resource.address,
          path: readConstructPath(resource.metadata),
        },
      ];
    });
  }

  private findBackends(
    from: Resource,
    namespace: string,
    name: string,
    port: string,
    frontPorts: PortSet,
    workloads: readonly Endpoint[],
  ): Target {
    const { references } = this;
    const cluster = this.clusters.of(from).key;
    const service = this.listServices().find(
      (candidate) =>
        this.clusters.of(candidate).key === cluster &&
        references.textAt(candidate.values, 'metadata', 'name') === name &&
        references.readNamespace(candidate.values) === namespace,
    );
    const unknown = (why: string): Target => {
      const reason = `sends requests to the service ${namespace}/${name}, ${why}`;
      const note = `${from.address} ${reason}`;
      if (!this.notes.includes(note)) this.notes.push(note);
      return { backends: [], unknown: reason };
    };
    if (!service) return unknown('which is not in this stack');
    const selectorLabels = valueAt(service.values, 'spec', 'selector') ?? {};
    if (!isBlock(selectorLabels)) return unknown('whose selector is not known before the apply');
    if (Object.keys(selectorLabels).length === 0) {
      return unknown('which has no selector: its endpoints are managed separately and not evaluated');
    }
    const selector = LabelSelector.ofLabels(selectorLabels, references);
    const ports = blocksAt(service.values, 'spec', 'port');
    const entry = known(ports).find(
      (candidate) => references.textAt(candidate, 'port') === port || references.textAt(candidate, 'name') === port,
    );
    const areKnown = isKnown(port) && ports.every((candidate) => this.isPortKnown(candidate, 'name', 'port'));
    if (!entry && !areKnown) return unknown('at a port that is not known before the apply');
    const target = references.text(valueAt(entry, 'target_port') ?? valueAt(entry, 'port'));
    const protocol = PortSet.protocol(references.text(valueAt(entry, 'protocol') ?? 'TCP')) ?? 'tcp';
    const cloudArmor = this.readCloudArmor(service, namespace, entry);
    const backends = workloads.flatMap((endpoint): Backend[] => {
      if (!endpoint.pods || endpoint.pods.cluster.key !== cluster || endpoint.pods.namespace.name !== namespace) return [];
      const answer = selector.matches(endpoint.pods.labels);
      if (answer === 'no') return [];
      if (/^\d+$/.test(target))
        return [{ pods: endpoint, ports: PortSet.of(protocol, [+target, +target]), answer, frontPorts, cloudArmor }];
      // A named port takes its number from the container, which is not known for every chart.
      if (target !== '' && (!endpoint.pods.ports || !isKnown(target))) {
        return [{ pods: endpoint, ports: PortSet.of(protocol), answer: 'unknown', frontPorts, cloudArmor }];
      }
      const named = endpoint.pods.ports?.get(target);
      return named ? [{ pods: endpoint, ports: named, answer: named.isSingle ? answer : 'unknown', frontPorts, cloudArmor }] : [];
    });
    return { backends };
  }

  /** Cloud Armor policy of a service port, from its BackendConfig. */
  private readCloudArmor(service: Resource, namespace: string, entry: Block | undefined): Backend['cloudArmor'] {
    const { references } = this;
    const read = valueAt(service.values, 'metadata', 'annotations');
    if (isUndetermined(read)) {
      return {
        answer: 'unknown',
        reason: `a Cloud Armor policy may deny requests: ${formatReason(service.address, ['metadata', 'annotations'], read)}`,
      };
    }
    const annotations = readTextMap(read, references);
    const text = annotations.get('cloud.google.com/backend-config') ?? annotations.get('beta.cloud.google.com/backend-config');
    if (text === undefined) return { answer: 'yes', reason: 'no Cloud Armor policy filters the requests' };
    const names = parseAnnotation(text);
    const ofPorts = isBlock(names) && isBlock(names.ports) ? names.ports : {};
    const name = references.text(
      ofPorts[references.textAt(entry, 'name')] ??
        ofPorts[references.textAt(entry, 'port')] ??
        (isBlock(names) ? names.default : undefined),
    );
    const settings = name === '' ? undefined : this.findLoadBalancerSettings(service, namespace, name);
    if (!settings) {
      return {
        answer: 'unknown',
        reason: `a Cloud Armor policy may deny requests: BackendConfig ${name || text} is not in this stack`,
      };
    }
    if (settings.securityPolicy === undefined) return { answer: 'yes', reason: 'no Cloud Armor policy filters the requests' };
    return {
      answer: 'unknown',
      reason: `Cloud Armor policy ${settings.securityPolicy} decides which requests pass: its rules are not evaluated`,
    };
  }

  /** BackendConfig or FrontendConfig of a name, from the chart of that name in the cluster and namespace. */
  private findLoadBalancerSettings(user: Resource, namespace: string, name: string | undefined): ReleaseStatement['loadBalancer'] {
    const { references } = this;
    if (name === undefined) return undefined;
    const release = this.document.ofType('helm_release').find((candidate) => {
      const own = this.readRelease(candidate);
      return this.clusters.of(candidate).key === this.clusters.of(user).key && own.name === name && own.namespace === namespace;
    });
    return release && readReleaseStatement(release, references).loadBalancer;
  }

  /** Endpoints outside of the stack: Google, the internet, and the ranges that rules of the stack name. */
  private createExternalEndpoints(inside: readonly Endpoint[]): Endpoint[] {
    const own = AddressSet.union([
      ...[...inside.map(({ location }) => location), ...this.clusters.list().map(({ services }) => services)]
        .filter(({ reference, addresses }) => reference === undefined && addresses.size < 2 ** 31)
        .map(({ addresses }) => addresses),
      GOOGLE_APIS,
      RESTRICTED_GOOGLE_APIS,
      IAP,
      PROXIES,
    ]);
    const fixed: Endpoint[] = [
      {
        id: 'google-apis',
        label: 'Google APIs',
        kind: 'google-apis',
        platform: true,
        location: { addresses: GOOGLE_APIS, text: '199.36.153.8/30' },
      },
      { id: 'iap', label: 'IAP', kind: 'iap', platform: true, location: { addresses: IAP, text: '35.235.240.0/20' } },
      {
        id: 'google-proxies',
        label: "Google's proxies",
        isPlural: true,
        kind: 'google-proxies',
        platform: true,
        location: locateProxies(),
      },
    ];

    let rest = AddressSet.all.minus(own);
    const ranges: Endpoint[] = [];
    for (const written of this.collectRanges()) {
      const part = AddressSet.union(written.map(({ addresses }) => addresses)).intersect(rest);
      if (part.isEmpty) continue;
      rest = rest.minus(part);
      const [text, ...more] = written.flatMap((range) => (range.addresses.overlaps(part) ? [range.text] : []));
      const onNode = ON_THE_NODE[text!];
      const label = onNode ?? `${text!.replace(/\/32$/, '')}${more.length > 0 ? ` and ${more.length} more` : ''}`;
      const location = { addresses: part, text: [text, ...more].join(', ') };
      ranges.push({ id: label, label, kind: onNode ? 'metadata-server' : 'range', platform: onNode !== undefined, location });
    }
    const internet = rest.minus(NOT_ON_THE_INTERNET);
    return [
      ...fixed,
      ...ranges,
      { id: 'internet', label: 'internet', kind: 'internet', platform: true, location: { addresses: internet, text: 'the internet' } },
    ];
  }

  /**
   * Ranges in rules, grouped by rule, the smallest group first. Ranges that cover most of the internet, or all private
   * addresses, are left out.
   */
  private collectRanges(): (readonly Location[])[] {
    const result = new Map<string, { readonly ranges: readonly Location[]; readonly size: number }>();
    const add = (ranges: readonly Location[]) => {
      const addresses = AddressSet.union(ranges.map((range) => range.addresses));
      if (ranges.length === 0 || addresses.contains(PRIVATE) || addresses.size >= 2 ** 31) return;
      result.set(ranges.map(({ text }) => text).join(), { ranges, size: addresses.size });
    };
    const divide = (written: readonly Location[]) => {
      const literal = written.filter(({ reference }) => reference === undefined);
      const isOnNode = ({ text }: Location) => ON_THE_NODE[text] !== undefined;
      for (const range of literal.filter(isOnNode)) add([range]);
      add(literal.filter((range) => !isOnNode(range)));
    };
    for (const policy of this.policies) {
      for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) {
        for (const peer of rule.peers ?? []) divide(peer.ranges ?? []);
      }
    }
    for (const rule of this.firewall.rules) if (rule.address !== undefined) divide(rule.ranges ?? []);
    return [...result.values()].sort((a, b) => a.size - b.size).map(({ ranges }) => ranges);
  }

  private collectNotes(): void {
    if (this.document.unreadModules.length > 0)
      this.notes.push('resources of Terraform modules are not in a synthesized stack: pass a plan');
    if (this.firewall.hasOtherPolicies)
      this.notes.push('firewall policies are not evaluated, so answers are unknown where VPC rules decide');
    const manifests = this.document.ofType('kubernetes_manifest', 'kubectl_manifest');
    if (manifests.length > 0) this.notes.push(`manifests are not evaluated: ${manifests.map(({ address }) => address).join(', ')}`);

    if (this.internalBalancers.length > 0) {
      const names = this.internalBalancers.map(({ address }) => address).join(', ');
      this.notes.push(`internal load balancers are not evaluated, so it is unknown which clients reach pods through them: ${names}`);
    }

    if (this.otherIngresses.length > 0) {
      const names = this.otherIngresses.map(({ address }) => address).join(', ');
      this.notes.push(
        `ingresses of controllers other than GKE's are not evaluated, so it is unknown which clients reach pods through them: ${names}`,
      );
    }

    const several = this.endpoints.filter(({ otherAddresses }) => otherAddresses !== undefined).map(({ address }) => address);
    if (several.length > 0) this.notes.push(`IPv6 and network interfaces after the first are not evaluated: ${several.join(', ')}`);

    const ranges = findPortRangePolicies(this.document);
    if (ranges.length > 0) {
      this.notes.push(
        `port ranges (end_port) need Cilium 1.16: under Dataplane V2 of an older GKE version only the first port is open: ${ranges.map(({ address }) => address).join(', ')}`,
      );
    }

    const others = new Set(this.endpoints.flatMap((endpoint) => this.describeForeignNetwork(endpoint) ?? []));
    if (others.size > 0)
      this.notes.push(
        `${[...others].join(' and ')} ${others.size > 1 ? 'are' : 'is'} part of another stack: its other firewall rules, and hierarchical firewall policies, are not evaluated`,
      );
  }

  /** Describes the network of a workload or a VM, when it belongs to another stack. */
  private describeForeignNetwork({ kind, platform, network, cluster, group, label }: Endpoint): string | undefined {
    if (platform || (kind !== 'pods' && kind !== 'machine') || (network !== undefined && this.ownNetworks.has(network))) return undefined;
    const name = network !== undefined && isKnown(network) ? network.slice(network.lastIndexOf('/') + 1) : '';
    return name === '' ? `the network of ${cluster ? 'the cluster' : (group ?? label)}` : `the network ${name}`;
  }
}

/** Backends of a service, or the reason why they are not known. */
interface Target {
  readonly backends: readonly Backend[];
  readonly unknown?: string;
}

/** Merges the backends of several services. */
function mergeTargets(balancer: string, targets: readonly Target[]): Required<Pick<Endpoint, 'backends' | 'unknownBackends'>> {
  const reasons = targets.flatMap(({ unknown }) => (unknown === undefined ? [] : [`${balancer} ${unknown}`]));
  return { backends: targets.flatMap(({ backends }) => backends), unknownBackends: [...new Set(reasons)] };
}

/** Port of a service of type LoadBalancer; all ports when it is not known. */
function readServicePort(port: Block | Undetermined, references: References): PortSet {
  const number = references.numberAt(port, 'port');
  if (typeof number !== 'number') return PortSet.all;
  return PortSet.of(PortSet.protocol(references.text(valueAt(port, 'protocol') ?? 'TCP')) ?? 'tcp', [number, number]);
}

/** Merges ports by name: several containers of a pod may use one name for different ports. */
function mergeByName(named: readonly (readonly [string, PortSet])[]): ReadonlyMap<string, PortSet> {
  const ports = new Map<string, PortSet>();
  for (const [name, port] of named) if (name !== '') ports.set(name, ports.get(name)?.union(port) ?? port);
  return ports;
}

/** Parses the JSON of an annotation; undefined for any other text. */
function parseAnnotation(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function locateProxies(): Location {
  return { addresses: PROXIES, text: GOOGLE_PROXIES.map(({ text }) => text).join(', ') };
}

/** Groups VMs with equal identities, named after the common prefix of their names. */
function groupVms(vms: readonly Endpoint[]): Endpoint[] {
  const groups = new Map<string, Endpoint[]>();
  for (const vm of vms) {
    const { tags, serviceAccount } = vm.vms![0]!;
    const key = JSON.stringify([serviceAccount === '' && tags.length === 0 ? vm.id : serviceAccount, tags, vm.network]);
    const group = groups.get(key);
    if (group) group.push(vm);
    else groups.set(key, [vm]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group.map(({ label }) => label);
    let common = first!;
    for (const other of others) while (!other.startsWith(common)) common = common.slice(0, -1);
    const name = common.replace(/-+$/, '');
    return others.length === 0 || name === '' ? group : group.map((vm) => ({ ...vm, group: name }));
  });
}

/** Labels workloads of equal names with their namespaces. */
function disambiguateLabels(endpoints: readonly Endpoint[]): Endpoint[] {
  const counts = new Map<string, number>();
  for (const { label } of endpoints) counts.set(label, (counts.get(label) ?? 0) + 1);
  return endpoints.map((endpoint) => ((counts.get(endpoint.label) ?? 0) > 1 ? { ...endpoint, label: endpoint.id } : endpoint));
}
