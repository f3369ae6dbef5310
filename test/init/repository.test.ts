import { execFileSync } from 'node:child_process';
import fs, { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RefusedError, ReportedError } from '../../lib/core/reported-error';
import { createRepository } from '../../lib/init';

const ROOT = path.join(__dirname, '../..');
let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'init-'));
  folder = path.join(parent, 'tickets');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

/** Packs a `package.json` alone, as npm lays out packages. */
function pack(json: object): string {
  mkdirSync(path.join(parent, 'package'));
  writeFileSync(path.join(parent, 'package/index.js'), '');
  writeFileSync(path.join(parent, 'package/package.json'), JSON.stringify(json));
  execFileSync('tar', ['-czf', 'packed.tgz', 'package/index.js', 'package/package.json'], { cwd: parent });
  rmSync(path.join(parent, 'package'), { recursive: true });
  return path.join(parent, 'packed.tgz');
}

test('creates a package, environments, a stack, tests and workflows, and lists them', () => {
  const { files } = createRepository({ name: 'tickets', folder });
  expect(files).toEqual([
    '.github/dependabot.yml',
    '.github/workflows/ci.yml',
    '.github/workflows/deploy.yml',
    '.github/workflows/drill.yml',
    '.github/workflows/preview-plan.yml',
    '.github/workflows/preview.yml',
    '.gitignore',
    '.nvmrc',
    'README.md',
    'cdktf.json',
    'environments/acknowledgements.json',
    'environments/index.ts',
    'environments/main.ts',
    'jest.config.js',
    'package.json',
    'scripts/ci/bundle-report.sh',
    'scripts/ci/deploy.sh',
    'scripts/ci/drill-alert.sh',
    'scripts/ci/drill.sh',
    'scripts/ci/log.sh',
    'scripts/ci/preview.sh',
    'stacks/environment-stack.ts',
    'test/deploy.test.ts',
    'test/environments.test.ts',
    'test/tsconfig.json',
    'tsconfig.json',
  ]);
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(found.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort()).toEqual(files);
});

test('writes the name wherever the template has a placeholder', () => {
  const { files } = createRepository({ name: 'tickets', folder });
  for (const file of files) expect(read(file)).not.toContain('__NAME__');
  expect(read('environments/index.ts')).toContain("projectId: 'tickets-staging'");
  expect(JSON.parse(read('package.json')).name).toBe('tickets');
  expect(JSON.parse(read('cdktf.json')).projectId).toBe('tickets');
});

test('depends on the running version and on the versions that it is tested with', () => {
  createRepository({ name: 'tickets', folder });
  const own = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const { 'cdktf-gke-platform': library, ...others } = { ...dependencies, ...devDependencies };
  expect(library).toBe(`^${own.version}`);
  expect(own.devDependencies).toMatchObject(others);
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(Object.keys(own.peerDependencies)));
});

test('keeps a packed library and installs it from there', () => {
  const library = pack({ name: 'cdktf-gke-platform', version: '9.8.7' });
  createRepository({ name: 'tickets', folder, library });
  expect(JSON.parse(read('package.json')).dependencies['cdktf-gke-platform']).toBe('file:vendor/cdktf-gke-platform-9.8.7.tgz');
  expect(readFileSync(path.join(folder, 'vendor/cdktf-gke-platform-9.8.7.tgz'))).toEqual(readFileSync(library));
});

test('workflows and scripts are those of this repository, but for the place of the guide; scripts can be run', () => {
  createRepository({ name: 'tickets', folder });
  for (const name of ['preview', 'preview-plan', 'deploy', 'drill']) {
    const file = `.github/workflows/${name}.yml`;
    const guide = 'node_modules/cdktf-gke-platform/docs/github-actions.md';
    expect(read(file)).toContain(guide);
    expect(read(file).replaceAll(guide, 'docs/github-actions.md')).toBe(readFileSync(path.join(ROOT, file), 'utf8'));
  }
  for (const script of ['preview', 'bundle-report', 'deploy', 'drill', 'drill-alert', 'log'])
    expect(lstatSync(path.join(folder, `scripts/ci/${script}.sh`)).mode & 0o100).toBe(0o100);
});

test('an empty folder is used', () => {
  mkdirSync(folder);
  createRepository({ name: 'tickets', folder });
  expect(existsSync(path.join(folder, 'package.json'))).toBe(true);
  expect(readdirSync(parent)).toEqual(['tickets']);
});

describe('fails, and leaves everything as it is,', () => {
  /** Everything below the parent folder, with its content. */
  const content = () =>
    Object.fromEntries(
      readdirSync(parent, { recursive: true, withFileTypes: true }).map((entry) => {
        const full = path.join(entry.parentPath, entry.name);
        return [full, entry.isFile() ? readFileSync(full, 'utf8') : 'other'];
      }),
    );

  function expectFailure(options: Parameters<typeof createRepository>[0], kind: typeof ReportedError, message: string | RegExp): void {
    const before = content();
    let error: unknown;
    try {
      createRepository(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
    expect(content()).toEqual(before);
  }

  test.each([
    '',
    'Tickets',
    '1tickets',
    '-tickets',
    'tickets-',
    'my tickets',
    '../tickets',
    '@me/tickets',
    'a2345678901234567890',
    'ümlaut',
  ])('when the name is %p', (name) => {
    const rule = "'name' must be 1 to 19 lowercase letters, digits or hyphens, begin with a letter and not end with a hyphen";
    expectFailure({ name, folder }, ReportedError, `${rule}, got '${name}'`);
  });

  test.each(['googles', 'null', 'ssl-lab'])('when Google Cloud has no project ids with the name %p', (name) => {
    expectFailure({ name, folder }, ReportedError, /^'name' must not contain '\w+', which project ids cannot contain, got '[\w-]+'$/);
  });

  test.each(['jest', 'cdktf', 'cdktf-gke-platform'])('when the name is that of the dependency %p', (name) => {
    expectFailure({ name, folder }, ReportedError, `'name' must not be the name of a package that is installed, got '${name}'`);
  });

  test('when the folder holds a file', () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'notes.txt'), 'precious');
    expectFailure({ name: 'tickets', folder }, RefusedError, "it holds 'notes.txt'");
  });

  test('when there is a file or a link of that name', () => {
    writeFileSync(folder, 'precious');
    expectFailure({ name: 'tickets', folder }, RefusedError, 'it is not a folder');
    symlinkSync('nowhere', path.join(parent, 'link'));
    expectFailure({ name: 'tickets', folder: path.join(parent, 'link') }, RefusedError, 'it is a symbolic link');
  });

  test('when the parent of the folder does not exist, or is a file', () => {
    expectFailure({ name: 'tickets', folder: path.join(parent, 'missing/tickets') }, ReportedError, /there is no folder '.*missing'/);
    writeFileSync(path.join(parent, 'file'), 'precious');
    expectFailure(
      { name: 'tickets', folder: path.join(parent, 'file/tickets') },
      ReportedError,
      /a part of the path is not a folder|there is no folder/,
    );
  });

  test('when the library is missing, is no package, or is another package', () => {
    const rule = "'library' must be a package of cdktf-gke-platform that npm pack wrote, got ";
    const missing = path.join(parent, 'missing.tgz');
    expectFailure({ name: 'tickets', folder, library: missing }, ReportedError, `${rule}'${missing}', which is not a readable file`);
    const text = path.join(parent, 'text.tgz');
    writeFileSync(text, 'text');
    expectFailure({ name: 'tickets', folder, library: text }, ReportedError, `${rule}'${text}'`);
    const other = pack({ name: 'other', version: '1.0.0' });
    expectFailure({ name: 'tickets', folder, library: other }, ReportedError, `${rule}'${other}'`);
  });

  test.each(['writeFileSync', 'renameSync'] as const)('when the disk is full in %s', (call) => {
    const spy = jest.spyOn(fs, call).mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    });
    try {
      expectFailure({ name: 'tickets', folder }, ReportedError, `'${folder}' cannot be created: no space left on the device`);
    } finally {
      spy.mockRestore();
    }
  });
});
