import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BundleContent, discardBundle, openBundle, writeBundle } from '../../lib/deploy';

let root: string;
let bundle: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  bundle = path.join(root, 'bundle');
  mkdirSync(path.join(root, 'stack'));
  writeFileSync(path.join(root, 'stack/cdk.tf.json'), '{}');
  writeFileSync(path.join(root, 'plan'), 'plan');
});
afterEach(() => rmSync(root, { recursive: true }));

const content = (): BundleContent => ({
  stack: 'staging',
  stackFolder: path.join(root, 'stack'),
  planFile: path.join(root, 'plan'),
  versions: { terraform: '1.11.4', providers: {} },
  state: undefined,
  acknowledgements: [],
});

test('a bundle is opened with its digest, and replaced by the next one', () => {
  const first = writeBundle(bundle, content());
  expect(openBundle(bundle, path.join(root, 'copy'), first).digest).toBe(first);
  writeFileSync(path.join(root, 'plan'), 'another plan');
  expect(writeBundle(bundle, content())).not.toBe(first);
});

test('a killed run leaves a bundle that is not accepted, and that the next run replaces', () => {
  // The run ends with the plan copied and no manifest written.
  rmSync(path.join(root, 'stack'), { recursive: true });
  expect(() => writeBundle(bundle, content())).toThrow();
  expect(existsSync(path.join(bundle, 'plan'))).toBe(true);
  expect(() => openBundle(bundle, path.join(root, 'copy'))).toThrow('is not a bundle: run a preview first');

  discardBundle(bundle);
  expect(existsSync(bundle)).toBe(false);
});

test('a folder with other files is not replaced', () => {
  mkdirSync(bundle);
  writeFileSync(path.join(bundle, 'plan'), 'precious');
  expect(() => writeBundle(bundle, content())).toThrow("it holds 'plan' and does not look like a bundle");
  expect(readdirSync(bundle)).toEqual(['plan']);
});

test('only the owner can enter the folder of a bundle', () => {
  writeBundle(bundle, content());
  expect(statSync(bundle).mode & 0o777).toBe(0o700);
});
