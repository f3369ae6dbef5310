import { findPageProblems, listBlockCommands, listSandboxCommands, type OperatorPage, PAGES } from './operator-commands';

test.each(PAGES.map((page) => [page.file, page] as const))('%s has commands that exist, and tests run them', (_, page) => {
  expect(findPageProblems(page)).toEqual([]);
  expect(listBlockCommands(page).length).toBeGreaterThan(1);
});

test.each<[string, Partial<OperatorPage>, string]>([
  ['a command that does not exist', { file: 'wrong-command' }, "'npx gke-platform cassandra restor staging': is not a command"],
  [
    'an option that does not exist',
    { file: 'wrong-option' },
    "'npx gke-platform cassandra restore staging --tabel shop.orders': error: unknown option",
  ],
  ['a missing argument', { file: 'wrong-argument' }, "'npx gke-platform cassandra restore': error: missing required argument 'stack'"],
  ['a wrong value', { file: 'wrong-value' }, "'npx gke-platform cassandra restore staging --table orders': error: option"],
  ['a command of another program', { file: 'wrong-program' }, "'kubectl delete everything' is not run by a test"],
  ['a command in a sentence', { file: 'wrong-sentence' }, "'gke-platform cassandra stopp' is not a command"],
  ['an option in a sentence', { file: 'wrong-inline' }, "'--tabel': there is no option --tabel"],
  [
    'a command elsewhere that the page does not have',
    { elsewhere: { 'npx x': { reason: 'r', test: 'package.json' } } },
    "'npx x' is not on the page",
  ],
  ['a test that does not exist', { elsewhere: { 'npx x': { reason: 'r', test: 'no.ts' } } }, "there is no no.ts, which runs 'npx x'"],
])('%s is a problem', (_, page, problem) => {
  expect(findPageProblems({ file: 'good', elsewhere: {}, ...page })).toContainEqual(expect.stringContaining(problem));
});

test('comments and empty lines of a block are no commands', () => {
  expect(listSandboxCommands({ file: 'good', elsewhere: {} })).toEqual(['npx gke-platform cassandra status staging']);
});

jest.mock('./documents', () => {
  const documents = jest.requireActual<typeof import('./documents')>('./documents');
  const block = (...lines: string[]): string => `# Page\n\n\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`;
  const pages: Readonly<Record<string, string>> = {
    good: block('npx gke-platform cassandra status staging   # its state', ''),
    'wrong-command': block('npx gke-platform cassandra restor staging'),
    'wrong-option': block('npx gke-platform cassandra restore staging --tabel shop.orders'),
    'wrong-argument': block('npx gke-platform cassandra restore'),
    'wrong-value': block('npx gke-platform cassandra restore staging --table orders'),
    'wrong-program': block('kubectl delete everything'),
    'wrong-sentence': 'Run `gke-platform cassandra stopp` first.',
    'wrong-inline': 'Pass `--tabel`.',
  };
  return { ...documents, read: (file: string) => pages[file] ?? documents.read(file) };
});
