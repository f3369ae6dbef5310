import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { reachCommand } from '../../lib/cli/reach';
import { topologyCommand } from '../../lib/cli/topology';
import { document, namespaces, pods, policy } from '../reachability/hand-made';

const lets = (port: string) =>
  policy('db', 'in', {
    policy_types: ['Ingress'],
    ingress: [{ from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'web' } } }], ports: [{ port }] }],
  });

let folder: string;
let out: string;
let err: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'reach '));
  write('cdktf.out', '9042');
  out = '';
  err = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
  process.exitCode = undefined;
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
});

/** A synthesized output with one stack, in which `web` reaches `db` at the port. */
function write(name: string, port: string): void {
  mkdirSync(path.join(folder, name, 'stacks', 'staging'), { recursive: true });
  const stacks = { staging: { name: 'staging', synthesizedStackPath: 'stacks/staging/cdk.tf.json' } };
  writeFileSync(path.join(folder, name, 'manifest.json'), JSON.stringify({ stacks }));
  const json = document(namespaces({ web: {}, db: {} }), pods('web'), pods('db'), lets(port));
  writeFileSync(path.join(folder, name, 'stacks', 'staging', 'cdk.tf.json'), JSON.stringify(json));
}

async function reach(...args: string[]): Promise<number> {
  await reachCommand().parseAsync(['staging', '--no-synth', '--out-dir', path.join(folder, 'cdktf.out'), ...args], { from: 'user' });
  return Number(process.exitCode ?? 0);
}

test('prints the matrix, as text and as JSON', async () => {
  expect(await reach()).toBe(0);
  expect(out).toMatch(/^web +9042/m);
  out = '';
  expect(await reach('--json')).toBe(0);
  const report = JSON.parse(out);
  expect(report.cells).toContainEqual({ from: 'web', to: 'db', ports: ['tcp/9042'], unknown: [] });
  expect([report.peers, report.openings]).toEqual([report.endpoints, report.exposures]);
  const [side] = report.oneSided.egress;
  expect([side.endpoint, side.peer]).toEqual(['db/db', 'db/db']);
});

test('prints the matrix as CSV, DOT and JSON', async () => {
  expect(await reach('--format', 'csv')).toBe(0);
  expect(out.split('\r\n').slice(0, 1)).toEqual(['from,to,ports,undetermined']);
  expect(out).toContain('web,db,tcp/9042,\r\n');
  out = '';
  expect(await reach('--format', 'dot')).toBe(0);
  expect(out).toMatch(/^digraph /);
  out = '';
  expect(await reach('--format', 'json')).toBe(0);
  expect(JSON.parse(out).cells).toContainEqual({ from: 'web', to: 'db', ports: ['tcp/9042'], unknown: [] });
});

test('shows the connections of one endpoint', async () => {
  const json = document(namespaces({ web: {}, db: {}, far: {} }), pods('web'), pods('db'), pods('far'), lets('9042'));
  writeFileSync(path.join(folder, 'cdktf.out', 'stacks', 'staging', 'cdk.tf.json'), JSON.stringify(json));
  expect(await reach('--focus', 'db', '--format', 'csv')).toBe(0);
  const pairs = out
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',').slice(0, 2));
  expect(pairs).toContainEqual(['web', 'db']);
  expect(pairs.filter((pair) => !pair.includes('db'))).toEqual([]);
  out = '';
  await reach('--focus', 'db', '--json');
  expect(JSON.parse(out).cells.filter(({ from, to }: { from: string; to: string }) => from !== 'db' && to !== 'db')).toEqual([]);
  expect(JSON.parse(out).oneSided.ingress.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual(['db/db']);
  out = '';
  await reach('--focus', 'db');
  expect(out).toMatch(/^web +9042/m);
  expect(out).not.toContain('Every workload');
});

test.each([
  [['--port', 'icmp'], 2, 'web does not reach db at icmp\n'],
  [['--port', 'sctp/3868'], 2, 'web does not reach db at sctp/3868\n'],
  [['--port', 'udp/53'], 2, 'web does not reach db at udp/53\n'],
])('explains %j', async (args, code, sentence) => {
  expect(await reach('--from', 'web', '--to', 'db', ...args)).toBe(code);
  expect(out).toContain(sentence);
});

test('rows are in natural order', async () => {
  const names = ['web-10', 'web-2', 'web-1'];
  const json = document(namespaces(Object.fromEntries(names.map((name) => [name, {}]))), ...names.map((name) => pods(name)));
  writeFileSync(path.join(folder, 'cdktf.out', 'stacks', 'staging', 'cdk.tf.json'), JSON.stringify(json));
  await reach('--format', 'csv');
  expect([...new Set(out.split('\r\n').flatMap((line) => /^web-\d+/.exec(line) ?? []))]).toEqual(['web-1', 'web-2', 'web-10']);
});

test('explains one connection: exit code 0 when it is open, 2 when it is not', async () => {
  expect(await reach('--from', 'web', '--to', 'db', '--port', '9042')).toBe(0);
  expect(out).toContain('web reaches db at tcp/9042');
  out = '';
  expect(await reach('--from', 'web', '--to', 'db', '--port', '7199')).toBe(2);
  expect(out).toContain('Remediation: db.allowFrom(web, Port.tcp(7199))');
});

test('explains the chain from the internet through a load balancer, also as JSON', async () => {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const json = document(namespaces({ web: {} }), pods('web'), {
    kubernetes_service_v1: {
      web: { metadata: { name: 'web', namespace: 'web' }, spec: { selector: { app: 'web' }, port: [{ port: 80, target_port: '8080' }] } },
    },
    kubernetes_ingress_v1: {
      web: { metadata: { name: 'web', namespace: 'web' }, spec: { rule: [{ host: 'api.example.com', http: { path: [{ backend }] } }] } },
    },
  });
  writeFileSync(path.join(folder, 'cdktf.out', 'stacks', 'staging', 'cdk.tf.json'), JSON.stringify(json));

  expect(await reach('--from', 'internet', '--to', 'web', '--port', '8080')).toBe(0);
  expect(out).toMatch(
    /^internet reaches web at tcp\/8080 through api\.example\.com\n {2}✓ api\.example\.com answers the internet at 80, 443\n/,
  );
  expect(out).toContain('\ntcp/8080 of web itself is not open to internet: clients call api.example.com at 80, 443\n');
  expect(out).not.toContain('Remediation');
  out = '';
  expect(await reach('--from', 'internet', '--to', 'web', '--port', '443')).toBe(2);
  expect(out).toContain('tcp/443 is a port of api.example.com, which leads to web at 8080: ask for that port');
  expect(out).not.toContain('Remediation');
  out = '';
  expect(await reach('--from', 'internet', '--to', 'api.example.com', '--port', '443')).toBe(0);
  out = '';
  await reach('--from', 'internet', '--to', 'web', '--port', '8080', '--json');
  expect(JSON.parse(out)).toMatchObject({ answer: 'yes', through: { name: 'api.example.com', ports: ['tcp/80', 'tcp/443'] } });
});

test('adds notes on unevaluated resources that an answer depends on', async () => {
  const manifest = { kubernetes_manifest: { gateway: { manifest: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' } } } };
  const json = document(namespaces({ web: {}, db: {} }), pods('web'), pods('db'), lets('9042'), manifest);
  writeFileSync(path.join(folder, 'cdktf.out', 'stacks', 'staging', 'cdk.tf.json'), JSON.stringify(json));
  const note = 'manifests are not evaluated: kubernetes_manifest.gateway';
  expect(await reach('--from', 'internet', '--to', 'web', '--port', '8080')).toBe(2);
  expect(out).toMatch(new RegExp(`\\nNot evaluated:\\n {2}- ${note}\\n$`));
  out = '';
  await reach('--from', 'internet', '--to', 'web', '--port', '8080', '--json');
  expect(JSON.parse(out).notes).toEqual([note]);
});

test('compares with another output', async () => {
  write('base', '9043');
  expect(await reach('--base', path.join(folder, 'base'))).toBe(0);
  expect(out).toBe('+ web newly reaches db at 9042\n- web no longer reaches db at 9043\n');
  cpSync(path.join(folder, 'cdktf.out'), path.join(folder, 'same'), { recursive: true });
  out = '';
  await reach('--base', path.join(folder, 'same'));
  expect(out).toBe('No changes.\n');
});

test.each([
  [['--from', 'x', '--to', 'db', '--port', '1'], "unknown endpoint 'x'; known: db, web, "],
  [['--from', 'web'], '--from, --to and --port must be given together'],
  [['--focus', 'x'], "unknown endpoint 'x'; known: db, web, "],
  [['--focus', 'web', '--from', 'web', '--to', 'db', '--port', '1'], "'--focus' must be given without --from, --to and --port"],
  [['--format', 'csv', '--base', 'x'], "'--format' must be table or json with --base, got csv"],
  [['--format', 'csv', '--json'], "'--format' must be json with --json, got csv"],
  [['--base', '/nowhere'], "'/nowhere' has no synthesized stacks"],
  [['--plan', '/nowhere.json'], "cannot read '/nowhere.json'"],
])('fails with one sentence on %j', async (args, message) => {
  expect(await reach(...args)).toBe(1);
  expect(err).toContain(message);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('fails on an unknown stack, and lists the known ones', async () => {
  await reachCommand().parseAsync(['production', '--no-synth', '--out-dir', path.join(folder, 'cdktf.out')], { from: 'user' });
  expect(process.exitCode).toBe(1);
  expect(err).toContain("unknown stack 'production' in");
  expect(err).toContain('known: staging');
});

test('writes the diagram to a file, or as Mermaid', async () => {
  const args = ['staging', '--no-synth', '--out-dir', path.join(folder, 'cdktf.out')];
  const file = path.join(folder, 'topology.svg');
  await topologyCommand().parseAsync([...args, '-o', file], { from: 'user' });
  expect(readFileSync(file, 'utf8')).toContain('<svg');
  await topologyCommand().parseAsync([...args, '--mermaid'], { from: 'user' });
  expect(out).toMatch(/^flowchart LR/);
});
