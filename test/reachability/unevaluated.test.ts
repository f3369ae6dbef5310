import { machine, namespaces, pods, policy, reachability, ref, tcp } from './hand-made';

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
  test.each([undefined, {}])('whose service has the selector %j leads nowhere that is known, and the explanation says why', (selector) => {
    const reach = reachability(...web, service({ selector }), ingress());
    const explanation = reach.explain('internet', 'web', tcp(8080));
    expect(explanation.answer).toBe('unknown');
    expect(explanation.steps.at(-1)).toEqual({
      answer: 'unknown',
      text: 'api.example.com sends requests to the service web/web, which has no selector: its endpoints are kept by hand and not read',
    });
    expect(reach.named('api.example.com')[0]!.backends).toEqual([]);
    expect(reach.notes).toEqual([
      'kubernetes_ingress_v1.web sends requests to the service web/web, which has no selector: its endpoints are kept by hand and not read',
    ]);
    expect(reach.ask('api.example.com', 'web', tcp(8080))).toBe('unknown');
  });

  test('whose service is not in the stack may lead to any pods of it', () => {
    expect(reachability(...web, deny('web'), ingress()).ask('internet', 'web', tcp(8080))).toBe('unknown');
  });

  test('may lead to pods of a chart that does not tell their labels', () => {
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
    // GKE reads the annotation alone.
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
    // No load balancer of Google, so GKE opens nothing to its proxies.
    expect(reach.inventory.firewall.rules.map(({ name }) => name)).not.toContain("GKE's own rule for its load balancers");
  });

  test.each([{}, { class: 'gce' }, { class: 'gce', className: 'nginx' }])('of %j is a load balancer of Google', (classes) => {
    expect(reachability(...web, service(), ingress(classes), deny('web'), proxies).ask('internet', 'web', tcp(8080))).toBe('yes');
  });
});
