import { createTopology, Reachability, renderDot, renderTable } from '../../lib/reachability';
import { document } from './hand-made';

const WORKLOADS = 3;

/** Isolated namespaces of three workloads each, and connections between them with a policy at both ends. */
function world(namespaces: number, edges: number): unknown {
  const byName = (name: string) => ({ match_labels: { 'kubernetes.io/metadata.name': name } });
  const byApp = (name: string) => ({ match_labels: { app: name } });
  const names = Array.from({ length: namespaces }, (_, index) => `n${index}`);
  const policies: Record<string, Record<string, unknown>> = {};
  const add = (id: string, namespace: string, spec: object) => {
    policies[id] = { metadata: { name: id, namespace }, spec };
  };
  for (const name of names) {
    add(`${name}-deny`, name, { pod_selector: {}, policy_types: ['Ingress', 'Egress'] });
    const dns = { namespace_selector: byName('kube-system'), pod_selector: byApp('kube-dns') };
    add(`${name}-dns`, name, { pod_selector: {}, policy_types: ['Egress'], egress: [{ to: [dns], ports: [{ port: '53' }] }] });
  }
  for (let edge = 0; edge < edges; edge++) {
    const [client, server] = [names[(edge * 7) % namespaces]!, names[(edge * 13 + 1) % namespaces]!];
    const [from, to] = [`w${edge % WORKLOADS}`, `w${(edge * 5 + 1) % WORKLOADS}`];
    const ports = [{ port: '8080' }];
    const peer = (namespace: string, app: string) => ({ namespace_selector: byName(namespace), pod_selector: byApp(app) });
    add(`e${edge}-in`, server, { pod_selector: byApp(to), policy_types: ['Ingress'], ingress: [{ from: [peer(client, from)], ports }] });
    add(`e${edge}-out`, client, { pod_selector: byApp(from), policy_types: ['Egress'], egress: [{ to: [peer(server, to)], ports }] });
  }
  const deployments = names.flatMap((namespace) =>
    Array.from({ length: WORKLOADS }, (_, index) => {
      const app = `w${index}`;
      return [
        `${namespace}-${app}`,
        { metadata: { name: app, namespace }, spec: { template: { metadata: { labels: { app } } } } },
      ] as const;
    }),
  );
  return document({
    kubernetes_namespace_v1: Object.fromEntries(names.map((name) => [name, { metadata: { name } }])),
    kubernetes_deployment_v1: Object.fromEntries(deployments),
    kubernetes_network_policy_v1: policies,
  });
}

test('300 namespaces with 1,500 connections are evaluated and rendered in seconds', () => {
  const json = world(300, 1500);
  const start = process.cpuUsage();
  const reachability = Reachability.read(json);
  const shown = renderTable(reachability, { width: 100, colours: false });
  // CPU time, independent of the load of the machine.
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(10_000);
  expect(shown).toContain('n0/w0');
});

test('the number of evaluated pairs grows with the connections', () => {
  const between = (namespaces: number, edges: number) =>
    Reachability.read(world(namespaces, edges)).cells.filter(({ from, to }) => !from.platform && !to.platform).length;
  expect(between(10, 30)).toBeLessThanOrEqual(30);
  expect(between(100, 300)).toBeLessThanOrEqual(300);
});

test('a picture of more than 30 workloads shows namespaces', () => {
  const small = createTopology(Reachability.read(world(10, 20)), 'small');
  const large = createTopology(Reachability.read(world(11, 20)), 'large');
  expect([small.frames.length, small.boxes.filter(({ kind }) => kind === 'namespace').length]).toEqual([10, 0]);
  expect([large.frames.length, large.boxes.filter(({ kind }) => kind === 'namespace').length]).toEqual([0, 11]);
  expect(renderDot(large)).toContain('3 workloads');
});
