import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { artifactCommand } from '../../lib/cli/artifact';
import { previewCommand } from '../../lib/cli/preview';
import { sandboxCommand } from '../../lib/cli/sandbox';
import { SandboxFolder } from '../../lib/sandbox/sandbox-folder';
import { type OwnedFolderKind, removeOwnedFolder, replaceOwnedFolder, requireOwnedFolder } from '../../lib/terraform/owned-folder';

const KIND: OwnedFolderKind = { name: 'a thing', marker: 'Made by a test.\n', isKnown: (_, entries) => entries.includes('old') };

const before = process.cwd();
let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'owned-'));
  mkdirSync(path.join(root, 'project'));
  mkdirSync(path.join(root, 'output/stacks'), { recursive: true });
  writeFileSync(path.join(root, 'output/manifest.json'), '{"version":"0.21.0","stacks":{}}');
  mkdirSync(path.join(root, 'foreign'));
  writeFileSync(path.join(root, 'foreign/photo'), 'precious');
  writeFileSync(path.join(root, 'project/cdktf.json'), '{"app":"true"}');
  writeFileSync(path.join(root, 'file'), 'precious');
  symlinkSync(path.join(root, 'foreign'), path.join(root, 'link'));
  execFileSync('mkfifo', [path.join(root, 'fifo')]);
  process.chdir(path.join(root, 'project'));
});
afterEach(() => {
  process.chdir(before);
  rmSync(root, { recursive: true });
});

const at = (name: string): string => path.join(root, name);
const refused = ['foreign', 'file', 'fifo', 'link', 'project', '.', '..'];

test('replaces and removes a folder that it created, with its content', () => {
  replaceOwnedFolder(at('new'), KIND);
  writeFileSync(at('new/more'), '');
  replaceOwnedFolder(at('new'), KIND);
  expect(existsSync(at('new/more'))).toBe(false);
  removeOwnedFolder(at('new'), KIND);
  expect(existsSync(at('new'))).toBe(false);
});

test('identifies a folder of an earlier version by its content', () => {
  writeFileSync(at('foreign/old'), '');
  removeOwnedFolder(at('foreign'), KIND);
  expect(existsSync(at('foreign'))).toBe(false);
});

test('fails on the marker of another kind', () => {
  replaceOwnedFolder(at('new'), { ...KIND, marker: 'Made by another.\n' });
  expect(() => removeOwnedFolder(at('new'), KIND)).toThrow('does not look like a thing');
});

test.each(['.', '..', 'project'])('does not advise to delete %s, which contains the working directory', (name) => {
  const folder = name.startsWith('.') ? name : at(name);
  const message = `it contains the working directory. Nothing was deleted: choose a folder that is empty or does not exist`;
  expect(() => requireOwnedFolder(folder, KIND)).toThrow(`'${folder}' cannot be used for a thing: ${message}`);
  expect(() => requireOwnedFolder(folder, KIND)).not.toThrow('delete this one');
  expect(() => requireOwnedFolder(at('foreign'), KIND)).toThrow(', or delete this one first');
});

const COMMANDS: readonly [name: string, command: () => Command, args: (target: string) => string[]][] = [
  ['artifact pack --out', artifactCommand, (target) => ['artifact', 'pack', '--no-synth', '--out-dir', at('output'), '--out', target]],
  ['artifact pack --out-dir', artifactCommand, (target) => ['artifact', 'pack', '--out', at('new'), '--out-dir', target]],
  ['preview --out-dir', previewCommand, (target) => ['preview', 'staging', '--no-bundle', '--out-dir', target]],
  ['preview --bundle', previewCommand, (target) => ['preview', 'staging', '--bundle', target, '--out-dir', at('output')]],
  ['sandbox --reset --directory', sandboxCommand, (target) => ['sandbox', '--reset', '--directory', target]],
];

describe.each(COMMANDS)('%s', (_, command, args) => {
  test.each(refused)('fails on %s with a reported error, without deleting anything', async (name) => {
    const target = ['.', '..'].includes(name) ? name : at(name);
    const run = new Command().enablePositionalOptions().addCommand(command()).parseAsync(args(target), { from: 'user' });
    await expect(run).rejects.toMatchObject({ name: 'RefusedError', message: expect.not.stringMatching(/\n\s+at /) });
    expect(readFileSync(at('foreign/photo'), 'utf8')).toBe('precious');
    expect(readFileSync(at('file'), 'utf8')).toBe('precious');
    expect(lstatSync(at('fifo')).isFIFO()).toBe(true);
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect(readdirSync(at('project'))).toEqual(['cdktf.json']);
  });
});

test('artifact pack replaces its earlier output', async () => {
  const pack = () =>
    new Command()
      .addCommand(artifactCommand())
      .parseAsync(['artifact', 'pack', '--no-synth', '--out-dir', at('output'), '--out', at('new')], { from: 'user' });
  await pack();
  writeFileSync(at('new/stacks'), '');
  await pack();
  expect(existsSync(at('new/stacks'))).toBe(false);
});

test('resets a sandbox of an earlier version, and fails on a folder with other files', () => {
  mkdirSync(at('sandbox'));
  writeFileSync(at('sandbox/cloud.json'), '{"resources":{},"series":{}}');
  SandboxFolder.remove(at('sandbox'));
  expect(existsSync(at('sandbox'))).toBe(false);

  for (const use of [SandboxFolder.open, SandboxFolder.remove]) {
    expect(() => use(at('foreign'))).toThrow("it holds 'photo' and does not look like a sandbox");
  }
  expect(readdirSync(at('foreign'))).toEqual(['photo']);
});
