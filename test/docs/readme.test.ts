import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTopology, Reachability, renderSvg } from '../../lib/reachability';
import { synthesizedEnvironment } from '../reachability/environments';
import { GUIDES, ROOT, read } from './documents';

const readme = read('README.md');

/** Code samples that are copies of files, which are compiled and run; a comment above a sample names the file. */
const samples = ['README.md', ...GUIDES].flatMap((document) =>
  [...read(document).matchAll(/<!-- (\S+\.ts) -->\n```ts\n([\s\S]*?)```/g)].map(([, file, code]) => ({
    document,
    file: file!,
    code: code!,
  })),
);

test('the README has at most 8 kB', () => {
  expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(8 * 1024);
});

test('every block of TypeScript in the README is taken from a file', () => {
  expect(readme.match(/```ts/g)).toHaveLength(samples.filter(({ document }) => document === 'README.md').length);
});

test('the sample of the README has at most 15 lines', () => {
  expect(read('test/docs/first-stack.ts').split('\n').filter(Boolean).length).toBeLessThanOrEqual(15);
});

test('samples are a first stack, a stack with all constructs, and a test', () => {
  expect(samples.map(({ file }) => file).sort()).toEqual(
    ['first-stack', 'own-repository', 'own-stack'].map((name) => `test/docs/${name}.ts`),
  );
});

test.each(samples)('the code of $file is what $document shows', ({ file, code }) => {
  expect(code).toBe(read(file));
});

test.each(['README.md', ...GUIDES])('files and scripts that %s names exist', (document) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const text = read(document);
  const named = [...text.matchAll(/(?<!-)`((?:lib|stacks|environments|test|scripts)\/[\w./-]*\w)`/g)].map(([, file]) => file!);
  expect(named.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  const run = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script!);
  expect(run.filter((script) => !(script in scripts))).toEqual([]);
});

test.each([
  ['first-stack', ['google_container_cluster', 'kubernetes_network_policy_v1']],
  ['own-repository', ['google_compute_instance', 'google_container_cluster']],
])('the stack of %s.ts synthesizes', (name, types) => {
  const outdir = mkdtempSync(path.join(tmpdir(), `${name}-`));
  process.env.CDKTF_OUTDIR = outdir;
  jest.isolateModules(() => require(`./${name}`));
  expect(readdirSync(path.join(outdir, 'stacks'))).toEqual(['tickets']);
  const { resource } = JSON.parse(readFileSync(path.join(outdir, 'stacks/tickets/cdk.tf.json'), 'utf8'));
  expect(Object.keys(resource)).toEqual(expect.arrayContaining(types));
});

test('the diagram of staging is current: gke-platform topology staging -o docs/topology-staging.svg', async () => {
  const picture = await renderSvg(createTopology(Reachability.read(synthesizedEnvironment('staging')), 'staging'));
  expect(read('docs/topology-staging.svg')).toBe(picture);
});
