import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identifyProcess } from '../../lib/core/process-identity';
import { UNFINISHED } from '../../lib/core/saved-file';
import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { SandboxFolder } from '../../lib/sandbox/sandbox-folder';
import { SimulatedCloud } from '../../lib/sandbox/simulated-cloud';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'sandbox-folder-')), 'with spaces');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

const MARKER = 'Made by gke-platform sandbox, which removes it with --reset.\n';

/** Puts a resource into the cloud of a folder. */
const put = (folder: SandboxFolder, name = 'x') =>
  new SimulatedCloud(folder.content, {}, () => folder.save()).put(new CloudResource('google_x', `projects/p/${name}`, { name }));

const open = () => SandboxFolder.open(path);

test('keeps the cloud for the next sandbox', () => {
  const folder = open();
  put(folder);
  folder.close();

  const again = open();
  expect(new SimulatedCloud(again.content).get('google_x', 'projects/p/x')?.values).toEqual({ name: 'x' });
  again.close();
});

test('removing a folder that does not exist has no effect', () => {
  SandboxFolder.remove(path);
  expect(existsSync(path)).toBe(false);
});

describe('the lock', () => {
  const lockPath = () => join(path, 'lock');

  test('fails while another sandbox uses the folder', () => {
    const folder = open();
    expect(open).toThrow(`another sandbox (process ${process.pid}) is using ${path}`);
    expect(() => SandboxFolder.remove(path)).toThrow('is using');
    folder.close();
    SandboxFolder.remove(path);
    expect(existsSync(path)).toBe(false);
  });

  test.each(['the number of a process that ended', 'nothing', 'other text'])('takes over a lock with %s', (what) => {
    open().close();
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(lockPath(), { nothing: '', 'other text': '{"pid":' }[what] ?? String(pid));
    open().close();
  });

  test('fails on the lock of an earlier version whose process runs', () => {
    open().close();
    writeFileSync(lockPath(), String(process.pid));
    expect(open).toThrow(`another sandbox (process ${process.pid}) is using`);
  });

  test.each<[string, object]>([
    ['a process whose id was reused', { startedAt: '1' }],
    ['a process before a reboot', { boot: 'another' }],
    ['a process of a container that ended', { namespace: 'pid:[1]', host: 'container', isKernelLock: true }],
  ])('takes over the lock of %s', (_, difference) => {
    open().close();
    writeFileSync(lockPath(), JSON.stringify({ ...identifyProcess(), ...difference }));
    open().close();
  });

  test('fails on the lock of a process that cannot be seen from here, with the file to delete', () => {
    open().close();
    writeFileSync(lockPath(), JSON.stringify({ ...identifyProcess(), namespace: 'pid:[1]', host: 'container' }));
    expect(open).toThrow(
      `process ${process.pid} on container) is using ${path}: stop it first, or choose another folder with --directory. If that process has ended, delete ${lockPath()}`,
    );
  });

  const DIST = JSON.stringify(join(__dirname, '../../dist/lib/sandbox/sandbox-folder'));
  const HOLD = `require(${DIST}).SandboxFolder.open(process.argv[1]); console.log('open'); setInterval(() => {}, 1000);`;

  test.each([
    ['a process', []],
    ['a process in another PID namespace', ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc']],
  ])('is held by %s until it is killed', async (_, prefix) => {
    const [program, ...args] = [...prefix, process.execPath, '-e', HOLD, path];
    const child: ChildProcess = spawn(program!, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(child, 'exit');
    const said = await Promise.race([once(child.stdout!, 'data'), ended]);
    // A container may not allow namespaces.
    if (String(said[0]) !== 'open\n') return;
    expect(open).toThrow('is using');
    child.kill('SIGKILL');
    await ended;
    for (;;) {
      try {
        open().close();
        break;
      } catch {
        // The kernel ends the processes of a namespace after the one that created it.
        await new Promise(setImmediate);
      }
    }
  });
});

describe('permissions', () => {
  const modeOf = (...parts: string[]) => statSync(join(path, ...parts)).mode & 0o777;

  test.each([0o000, 0o077])('only the owner can enter the folder and read its files, with umask %o', (mask) => {
    const before = process.umask(mask);
    try {
      const folder = open();
      put(folder);
      folder.saveNow();
      expect([modeOf(), modeOf('cloud.json'), modeOf('lock'), modeOf('.gke-platform-folder')]).toEqual([0o700, 0o600, 0o600, 0o600]);
      folder.close();
    } finally {
      process.umask(before);
    }
  });

  test('wider permissions are narrowed', () => {
    mkdirSync(join(path, 'states', 'bucket'), { recursive: true });
    for (const file of ['cloud.json', 'secrets.json', 'states/bucket/x.tfstate'])
      writeFileSync(join(path, file), '{"resources":{},"series":{}}');
    for (const file of ['.', 'states', 'states/bucket', 'cloud.json', 'secrets.json', 'states/bucket/x.tfstate'])
      chmodSync(join(path, file), 0o777);
    open().close();
    expect(['.', 'states', 'states/bucket'].map((each) => modeOf(each))).toEqual([0o700, 0o700, 0o700]);
    expect(['cloud.json', 'secrets.json', 'states/bucket/x.tfstate'].map((each) => modeOf(each))).toEqual([0o600, 0o600, 0o600]);
  });
});

describe('the format', () => {
  const markerPath = () => join(path, '.gke-platform-folder');

  test('a folder of the first format is converted', () => {
    mkdirSync(path);
    writeFileSync(markerPath(), MARKER);
    writeFileSync(join(path, 'cloud.json'), '{"resources":{"google_x":{"x":{"values":{},"provider":{}}}},"series":{}}');
    const folder = open();
    expect(folder.content.resources).toHaveProperty('google_x.x');
    folder.close();
    expect(readFileSync(markerPath(), 'utf8')).toBe(`${MARKER}Format: 2\n`);
  });

  test('fails on a folder of a newer version, without changing it, and a reset removes it', () => {
    open().close();
    writeFileSync(markerPath(), `${MARKER}Format: 3\n`);
    expect(open).toThrow(`${path} was made by a newer version of gke-platform (format 3; this version reads up to 2): update it`);
    expect(readFileSync(markerPath(), 'utf8')).toContain('Format: 3');
    SandboxFolder.remove(path);
    expect(existsSync(path)).toBe(false);
  });

  test.each(['', 'Made by', `${MARKER}Format: two\n`])('fails with one sentence on the damaged marker %j', (text) => {
    open().close();
    writeFileSync(join(path, 'cloud.json'), '{"resources":{},"series":{}}');
    writeFileSync(markerPath(), text);
    expect(open).toThrow(`${markerPath()} cannot be read (it must be the marker of a sandbox, got `);
    expect(readFileSync(markerPath(), 'utf8')).toBe(text);
  });
});

describe('a damaged cloud', () => {
  const cloudPath = () => join(path, 'cloud.json');

  test.each([
    ['', 'an empty file'],
    ['{"resources":', 'no JSON: '],
    ['[]', 'other JSON'],
    ['null', 'other JSON'],
    ['{"resources":{}}', 'other JSON'],
    ['{"resources":[],"series":{}}', 'other JSON'],
    ['{"resources":{"a":{"b":{}}},"series":{}}', 'other JSON'],
    ['{"resources":{},"series":{"a":"1"}}', 'other JSON'],
    ['{"resources":{},"series":{},"providers":"other"}', 'other JSON'],
  ])('%j is refused with one sentence and kept', (text, got) => {
    open().close();
    writeFileSync(cloudPath(), text);
    expect(open).toThrow(`${cloudPath()} cannot be read (it must be a simulated cloud, got ${got}`);
    expect(open).toThrow(/: fix the file, or delete the sandbox with --reset$/);
    expect(readFileSync(cloudPath(), 'utf8')).toBe(text);
    expect(existsSync(join(path, 'lock'))).toBe(false);
  });

  test.each<[string, string, (file: string) => void]>([
    ['cloud.json', 'a folder', (file) => mkdirSync(file)],
    ['cloud.json', 'a named pipe', (file) => execFileSync('mkfifo', [file])],
    ['lock', 'a named pipe', (file) => execFileSync('mkfifo', [file])],
    ['lock', 'a folder', (file) => mkdirSync(file)],
  ])('%s that is %s is refused with one sentence', (name, kind, create) => {
    open().close();
    rmSync(join(path, name), { force: true });
    create(join(path, name));
    expect(open).toThrow(`'${join(path, name)}' must be a file, got ${kind}: move it away`);
  });

  test('unknown files, pipes and folders beside it are not touched', () => {
    open().close();
    execFileSync('mkfifo', [join(path, 'pipe')]);
    mkdirSync(join(path, 'folder'));
    open().close();
    expect(readdirSync(path)).toEqual(expect.arrayContaining(['folder', 'pipe']));
  });
});

describe('a cloud that cannot be saved', () => {
  test('is reported to those who wait for it, keeps the previous file, and is saved once that is possible', async () => {
    const folder = open();
    put(folder, 'first');
    await folder.saved();
    const before = readFileSync(join(path, 'cloud.json'), 'utf8');

    // In the place of the unfinished file, a folder makes each write fail.
    const obstacle = join(path, `cloud.json${UNFINISHED}`);
    mkdirSync(obstacle);
    put(folder, 'second');
    await expect(folder.saved()).rejects.toThrow(
      `'${join(path, 'cloud.json')}' cannot be saved: is a folder. Its previous content is unchanged`,
    );
    await expect(folder.saved()).rejects.toThrow('cannot be saved');
    expect(readFileSync(join(path, 'cloud.json'), 'utf8')).toBe(before);

    rmSync(obstacle, { recursive: true });
    await folder.saved();
    expect(readFileSync(join(path, 'cloud.json'), 'utf8')).toContain('second');
    folder.close();
  });

  test('is an error when the sandbox stops, which releases the lock', () => {
    const folder = open();
    put(folder);
    mkdirSync(join(path, `cloud.json${UNFINISHED}`));
    expect(() => folder.close()).toThrow('cannot be saved');
    rmSync(join(path, `cloud.json${UNFINISHED}`), { recursive: true });
    open().close();
  });
});
