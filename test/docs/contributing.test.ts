import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const FILES = ['CONTRIBUTING.md', 'SECURITY.md', '.github/pull_request_template.md'];

test.each(FILES)('files, folders and links of %s exist', (file) => {
  const text = read(file);
  const named = [
    ...[...text.matchAll(/`((?:lib|stacks|environments|test|scripts|docs|template|\.github)\/[\w./-]*\w)`/g)].map((match) => match[1]!),
    ...[...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => path.join(path.dirname(file), match[1]!)),
    ...[...text.matchAll(/--testPathPatterns (test\/[\w/-]+)/g)].map((match) => match[1]!),
  ];
  const exists = (name: string) => {
    const folder = path.join(root, path.dirname(name));
    // A pattern of tests is the beginning of a path.
    return existsSync(folder) && readdirSync(folder).some((entry) => entry.startsWith(path.basename(name)));
  };
  expect(named.filter((name) => !exists(name))).toEqual([]);
});

test('scripts that the guides name exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = FILES.flatMap((file) => [...read(file).matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1]!));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('files that run with credentials have code owners', () => {
  const owned = read('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => /^[^#]/.test(line));
  expect(owned.map((line) => line.split(' ')[0])).toEqual(['*', '/.github/', '/scripts/ci/', 'package-lock.json', '/terraform-locks/']);
  for (const line of owned) expect(line).toMatch(/ @[\w-]+\/[\w-]+$/);
});

test('Node is the same version for version managers and for CI', () => {
  const version = read('.nvmrc').trim();
  expect(read('.github/workflows/ci.yml')).toContain(`node: ${version}`);
  expect(read('template/.nvmrc').trim()).toBe(version);
});
