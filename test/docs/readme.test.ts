import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Reachability, svg, topologyOf } from '../../lib/reachability';
import { synthesizedEnvironment } from '../reachability/environments';

const root = path.join(__dirname, '..', '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

/** Code in the README stands in files that are compiled and run; a comment above it names the file. */
const samples = [...readme.matchAll(/<!-- (\S+) -->\n```ts\n([\s\S]*?)```/g)].map(([, file, code]) => ({ file: file!, code: code! }));

test('every block of TypeScript in the README is taken from a file', () => {
  expect(readme.match(/```ts/g)).toHaveLength(samples.length);
  expect(samples.length).toBeGreaterThan(0);
});

test.each(samples)('the code of $file is what the README shows', ({ file, code }) => {
  expect(code).toBe(readFileSync(path.join(root, file), 'utf8'));
});

test('files and scripts that the README names exist', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const named = [...readme.matchAll(/`(?:npm run ([a-z:]+)[^`]*|((?:lib|stacks|environments|test)\/[\w./-]+))`/g)];
  expect(named.length).toBeGreaterThan(5);
  for (const [, script, file] of named) {
    if (script) expect(Object.keys(scripts)).toContain(script);
    if (file) expect([file, existsSync(path.join(root, file))]).toEqual([file, true]);
  }
});

test('the stack of another repository synthesizes', () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'own-repository-'));
  process.env.CDKTF_OUTDIR = outdir;
  jest.isolateModules(() => require('./own-repository'));
  expect(readdirSync(path.join(outdir, 'stacks'))).toEqual(['tickets']);
});

test('the picture shows staging as it is: gke-platform topology staging -o docs/topology-staging.svg', async () => {
  const picture = await svg(topologyOf(Reachability.read(synthesizedEnvironment('staging')), 'staging'));
  expect(readFileSync(path.join(root, 'docs', 'topology-staging.svg'), 'utf8')).toBe(picture);
});
