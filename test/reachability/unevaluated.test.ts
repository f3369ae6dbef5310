import { machine, namespaces, pods, policy, reachability, ref, rule, tcp } from './hand-made';

type Ingress = { readonly class?: string; readonly className?: string };

const service = (spec: object = {}) => ({
  kubernetes_service_v1: {
    web: {
      metadata: { name: 'web', namespace: 'web' },
      spec: { selector: { app: 'web' }, port: [{ name: 'http', port: 80, target_port: '8080' }], ...spec },
    },
  },
});
const ingress = ({ class: annotation, className }: Ingress = { class: 'gce' }) => ({
  kubernetes_ingress_v1: {
    web: {
      metadata: {
        name: 'web',
        namespace: 'web',
        annotations: annotation === undefined ? undefined : { 'kubernetes.io/ingress.class': annotation },
      },
      spec: {
        ingress_class_name: className,
        rule: [{ host: 'api.example.com', http: { path: [{ backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
      },
    },
  },
});
const deny = (namespace: string) => policy(namespace, 'default-deny', { policy_types: ['Ingress', 'Egress'] });
const web = [namespaces({ web: {}, other: {} }), pods('web')];
const proxies = policy('web', 'proxies', {
  policy_types: ['Ingress'],
  ingress: [{ from: [{ ip_block: { cidr: '130.211.0.0/22' } }, { ip_block: { cidr: '35.191.0.0/16' } }], ports: [{ port: '8080' }] }],
});

describe('a load balancer', () => {
  test.each([undefined, {}])('whose service has the selector %j has unknown backends, and the explanation has the reason', (selector) => {
    const reach = reachability(...web, service({ selector }), ingress());
    const explanation = reach.explain('internet', 'web', tcp(8080));
    expect(explanation.answer).toBe('unknown');
    expect(explanation.steps.at(-1)).toEqual({
      answer: 'unknown',
      text: 'api.example.com sends requests to the service web/web, which has no selector: its endpoints are managed separately and not evaluated',
    });
    expect(reach.named('api.example.com')[0]!.backends).toEqual([]);
    expect(reach.notes).toEqual([
      'kubernetes_ingress_v1.web sends requests to the service web/web, which has no selector: its endpoints are managed separately and not evaluated',
    ]);
    expect(reach.ask('api.example.com', 'web', tcp(8080))).toBe('unknown');
  });

  test('with a service of another stack may lead to any pods', () => {
    expect(reachability(...web, deny('web'), ingress()).ask('internet', 'web', tcp(8080))).toBe('unknown');
  });

  test('may lead to pods of a chart with unknown labels', () => {
    const statement = { podLabels: { chart: 'web' }, ports: { http: 'tcp/8080' }, networkPolicies: false };
    const chart = { helm_release: { web: { name: 'web', namespace: 'web', '//': { reachability: statement } } } };
    const reach = reachability(namespaces({ web: {} }), chart, service(), ingress());
    expect(reach.ask('internet', 'web/web', tcp(8080))).toBe('unknown');
  });

  test('leads to the pods of its own cluster only', () => {
    const [labels, deployment] = web as [object, ReturnType<typeof pods>];
    const [body] = Object.values(deployment.kubernetes_deployment_v1);
    const away = { kubernetes_deployment_v1: { away: { ...body, provider: 'kubernetes.away' } } };
    const reach = reachability(labels as never, away as never, service(), ingress());
    expect(reach.ask('internet', 'web', tcp(8080))).toBe('no');
  });
});

describe('an ingress', () => {
  test.each([
    [{ class: 'nginx' }, 'nginx'],
    [{ className: 'nginx' }, 'nginx'],
    // GKE reads only the annotation.
    [{ className: 'gce' }, 'gce'],
    [{ class: ref('var.class') }, ref('var.class')],
  ])('of %j belongs to another controller, which is not evaluated', (classes, name) => {
    const reach = reachability(...web, service(), ingress(classes), machine('vm'), deny('web'));
    const what = `api.example.com is an ingress of class ${name} for a controller other than GKE's`;
    expect(reach.explain('internet', 'web', tcp(8080)).steps).toEqual([
      { answer: 'unknown', text: `${what}, and leads to web at 8080: which clients it answers is not evaluated` },
    ]);
    expect(['vm', 'internet'].map((client) => reach.ask(client, 'api.example.com', tcp(443)))).toEqual(['unknown', 'unknown']);
    expect(reach.ask('vm', 'web', tcp(8080))).toBe('unknown');
    expect(reach.notes).toEqual([
      "ingresses of controllers other than GKE's are not evaluated, so it is unknown which clients reach pods through them: kubernetes_ingress_v1.web",
    ]);
    // Without a load balancer of Google, GKE creates no rule for its proxies.
    expect(reach.inventory.firewall.rules.map(({ name }) => name)).not.toContain("GKE's own rule for its load balancers");
  });

  test.each([{}, { class: 'gce' }, { class: 'gce', className: 'nginx' }])('of %j is a load balancer of Google', (classes) => {
    expect(reachability(...web, service(), ingress(classes), deny('web'), proxies).ask('internet', 'web', tcp(8080))).toBe('yes');
  });
});

describe('a VM with addresses that are not evaluated', () => {
  const changed = (change: (nic: Record<string, unknown>, all: object[]) => void) => {
    const made = machine('vm');
    const all = made.google_compute_instance.vm!.network_interface as unknown as Record<string, unknown>[];
    change(all[0]!, all);
    return made;
  };

  test.each([
    ['IPv6 addresses', changed((nic) => Object.assign(nic, { ipv6_access_config: [{ network_tier: 'PREMIUM' }] }))],
    ['alias ranges', changed((nic) => Object.assign(nic, { alias_ip_range: [{ ip_cidr_range: '10.30.0.0/24' }] }))],
    ['further network interfaces', changed((_, all) => all.push({ network: 'shared', access_config: [{}] } as never))],
  ])('of %s may be reachable when IPv4 and the first interface are not', (what, vm) => {
    const reach = reachability(vm);
    const { answer, steps } = reach.explain('internet', 'vm', tcp(9042));
    expect(answer).toBe('unknown');
    expect(steps[0]!.text).toBe(`vm has no external IP address; but vm has ${what}, which are not evaluated`);
    expect(reach.notes).toContain(
      'IPv6, alias ranges and network interfaces after the first are not evaluated: google_compute_instance.vm',
    );
  });

  test('keeps certain answers', () => {
    const vm = changed((nic, all) => {
      Object.assign(nic, { access_config: [{}] });
      all.push({ network: 'shared' });
    });
    const open = rule('open', { allow: [{ protocol: 'tcp', ports: ['22'] }], source_ranges: ['0.0.0.0/0'] });
    expect(['22', '23'].map((port) => reachability(vm, open).ask('internet', 'vm', tcp(+port)))).toEqual(['yes', 'unknown']);
  });
});

describe('a forwarding rule', () => {
  const forwarding = (
    body: object = {},
    type = 'google_compute_forwarding_rule',
  ): Record<string, Record<string, Record<string, unknown>>> => ({
    google_compute_target_instance: { t: { name: 't', instance: ref('google_compute_instance.vm.id') } },
    [type]: { f: { name: 'f', target: ref('google_compute_target_instance.t.id'), port_range: '9042', ...body } },
  });
  const admits = (...source_ranges: string[]) => rule('in', { allow: [{ protocol: 'tcp', ports: ['9042'] }], source_ranges });

  test.each([
    ['google_compute_forwarding_rule', {}, ['0.0.0.0/0']],
    ['google_compute_forwarding_rule', { load_balancing_scheme: 'EXTERNAL' }, ['130.211.0.0/22', '35.191.0.0/16']],
    ['google_compute_global_forwarding_rule', { load_balancing_scheme: 'EXTERNAL_MANAGED' }, ['130.211.0.0/22', '35.191.0.0/16']],
  ])('%s %j may lead the internet to ports that the firewall allows from %j', (type, body, ranges) => {
    const reach = reachability(machine('vm'), forwarding(body, type), admits(...ranges));
    expect([9042, 22].map((port) => reach.ask('internet', 'vm', tcp(port)))).toEqual(['unknown', 'no']);
    expect(reach.explain('internet', 'vm', tcp(9042)).steps[0]!.text).toBe(`${type}.f may lead to vm: forwarding rules are not followed`);
    expect(reach.notes).toEqual([
      `forwarding rules are not followed, so it is unknown which clients reach VMs and pods through them: ${type}.f`,
    ]);
  });

  test('may lead to pods that a service selects, and to no others', () => {
    const reach = reachability(...web, pods('other'), service(), machine('vm'), forwarding(), deny('web'), deny('other'));
    expect(['web', 'other'].map((server) => reach.ask('internet', server, tcp(8080)))).toEqual(['unknown', 'no']);
  });

  test('that is internal may lead clients of its network, and not the internet', () => {
    const reach = reachability(
      machine('vm'),
      machine('client', { address: '10.10.16.6', tags: ['client'] }),
      forwarding({ load_balancing_scheme: 'INTERNAL_MANAGED' }),
    );
    expect(['client', 'internet'].map((client) => reach.ask(client, 'vm', tcp(9042)))).toEqual(['unknown', 'no']);
  });

  test.each([{ target: ref('google_compute_vpn_gateway.v.id') }, { load_balancing_scheme: '', target: 'all-apis' }])(
    'of %j leads to no VM',
    (body) => {
      expect(reachability(machine('vm'), forwarding(body), admits('0.0.0.0/0')).ask('internet', 'vm', tcp(9042))).toBe('no');
    },
  );
});

describe('a manifest', () => {
  const manifest = (apiVersion: string, kind: string, namespace = 'web') => ({
    kubernetes_manifest: { it: { manifest: { apiVersion, kind, metadata: { name: 'it', namespace } } } },
  });
  const closed = [...web, pods('other'), deny('web'), deny('other')];

  test.each([
    ['gateway.networking.k8s.io/v1', 'Gateway', 'unknown'],
    ['v1', 'Service', 'unknown'],
    ['example.com/v1', 'Anything', 'unknown'],
    ['v1', 'Secret', 'no'],
    ['monitoring.googleapis.com/v1', 'PodMonitoring', 'no'],
  ])('of %s %s: the internet reaches the pods: %s', (apiVersion, kind, expected) => {
    const reach = reachability(...closed, manifest(apiVersion, kind));
    expect(reach.ask('internet', 'web', tcp(8080))).toBe(expected);
    expect(reach.notes).toEqual(['manifests are not evaluated: kubernetes_manifest.it']);
  });

  test('in YAML may be anything', () => {
    expect(reachability(...closed, { kubectl_manifest: { it: { yaml_body: 'kind: ?' } } }).ask('other', 'web', tcp(8080))).toBe('unknown');
  });

  test('may be a policy that allows, or denies, more than the others', () => {
    const np = manifest('networking.k8s.io/v1', 'NetworkPolicy');
    expect(reachability(...web, pods('sibling', { namespace: 'web' }), deny('web'), np).ask('sibling', 'web', tcp(80))).toBe('unknown');
    expect(reachability(...web, pods('sibling', { namespace: 'web' }), np).ask('sibling', 'web/web', tcp(80))).toBe('unknown');
    expect(reachability(...web, pods('other'), np, deny('other')).ask('web', 'other', tcp(80))).toBe('no');
  });

  test('of a service mesh may have effects on other namespaces', () => {
    const open = [...web, pods('other')];
    expect(reachability(...open).ask('other', 'web', tcp(80))).toBe('yes');
    const mesh = manifest('security.istio.io/v1', 'AuthorizationPolicy', 'istio-system');
    expect(reachability(...open, mesh).ask('other', 'web', tcp(80))).toBe('unknown');
  });

  test('may be a policy of every namespace', () => {
    const reach = reachability(...closed, manifest('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', undefined));
    expect(reach.ask('other', 'web', tcp(80))).toBe('unknown');
  });
});

describe('a service', () => {
  test('with external IPs may lead any client to its pods', () => {
    const reach = reachability(...web, pods('other'), service({ external_ips: ['34.1.2.3'] }), deny('web'), deny('other'), machine('vm'));
    expect(['internet', 'vm'].map((client) => reach.ask(client, 'web', tcp(8080)))).toEqual(['unknown', 'unknown']);
    expect(reach.ask('internet', 'other', tcp(8080))).toBe('no');
    expect(reach.notes).toEqual([
      'external addresses of services are not evaluated, so it is unknown which clients reach pods through them: kubernetes_service_v1.web',
    ]);
  });
});

describe('a public host of the stack', () => {
  const world = [...web, service(), ingress(), deny('web'), proxies];

  test('is reachable for VMs and pods with Cloud NAT', () => {
    const reach = reachability(...world, machine('vm'), pods('other'));
    expect(reach.explain('vm', 'web', tcp(8080))).toMatchObject({
      answer: 'yes',
      sentence: 'vm reaches web at tcp/8080 through api.example.com',
      steps: [
        { text: expect.stringMatching(/^no firewall rule denies vm/) },
        { text: 'a Cloud NAT translates its subnet' },
        { text: 'api.example.com answers the internet at 80, 443' },
        { text: 'api.example.com sends requests to web at 8080' },
        expect.anything(),
        expect.anything(),
        expect.anything(),
      ],
    });
    expect(['other', 'web'].map((client) => reach.ask(client, 'web', tcp(8080)))).toEqual(['yes', 'no']);
  });

  test('is called at its own ports, which egress rules have to allow', () => {
    const out = (port: string) => rule('out', { direction: 'EGRESS', deny: [{ protocol: 'tcp', ports: [port] }] });
    expect(reachability(...world, machine('vm'), out('8080')).ask('vm', 'web', tcp(8080))).toBe('yes');
    expect(reachability(...world, machine('vm'), out('80-443')).ask('vm', 'web', tcp(8080))).toBe('no');
  });
});

describe('networks', () => {
  const away = (network: string) => ({
    google_compute_network: { away: { name: 'away', project: 'p' } },
    google_compute_instance: { away: { name: 'away', network_interface: [{ network, network_ip: '10.9.0.5' }] } },
  });
  const own = ref('google_compute_network.away.id');
  const peering = {
    google_compute_network_peering: { p: { network: ref('google_compute_network.net.id'), peer_network: own } },
  };
  const internal = service({ type: 'LoadBalancer' });
  Object.assign(internal.kubernetes_service_v1.web.metadata, { annotations: { 'networking.gke.io/load-balancer-type': 'Internal' } });
  const admits = rule('in', { allow: [{ protocol: 'tcp' }], source_ranges: ['10.0.0.0/8'] });
  const asked = (...parts: Parameters<typeof reachability>) => {
    const reach = reachability(...web, deny('web'), internal, machine('vm'), admits, ...parts);
    return [reach.ask('away', 'vm', tcp(22)), reach.ask('away', 'web/web', tcp(8080)), reach.ask('away', 'web (service)', tcp(80))];
  };

  test('of the stack without a connection are separate', () => {
    expect(asked(away(own))).toEqual(['no', 'no', 'no']);
  });

  test('of another stack may have rules that this stack does not know', () => {
    const [client, server] = ['a', 'b'].map((name) => ({
      google_compute_instance: { [name]: { name, network_interface: [{ network: 'shared' }] } },
    }));
    const elsewhere = (body: object) => rule('r', { source_ranges: ['0.0.0.0/0'], network: 'shared', ...body });
    const explained = (...parts: Parameters<typeof reachability>) => reachability(client!, server!, ...parts).explain('a', 'b', tcp(22));
    const { answer, steps } = explained();
    expect(answer).toBe('unknown');
    expect(steps.at(-1)!.text).toMatch(
      /^no firewall rule of this stack allows a .* to b at tcp\/22: the network shared belongs to another stack, whose rules are not known$/,
    );
    expect(explained(elsewhere({ allow: [{ protocol: 'tcp' }] })).answer).toBe('yes');
    expect(explained(elsewhere({ deny: [{ protocol: 'tcp' }] })).answer).toBe('no');
  });

  test('of a cluster of another stack may be that of a VM', () => {
    const elsewhere = {
      kubernetes_deployment_v1: { far: { provider: 'kubernetes.far', metadata: { name: 'far' }, spec: { template: {} } } },
    };
    const { answer, steps } = reachability(machine('vm'), elsewhere, admits).explain('vm', 'far', tcp(22));
    expect([answer, steps[0]!.text]).toEqual(['unknown', 'the network of far is not in this stack']);
  });

  test.each([
    ['peered', [away(own), peering]],
    ['joined by a VPN', [away(own), { google_compute_vpn_tunnel: { t: {} } }]],
    ['not known', [away(ref('data.google_compute_network.x.id'))]],
  ])('that are %s may lead to a VM and to an internal load balancer', (_, parts) => {
    expect(asked(...parts)).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

describe('the host network', () => {
  const answer = (hostNetwork?: boolean | string) =>
    reachability(namespaces({ web: {}, other: {} }), pods('other'), pods('web', { hostNetwork }), deny('web')).ask(
      'other',
      'web',
      tcp(8080),
    );

  test.each([true, 'true', ref('var.host_network')])('makes the answer unknown, since policies may not apply: host_network %j', (value) => {
    expect(answer(value)).toBe('unknown');
  });

  test.each([undefined, false, 'false'])('is off, so that policies apply: host_network %j', (value) => {
    expect(answer(value)).toBe('no');
  });
});
