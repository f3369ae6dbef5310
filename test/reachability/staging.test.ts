import { environments } from '../../environments';
import {
  createMatrix,
  createReport,
  createTopology,
  Reachability as Proof,
  renderMermaid,
  renderSvg,
  renderTable,
} from '../../lib/reachability';
import { Reachability } from '../../lib/testing';
import { synthesizedEnvironment } from './environments';
import { tcp } from './hand-made';

const WORKLOADS = ['billing', 'gateway', 'notifications', 'parking-sessions', 'search', 'statements'];

const synthesized = Object.fromEntries(environments.map(({ name }) => [name, synthesizedEnvironment(name)]));

describe.each(environments)('$name', ({ name, apps }) => {
  const proof = Proof.read(synthesized[name]);
  const reach = new Reachability(proof);

  test('is fully determined, except for the private endpoint of a control plane without IP endpoints', () => {
    expect([proof.unknowns(), proof.notes]).toEqual([
      [expect.stringMatching(/^NetworkPolicy apps-search-.* may allow egress to control plane: .*not confirmed$/)],
      [],
    ]);
    expect([proof.ask('search', 'control plane', tcp(443)), proof.ask('billing', 'control plane', tcp(443))]).toEqual(['unknown', 'no']);
  });

  test('allows only parking sessions, billing and the nodes of the ring to reach the data', () => {
    reach.expectOnlyFrom('cassandra', 9042, ['billing', 'cassandra', 'parking-sessions']);
  });

  test('allows no client at JMX, and only nodes of the ring at the storage port', () => {
    reach.expectUnreachable('cassandra', 7199);
    expect(reach.clientsOf('cassandra', 7000)).toEqual(['cassandra']);
  });

  test('lists the exposure of the data to pods of other namespaces', () => {
    expect(reach.clientsOf('cassandra', 9042).filter((client) => !['billing', 'cassandra', 'parking-sessions'].includes(client))).toEqual([
      'gmp-system',
      'kube-system',
      'other pods',
    ]);
    expect(proof.exposures().join('\n')).toMatch(
      /kube-system and other pods reach cassandra at 9042: firewall rule .* allows every pod .*no NetworkPolicy restricts them/,
    );
  });

  test('accepts the internet at the public endpoint, and at the control plane with IAM', () => {
    const host = `api.${apps.domain}`;
    expect(reach.serversOf('internet')).toEqual({ [host]: '80, 443', 'control plane': '443' });
    expect(reach.serversOf(host)).toEqual({ gateway: '9898' });
    expect(
      proof
        .explain('internet', 'control plane', tcp(443))
        .steps.map(({ text }) => text)
        .join(),
    ).toContain('IAM');
  });

  test('forwards the internet through the public endpoint to the gateway only', () => {
    const host = `api.${apps.domain}`;
    const explanation = proof.explain('internet', 'gateway', tcp(9898));
    expect(explanation.sentence).toBe(`internet reaches gateway at tcp/9898 through ${host}`);
    expect(explanation.note).toBe(`tcp/9898 of gateway itself is not open to internet: clients call ${host} at 443`);
    expect(explanation.steps.map(({ text }) => text)).toEqual([
      `${host} answers the internet at 443`,
      `${host} sends requests to gateway at 9898`,
      'no Cloud Armor policy filters the requests',
      expect.stringContaining('130.211.0.0/22, 35.191.0.0/16'),
      expect.stringMatching(/^NetworkPolicy .* allows ingress from 130\.211\.0\.0\/22, 35\.191\.0\.0\/16 at 9898$/),
    ]);
    for (const workload of WORKLOADS.filter((each) => each !== 'gateway')) reach.expectDenied('internet', workload, 9898);
  });

  test('allows no traffic between namespaces without a declared connection', () => {
    const edges = proof.cells
      .filter(({ from, to }) => WORKLOADS.includes(from.label) && WORKLOADS.includes(to.label))
      .map(({ from, to, allowance }) => `${from.label} -> ${to.label} ${allowance}`);
    expect(edges.sort()).toEqual([
      'billing -> notifications 9898',
      'gateway -> parking-sessions 9898',
      'gateway -> search 9898',
      'parking-sessions -> billing 9898',
      'parking-sessions -> notifications 9898',
      'statements -> billing 9898',
    ]);
  });

  test('allows operators only by IAP, to SSH of the VMs', () => {
    expect(reach.serversOf('iap')).toEqual({ cassandra: '22' });
  });
});

describe('the report of staging', () => {
  const proof = Proof.read(synthesized.staging);

  test('fits a terminal of 100 columns', () => {
    const lines = renderTable(proof, { width: 100, colours: false }).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines.find((line) => line.startsWith('from \\ to'))).toMatch(
      /billing +gateway +notifications +sessions +search +cassandra +outside/,
    );
    expect(lines.find((line) => line.startsWith('parking-sessions'))).toMatch(/^parking-sessions +9898 +· +9898 +· +· +9042$/);
  });

  test('marks a client that reaches every workload, and lists it apart from clients that do not', () => {
    const wide = renderTable(proof, { width: 100, colours: false });
    expect(wide).toMatch(/^gmp-system +\* +\* +\* +\* +\* +9042$/m);
    expect(wide).toMatch(/^Every workload is also reached by \(\*\)\n {2}- gmp-system at all$/m);
    expect(renderTable(proof, { width: 60, colours: false })).toMatch(/^gmp-system +billing \* \| gateway \* \| .*cassandra 9042$/m);
  });

  test('becomes a list in a narrow terminal, and has colours only on demand', () => {
    expect(renderTable(proof, { width: 60, colours: false })).toMatch(/^billing +notifications 9898 \| cassandra 9042$/m);
    expect(renderTable(proof, { width: 100, colours: false })).not.toContain('\u001b');
    expect(renderTable(proof, { width: 100, colours: true })).toContain('\u001b[32m9042');
  });

  test('explains an allowed connection by its rules, and a denied one by the first rule that denies it', () => {
    const open = proof.explain('parking-sessions', 'cassandra', tcp(9042));
    expect(open.sentence).toBe('parking-sessions reaches cassandra at tcp/9042');
    expect(open.steps.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^NetworkPolicy .*parking-sessions.* allows egress to 10\.10\.8\.11\/32 at 9042$/),
      'no firewall rule denies parking-sessions to cassandra: egress is allowed by default',
      expect.stringMatching(/^firewall rule .* allows every pod \(10\.16\.0\.0\/16\) to cassandra at 9042 \(priority \d+\)$/),
    ]);

    const closed = proof.explain('parking-sessions', 'cassandra', tcp(7199));
    expect(closed).toMatchObject({ answer: 'no', remediation: 'cassandra.allowFrom(parkingSessions, Port.tcp(7199))' });
    expect(closed.steps).toEqual([{ answer: 'no', text: expect.stringContaining('isolated by default-deny') }]);
  });

  test('is available as JSON, with the rules at each end', () => {
    const report = JSON.parse(JSON.stringify(createReport(proof)));
    expect(report.cells).toContainEqual({ from: 'billing', to: 'cassandra-b', ports: ['tcp/9042'], unknown: [] });
    expect(report.oneSided.egress.find(({ endpoint }: { endpoint: string }) => endpoint === 'billing/billing')).toMatchObject({
      open: false,
      lets: { '10.10.8.11/32': '9042', '169.254.20.10/32': '53, udp 53' },
    });
  });

  test('is a picture of namespaces, workloads, the ring by zone, and ports', async () => {
    const topology = createTopology(proof, 'staging');
    expect(topology.frames.map(({ label }) => label).sort()).toEqual([...WORKLOADS, 'cassandra'].sort());
    expect(topology.frames.find(({ label }) => label === 'cassandra')).toMatchObject({
      detail: '7000, 9042 among themselves',
      boxes: [{ detail: 'europe-west1-b' }, { detail: 'europe-west1-c' }, { detail: 'europe-west1-d' }],
    });
    expect(topology.arrows).toContainEqual({ from: 'billing', to: 'cassandra', ports: '9042', certain: true });

    // The clients of the platform that the exposures name.
    const platform = topology.boxes.filter(({ kind }) => kind === 'platform').map(({ label }) => label);
    expect(platform).toEqual(['gmp-system', 'kube-system and other pods']);
    expect(topology.arrows.filter(({ to, from }) => to === 'cassandra' && platform.includes(from)).map(({ ports }) => ports)).toEqual([
      '9042',
      '9042',
    ]);

    expect(await renderSvg(topology)).toMatch(/^<\?xml[\s\S]*<svg[\s\S]*>api.staging.parking.example<[\s\S]*<\/svg>\s*$/);
    expect(renderMermaid(topology)).toMatch(/^flowchart LR\n[\s\S]*subgraph[\s\S]*-->\|"9042"\|/);
  });
});

test('changes between two states are sentences', () => {
  const base = Proof.read(synthesized.staging);
  const changed = structuredClone(synthesized.staging);
  for (const [id, policy] of Object.entries<{ '//': { metadata: { path: string } } }>(changed.resource.kubernetes_network_policy_v1)) {
    if (/Billing\/From-.*sessions.*\/Ingress$/i.test(policy['//'].metadata.path)) delete changed.resource.kubernetes_network_policy_v1[id];
    if (/GatewayNamespace\/DefaultDeny$/.test(policy['//'].metadata.path)) delete changed.resource.kubernetes_network_policy_v1[id];
  }
  const sentences = Proof.read(changed)
    .comparedTo(base)
    .map(({ sentence }) => sentence);
  expect(sentences).toContain('parking-sessions no longer reaches billing at 9898');
  expect(base.comparedTo(base)).toEqual([]);
  expect(createMatrix(base).units.map(({ name }) => name)).toContain('cassandra');
});
