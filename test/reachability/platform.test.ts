import { machine, namespaces, pods, policy, reachability, ref, rule, tcp } from './hand-made';

const deny = (namespace: string) => policy(namespace, 'default-deny', { policy_types: ['Ingress', 'Egress'] });
const release = (statement?: object) => ({
  helm_release: {
    operator: {
      '//': { metadata: { path: 'staging/Apps/Operator/Resource' }, reachability: statement },
      name: 'operator',
      namespace: 'operator',
    },
  },
});
const LABELS = { 'app.kubernetes.io/instance': 'operator' };
const stated = release({ podLabels: LABELS, ports: { webhook: 'tcp/9443' }, networkPolicies: false });
const peering = {
  google_container_cluster: {
    c: {
      name: 'c',
      network: ref('google_compute_network.net.id'),
      subnetwork: ref('google_compute_subnetwork.nodes.id'),
      remove_default_node_pool: true,
      datapath_provider: 'ADVANCED_DATAPATH',
      ip_allocation_policy: { cluster_secondary_range_name: 'pods' },
      private_cluster_config: { enable_private_nodes: true, master_ipv4_cidr_block: '10.10.18.0/28' },
    },
  },
};

describe('an operator with a webhook on 9443', () => {
  const world = [namespaces({ operator: {} }), stated, deny('operator')];
  const webhookPolicy = (from: object) =>
    policy('operator', 'webhook', {
      pod_selector: { match_labels: LABELS },
      policy_types: ['Ingress'],
      ingress: [{ from: [from], ports: [{ port: '9443' }] }],
    });
  const fromAgents = webhookPolicy({
    namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    pod_selector: { match_labels: { 'k8s-app': 'konnectivity-agent' } },
  });
  const fromRange = webhookPolicy({ ip_block: { cidr: '10.10.18.0/28' } });
  const vpcRule = rule('webhook', {
    allow: [{ protocol: 'tcp', ports: ['9443'] }],
    source_ranges: ['10.10.18.0/28'],
    target_tags: ['node'],
  });

  test('is denied by the namespace with Private Service Connect, and allowed by a policy for the konnectivity agents', () => {
    const closed = reachability(...world).explain('control plane', 'operator', tcp(9443));
    expect(closed.answer).toBe('no');
    expect(closed.steps.at(-1)?.text).toBe(
      'no NetworkPolicy of operator allows ingress from konnectivity agents at tcp/9443 (isolated by default-deny)',
    );
    expect(closed.remediation).toBe('webhookPorts: [Port.tcp(9443)] of operator');

    const open = reachability(...world, fromAgents);
    expect(open.ask('control plane', 'operator', tcp(9443))).toBe('yes');
    expect(open.comparedTo(reachability(...world)).map(({ sentence }) => sentence)).toEqual([
      'kube-system newly reaches operator at 9443',
      'control plane newly reaches operator at 9443',
    ]);
  });

  test('requires a VPC rule and an ipBlock with VPC peering: one of them is not enough', () => {
    const closed = reachability(...world, peering, fromRange).explain('control plane', 'operator', tcp(9443));
    expect(closed.steps.at(-1)).toMatchObject({
      answer: 'no',
      text: 'no firewall rule allows control plane (10.10.18.0/28) to operator at tcp/9443',
    });
    expect(reachability(...world, peering, vpcRule).ask('control plane', 'operator', tcp(9443))).toBe('no');
    expect(reachability(...world, peering, fromAgents, vpcRule).ask('control plane', 'operator', tcp(9443))).toBe('no');
    expect(reachability(...world, peering, fromRange, vpcRule).ask('control plane', 'operator', tcp(9443))).toBe('yes');
  });

  test('requires no VPC rule with VPC peering at 443 and 10250, for which GKE creates one', () => {
    const open = [namespaces({ operator: {} }), stated, peering];
    expect([443, 10250, 8443].map((port) => reachability(...open).ask('control plane', 'operator', tcp(port)))).toEqual([
      'yes',
      'yes',
      'no',
    ]);
  });
});

describe('a chart', () => {
  const web = [namespaces({ web: {}, operator: {} }), pods('web')];

  test('without a note makes all answers on its pods and its namespace unknown', () => {
    const reach = reachability(...web, release(), deny('operator'), pods('sibling', { namespace: 'operator' }));
    expect(reach.ask('web', 'operator/operator', tcp(80))).toBe('unknown');
    expect(reach.ask('web', 'sibling', tcp(80))).toBe('unknown');
    expect(reach.unknowns()).toEqual([
      'it is not known whether the chart of operator has NetworkPolicies',
      'the pods of the chart of operator are not known',
    ]);
  });

  test('with NetworkPolicies may allow more than those of the stack, and denies none of theirs', () => {
    const lets = policy('operator', 'in', {
      policy_types: ['Ingress'],
      ingress: [{ from: [{ namespace_selector: {} }], ports: [{ port: '80' }] }],
    });
    const reach = reachability(...web, release({ podLabels: LABELS, networkPolicies: true }), lets);
    expect([80, 81].map((port) => reach.ask('web', 'operator', tcp(port)))).toEqual(['yes', 'unknown']);
  });

  test('with a note of no pods and no NetworkPolicies changes nothing', () => {
    const reach = reachability(
      ...web,
      release({ podLabels: null, networkPolicies: false }),
      deny('operator'),
      pods('sibling', { namespace: 'operator' }),
    );
    expect(reach.ask('web', 'sibling', tcp(80))).toBe('no');
    expect(() => reach.named('operator/operator')).toThrow("unknown endpoint 'operator/operator'");
  });
});

describe('the Kubernetes API', () => {
  const endpoints = (body: object) => ({
    google_container_cluster: { c: { name: 'c', network: 'net', subnetwork: 'nodes', ip_allocation_policy: {}, ...body } },
  });

  test('accepts the internet at its DNS endpoint with allow_external_traffic, authorized by IAM', () => {
    const dns = endpoints({
      control_plane_endpoints_config: { dns_endpoint_config: { allow_external_traffic: true }, ip_endpoints_config: { enabled: false } },
    });
    const explanation = reachability(dns).explain('internet', 'control plane', tcp(443));
    expect(explanation).toMatchObject({ answer: 'yes', steps: [{ text: expect.stringContaining('IAM') }] });
    expect(reachability(dns).ask('internet', 'control plane', tcp(80))).toBe('no');
  });

  test('accepts authorized networks at its IP endpoint otherwise', () => {
    const a = machine('a', { address: '10.10.16.5' });
    const ip = (...ranges: string[]) =>
      endpoints({
        private_cluster_config: { enable_private_endpoint: true, private_endpoint_subnetwork: ref('google_compute_subnetwork.control.id') },
        master_authorized_networks_config: { cidr_blocks: ranges.map((cidr_block) => ({ cidr_block })) },
      });
    expect(reachability(a, ip('10.10.16.0/24')).ask('a', 'control plane', tcp(443))).toBe('yes');
    expect(reachability(a, ip()).ask('a', 'control plane', tcp(443))).toBe('no');
    expect(reachability(a, ip('0.0.0.0/0')).ask('internet', 'control plane', tcp(443))).toBe('no');
  });

  test('accepts pods at the range of its private endpoint', () => {
    const out = (cidr: string) =>
      policy('web', 'api', { policy_types: ['Egress'], egress: [{ to: [{ ip_block: { cidr } }], ports: [{ port: '443' }] }] });
    const world = [namespaces({ web: {} }), pods('web')];
    expect(reachability(...world, out('10.10.17.0/28')).ask('web', 'control plane', tcp(443))).toBe('yes');
    expect(reachability(...world, out('10.10.18.0/28')).ask('web', 'control plane', tcp(443))).toBe('no');
  });
});

describe('a control plane without IP endpoints', () => {
  const out = (...cidrs: string[]) =>
    policy('web', 'api', {
      policy_types: ['Egress'],
      egress: cidrs.map((cidr) => ({ to: [{ ip_block: { cidr } }], ports: [{ port: '443' }] })),
    });
  const dns = {
    google_container_cluster: {
      c: {
        name: 'c',
        network: ref('google_compute_network.net.id'),
        subnetwork: ref('google_compute_subnetwork.nodes.id'),
        remove_default_node_pool: true,
        datapath_provider: 'ADVANCED_DATAPATH',
        ip_allocation_policy: { cluster_secondary_range_name: 'pods' },
        private_cluster_config: { enable_private_nodes: true, private_endpoint_subnetwork: ref('google_compute_subnetwork.control.id') },
        control_plane_endpoints_config: { dns_endpoint_config: { allow_external_traffic: true }, ip_endpoints_config: { enabled: false } },
      },
    },
  };
  const world = [namespaces({ web: {} }), pods('web'), dns];

  test('has a private endpoint with an address that Google assigns: a policy for the configured subnet, which is not sent, allows nothing for certain', () => {
    const explanation = reachability(...world, out('10.10.17.0/28')).explain('web', 'control plane', tcp(443));
    expect(explanation.answer).toBe('unknown');
    expect(explanation.steps.map(({ text }) => text).join()).toContain('Google assigns the address of the private endpoint');
  });
});

describe('a public endpoint', () => {
  const service = (type = 'ClusterIP') => ({
    kubernetes_service_v1: {
      web: {
        metadata: { name: 'web', namespace: 'web' },
        spec: { type, selector: { app: 'web' }, port: [{ name: 'http', port: 80, target_port: '8080' }] },
      },
    },
  });
  const ingress = {
    kubernetes_ingress_v1: {
      web: {
        metadata: { name: 'web', namespace: 'web', annotations: { 'kubernetes.io/ingress.class': 'gce' } },
        spec: { rule: [{ host: 'api.example.com', http: { path: [{ backend: { service: { name: 'web', port: { number: 80 } } } }] } }] },
      },
    },
  };
  const proxies = (...ranges: string[]) =>
    policy('web', 'proxies', {
      policy_types: ['Ingress'],
      ingress: [{ from: ranges.map((cidr) => ({ ip_block: { cidr } })), ports: [{ port: '8080' }] }],
    });
  const world = [namespaces({ web: {} }), pods('web'), service(), ingress];

  test('forwards the internet to its backends only', () => {
    const reach = reachability(...world, deny('web'), proxies('130.211.0.0/22', '35.191.0.0/16'));
    expect(reach.ask('internet', 'api.example.com', tcp(443))).toBe('yes');
    expect([8080, 80].map((port) => reach.ask('api.example.com', 'web', tcp(port)))).toEqual(['yes', 'no']);
    expect([8080, 80, 443].map((port) => reach.ask('internet', 'web', tcp(port)))).toEqual(['yes', 'no', 'no']);
    expect(reach.cells.filter(({ from, to }) => from.kind === 'internet' && to.label === 'web')).toEqual([]);
  });

  const admitted = [...world, deny('web'), proxies('130.211.0.0/22', '35.191.0.0/16')];
  const texts = ({ steps }: { steps: readonly { answer: string; text: string }[] }) =>
    steps.map(({ answer, text }) => `${answer}: ${text}`);

  test('is explained from the internet to the port of the pods', () => {
    const explanation = reachability(...admitted).explain('internet', 'web', tcp(8080));
    expect(explanation.sentence).toBe('internet reaches web at tcp/8080 through api.example.com');
    expect(texts(explanation)).toEqual([
      'yes: api.example.com answers the internet at 80, 443',
      'yes: api.example.com sends requests to web at 8080',
      'yes: no Cloud Armor policy filters the requests',
      "yes: GKE's own rule for its load balancers allows api.example.com (130.211.0.0/22, 35.191.0.0/16) to web at every tcp port (priority 1000)",
      'yes: NetworkPolicy proxies allows ingress from 130.211.0.0/22, 35.191.0.0/16 at 8080',
    ]);
    expect(explanation.note).toBe('tcp/8080 of web itself is not open to internet: clients call api.example.com at 80, 443');
    expect(explanation.through?.balancer.label).toBe('api.example.com');
  });

  test('is named for a port of the load balancer, or a port without backends', () => {
    const asked = (port: number) => reachability(...admitted).explain('internet', 'web', tcp(port));
    expect(asked(443)).toMatchObject({
      answer: 'no',
      sentence: 'internet does not reach web at tcp/443',
      note: 'tcp/443 is a port of api.example.com, which leads to web at 8080: ask for that port',
      remediation: undefined,
    });
    expect(texts(asked(9000)).at(-1)).toBe('no: api.example.com sends requests to web at 8080 only');
    expect(asked(9000)).toMatchObject({ note: undefined, remediation: undefined });
  });

  test('is denied without a policy for the proxies, with a remediation', () => {
    const explanation = reachability(...world, deny('web')).explain('internet', 'web', tcp(8080));
    expect(explanation).toMatchObject({ answer: 'no', remediation: 'web.allowFrom(Peer.googleLoadBalancers(this), Port.tcp(8080))' });
    expect(texts(explanation).at(-1)).toMatch(/^no: no NetworkPolicy of web allows ingress from api.example.com at tcp\/8080/);
  });

  test('is found by each of its host names', () => {
    const rule = (host: string) => ({ host, http: { path: [{ backend: { service: { name: 'web', port: { number: 80 } } } }] } });
    const [both] = Object.values(structuredClone(ingress.kubernetes_ingress_v1));
    both!.spec.rule = [rule('api.example.com'), rule('www.example.com')];
    const reach = reachability(...admitted, { kubernetes_ingress_v1: { web: both! } });
    expect(reach.ask('internet', 'www.example.com', tcp(443))).toBe('yes');
    expect(reach.names).toContain('www.example.com');
  });

  describe('with settings of its backend', () => {
    const annotated = (backendConfig: string) => {
      const { web } = service().kubernetes_service_v1;
      const annotations = { 'cloud.google.com/backend-config': backendConfig };
      return { kubernetes_service_v1: { web: { ...web, metadata: { ...web.metadata, annotations } } } };
    };
    const release = (loadBalancer: object) => ({
      helm_release: {
        settings: { name: 'settings', namespace: 'web', '//': { reachability: { podLabels: null, networkPolicies: false, loadBalancer } } },
      },
    });
    const asked = (...parts: Parameters<typeof reachability>) => {
      const explanation = reachability(...admitted, ...parts).explain('internet', 'web', tcp(8080));
      return [explanation.answer, texts(explanation)[2]];
    };

    test('Cloud Armor filters no request, or its rules are not evaluated', () => {
      const settings = annotated('{"default":"settings"}');
      expect(asked(settings, release({ redirectsToHttps: true }))).toEqual(['yes', 'yes: no Cloud Armor policy filters the requests']);
      expect(asked(settings, release({ securityPolicy: 'edge', redirectsToHttps: true }))).toEqual([
        'unknown',
        'unknown: Cloud Armor policy edge decides which requests pass: its rules are not evaluated',
      ]);
    });

    test.each(['{"ports":{"http":"other"}}', '{"ports":{"80":"other"}}', 'other'])('BackendConfig %s is unknown', (backendConfig) => {
      expect(asked(annotated(backendConfig), release({ securityPolicy: 'edge' }))).toEqual([
        'unknown',
        'unknown: a Cloud Armor policy may deny requests: BackendConfig other is not in this stack',
      ]);
    });

    test('only HTTPS is forwarded when HTTP is redirected', () => {
      const web = structuredClone(ingress.kubernetes_ingress_v1.web);
      Object.assign(web.metadata.annotations, { 'networking.gke.io/v1beta1.FrontendConfig': 'settings' });
      const reach = reachability(...admitted, release({ redirectsToHttps: true }), { kubernetes_ingress_v1: { web } });
      expect(texts(reach.explain('internet', 'web', tcp(8080)))[0]).toBe('yes: api.example.com answers the internet at 443');
    });
  });

  test('accepts VMs of the network by their Cloud NAT', () => {
    const explanation = reachability(...admitted, machine('vm')).explain('vm', 'api.example.com', tcp(443));
    expect(texts(explanation)).toEqual([
      expect.stringMatching(/^yes: no firewall rule denies vm/),
      'yes: a Cloud NAT translates its subnet',
      'yes: api.example.com answers the internet at 80, 443',
    ]);
  });

  test("forwards from Google's proxies to its pods", () => {
    expect(reachability(...admitted).ask("Google's proxies", 'web', tcp(8080))).toBe('yes');
  });

  test("requires both ranges of Google's proxies", () => {
    expect(reachability(...world, deny('web')).ask('api.example.com', 'web', tcp(8080))).toBe('no');
    expect(reachability(...world, deny('web'), proxies('35.191.0.0/16')).ask('api.example.com', 'web', tcp(8080))).toBe('unknown');
  });

  test('with a port range in a policy has a note on older Dataplane V2', () => {
    const range = (last: number) => ({
      kubernetes_network_policy_v1: {
        range: {
          metadata: { name: 'range', namespace: 'web' },
          spec: { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ ports: [{ port: '8000', end_port: last }] }] },
        },
      },
    });
    expect(reachability(namespaces({ web: {} }), pods('web'), range(8999)).notes).toEqual([
      'port ranges (end_port) need Cilium 1.16: under Dataplane V2 of an older GKE version only the first port is open: kubernetes_network_policy_v1.range',
    ]);
    expect(reachability(namespaces({ web: {} }), pods('web'), range(8000)).notes).toEqual([]);
  });

  test('with a service of another stack has a note', () => {
    expect(reachability(namespaces({ web: {} }), pods('web'), ingress).notes).toEqual([
      'kubernetes_ingress_v1.web sends requests to the service web/web, which is not in this stack',
    ]);
  });

  test('can be a service of type LoadBalancer', () => {
    const reach = reachability(namespaces({ web: {} }), pods('web'), service('LoadBalancer'));
    expect(reach.ask('internet', 'web (service)', tcp(80))).toBe('yes');
    expect(reach.ask('web (service)', 'web/web', tcp(8080))).toBe('yes');
    expect(reach.ask('internet', 'web/web', tcp(8080))).toBe('yes');
  });

  test('of type LoadBalancer is evaluated by the preserved client address', () => {
    const local = service('LoadBalancer');
    Object.assign(local.kubernetes_service_v1.web.spec, { external_traffic_policy: 'Local' });
    const reach = (...ranges: string[]) => reachability(...world.slice(0, 2), local, deny('web'), proxies(...ranges));
    expect(reach('130.211.0.0/22').ask('internet', 'web/web', tcp(8080))).toBe('no');
    expect(reach('0.0.0.0/0').ask('internet', 'web/web', tcp(8080))).toBe('yes');
  });

  test('of type LoadBalancer accepts its source ranges only', () => {
    const some = service('LoadBalancer');
    Object.assign(some.kubernetes_service_v1.web.spec, { load_balancer_source_ranges: ['10.0.0.0/8'] });
    const explanation = reachability(...world.slice(0, 2), some).explain('internet', 'web/web', tcp(8080));
    expect(texts(explanation)).toEqual(['no: web (service) does not answer the internet at 80']);
  });

  describe('that is internal', () => {
    const internal = (key: string) => {
      const { web } = service('LoadBalancer').kubernetes_service_v1;
      return { kubernetes_service_v1: { web: { ...web, metadata: { ...web.metadata, annotations: { [key]: 'Internal' } } } } };
    };

    test.each(['networking.gke.io/load-balancer-type', 'cloud.google.com/load-balancer-type'])(
      'as a service with %s has a note, and unknown clients',
      (key) => {
        const reach = reachability(...world.slice(0, 2), deny('web'), internal(key), machine('vm'), pods('other'));
        expect(['vm', 'internet', 'other'].map((client) => reach.ask(client, 'web/web', tcp(8080)))).toEqual(['unknown', 'no', 'no']);
        expect(['vm', 'internet'].map((client) => reach.ask(client, 'web (service)', tcp(80)))).toEqual(['unknown', 'no']);
        expect(reach.notes.join()).toContain('internal load balancers are not evaluated');
        expect(reach.explain('vm', 'web/web', tcp(8080)).steps).toEqual([
          {
            answer: 'unknown',
            text: 'web (service) is an internal load balancer that leads to web at 8080: which clients it answers is not evaluated',
          },
        ]);
      },
    );

    test('as an ingress has unknown clients too', () => {
      const web = structuredClone(ingress.kubernetes_ingress_v1.web);
      web.metadata.annotations['kubernetes.io/ingress.class'] = 'gce-internal';
      const reach = reachability(...world.slice(0, 3), deny('web'), { kubernetes_ingress_v1: { web } }, machine('vm'));
      expect(['vm', 'internet', 'api.example.com'].map((client) => reach.ask(client, 'web', tcp(8080)))).toEqual([
        'unknown',
        'no',
        'unknown',
      ]);
    });
  });
});

test('a node reaches its own pods whatever NetworkPolicies apply, and the matrix leaves this out', () => {
  const reach = reachability(namespaces({ web: {} }), pods('web'), deny('web'));
  expect(reach.explain('nodes', 'web', tcp(80))).toMatchObject({
    answer: 'yes',
    steps: [{ text: 'a node reaches its own pods, whatever NetworkPolicies apply' }],
  });
  expect(reach.cells.filter(({ from, to }) => from.label === 'nodes' && to.label === 'web')).toEqual([]);
});
