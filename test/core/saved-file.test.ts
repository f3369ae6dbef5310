import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSavedFile, saveFile, UNFINISHED } from '../../lib/core/saved-file';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'saved file '));
  file = path.join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Saves in a process of its own whose files may hold 4 KiB. */
const saveWithLimit = (content: string) =>
  spawnSync('bash', ['-c', `ulimit -f 4; exec "$@"`, 'bash', process.execPath, '-e', SAVE, file, content], { encoding: 'utf8' });

const SAVE = `
  const { saveFile } = require(${JSON.stringify(path.join(__dirname, '../../dist/lib/core/saved-file'))});
  const [, file, content] = process.argv;
  try { saveFile(file, content); } catch (error) { console.error(error.message); process.exit(error.exitCode); }
`;

test('the content is replaced and read back', () => {
  expect(readSavedFile(file)).toBeUndefined();
  for (const content of ['one', 'two']) {
    saveFile(file, content);
    expect(readSavedFile(file)).toBe(content);
  }
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test.each([0o000, 0o022, 0o777])('only the owner can read the file with umask %o', (mask) => {
  writeFileSync(file, 'readable', { mode: 0o644 });
  const before = process.umask(mask);
  try {
    saveFile(file, 'secret');
  } finally {
    process.umask(before);
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a failed write keeps the previous content, and nothing else', () => {
  saveFile(file, 'precious');
  const { status, stderr } = saveWithLimit('x'.repeat(10_000));
  expect(status).toBe(1);
  expect(stderr).toBe(`'${file}' cannot be saved: the file would be larger than allowed. Its previous content is unchanged\n`);
  expect(readFileSync(file, 'utf8')).toBe('precious');
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('a full disk keeps the previous content', () => {
  const script = `mount -t tmpfs -o size=64k tmpfs "$1" && printf precious >"$1/state.json" && "$2" -e "$3" "$1/state.json" "$4"
    echo "$? $(cat "$1/state.json") $(ls "$1")"`;
  const namespace = ['--mount', '--map-root-user', '--propagation=private'];
  const words = ['bash', '-c', script, 'bash', folder, process.execPath, SAVE, 'x'.repeat(100_000)];
  const { status, stdout, stderr } = spawnSync('unshare', [...namespace, ...words], { encoding: 'utf8' });
  // A container may not allow the mount.
  if (status !== 0 || !stdout.includes('precious')) return;
  expect(stdout).toBe('1 precious state.json\n');
  expect(stderr).toContain('cannot be saved: no space left on the device. Its previous content is unchanged');
});

test('an unfinished file of a killed process is replaced', () => {
  writeFileSync(`${file}${UNFINISHED}`, 'hal', { mode: 0o644 });
  saveFile(file, 'whole');
  expect(readSavedFile(file)).toBe('whole');
  expect(existsSync(`${file}${UNFINISHED}`)).toBe(false);
});

test.each<[string, () => void]>([
  ['a folder', () => mkdirSync(file)],
  ['a named pipe', () => execFileSync('mkfifo', [file])],
  ['a device', () => symlinkSync('/dev/zero', file)],
])('fails with one sentence to read %s, without waiting', (kind, create) => {
  create();
  expect(() => readSavedFile(file)).toThrow(`'${file}' must be a file, got ${kind}: move it away`);
});

test('fails with one sentence to read a socket', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(file, resolve));
  try {
    expect(() => readSavedFile(file)).toThrow('got a socket');
  } finally {
    server.close();
  }
});

test('fails with one sentence to replace a folder', () => {
  mkdirSync(file);
  expect(() => saveFile(file, 'x')).toThrow(`'${file}' cannot be saved: is a folder`);
  expect(readdirSync(folder)).toEqual(['state.json']);
});
