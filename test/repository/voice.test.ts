import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

/** Words that plain engineering English does without, and what to write. */
const PROSE: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [
    /\b(nobody|somebody|everybody|whoever|whomever|whom)\b|\w*[a-z](Nobody|Somebody|Everybody|Whoever)\w*/i,
    'the component, user or system that is meant',
  ],
  [/\banew\b/i, 'again, or: replaces'],
  [/\b(doubts?|doubtful|unwell)\b/i, 'problem, unknown, unhealthy'],
  [/\b(is|are|all is) (well|told)\b/i, 'is healthy, receives'],
  [/\b(what|who|how|where|which) [^.]{0,60}\b(says|tell|tells)\b/i, 'reports, shows'],
  [/^(?!.*'says').*\bsays\b(?! bash)/, 'reports, shows, contains'],
  [/\bput up with\b/i, 'tolerate'],
  [/\b(at the least|at the most)\b/i, 'at least, at most, minimum, maximum'],
  [/\bwhat became of\b/i, 'result of'],
  [/\b(Not to be told|Open to others)\b/, 'Undetermined, Exposed to'],
  [/\bthings? undone\b/i, 'remaining'],
];

/** First words of a doc comment that hide its subject. */
const OPENING = /^(Whether|What|Whatever|Who|Whose|How|Where|Which|Why|Fewest|Most|As|That)\b/;

/** Names that this project made up, and the field's. */
const NAMES: Readonly<Record<string, string>> = {
  fillsIn: 'computed',
  replacesWhen: 'forceNewIf',
  sameWhen: 'diffSuppress',
  fromProvider: 'providerDefaults',
  knownAtPlan: 'plannedValues',
  changesWith: 'recomputedWith',
  survivesDestroy: 'abandonOnDestroy',
  wayOf: 'traceTo',
  openings: 'exposures',
  waysOut: 'egressRules',
  NodeLook: 'NodeState',
  RingLook: 'RingState',
  unwell: 'unhealthy',
  Procession: 'RollingOperation',
  workOn: 'plan',
  complaintsOf: 'startupFailures',
  joinedAs: 'hostIdOnDisk',
  handover: 'artifact',
  HandedTree: 'ArtifactVerifier',
  comesBack: 'recovery',
  Strike: 'injected fault',
  NOT_ASKED: 'UNSUPPORTED_CHECKS',
  stateMark: 'stateFingerprint',
};

/** Exported names that mean something else in the field. */
const EXPORTED = /^(Way|Gate|Edge|Look|look|settled|deployment|machines|footprint|strangers|silence|releases|made)$/;

/** A name that `docs/aliases.md` keeps, and the files that may hold it. */
interface Alias {
  readonly name: string;
  readonly files: readonly string[];
}

function readAliases(): Alias[] {
  const file = path.join(ROOT, 'docs/aliases.md');
  if (!existsSync(file)) return [];
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')))
    .filter((cells) => cells.length >= 5 && cells[1]?.length);
  return rows.map((cells) => ({ name: cells[1]?.[0] ?? '', files: cells[4] ?? [] }));
}

/** Files that are checked. The reference is generated from some of them, and names aliases. */
function listFiles(): string[] {
  const list = (folder: string, recursive: boolean) =>
    readdirSync(path.join(ROOT, folder), { recursive, encoding: 'utf8' }).map((file) => path.join(folder, file));
  const sources = ['lib', 'stacks', 'environments', 'template', 'scripts', 'bench', 'docs', 'test'].flatMap((folder) => list(folder, true));
  // Not recursive: packages and generated pages are below.
  const site = ['site', 'site/.vitepress'].flatMap((folder) => list(folder, false));
  return [...sources, ...site, 'README.md', 'CONTRIBUTING.md', 'SECURITY.md']
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /\.(ts|mts|js|mjs|md)$/.test(file) && file !== 'docs/aliases.md' && !file.startsWith('docs/reference/'))
    .sort();
}

/**
 * Comments, test names and exported functions and types of a file of tests, each on its line. Other strings may be expected output of
 * other programs.
 */
function extractProse(text: string): string {
  const comments = /^[ \t]*\/\*[\s\S]*?\*\/|(?<=^[^'"`\n]*)\/\/ .*/gm;
  const titles =
    /^(?:[ \t]*(?:describe\w*|test|it|step)\(|[ \t]*\w+\.each\b.*\)\(|[^'"`\n]*\)\()\s*(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/gm;
  const exported = /^export (?:abstract |async |declare )*(?:class|function\*?|interface|type|enum) \w+/gm;
  const isProse = new Uint8Array(text.length);
  for (const pattern of [comments, titles, exported])
    for (const match of text.matchAll(pattern)) isProse.fill(1, match.index, match.index + match[0].length);
  return text.replace(/[^\n]/g, (character, index: number) => (isProse[index] ? character : ' '));
}

/** Text of a file that is checked: of tests the prose, of other files everything. */
function readText(file: string): string {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return file.startsWith('test/') ? extractProse(text) : text;
}

/** Faults of the language of a file, each with its line. */
function findFaults(file: string, text: string, aliases: readonly Alias[]): string[] {
  const faults: string[] = [];
  const kept = new Set(aliases.filter((alias) => alias.files.some((prefix) => file.startsWith(prefix))).map(({ name }) => name));
  for (const [index, line] of text.split('\n').entries()) {
    const at = `${file}:${index + 1}`;
    for (const [pattern, instead] of PROSE) {
      const found = pattern.exec(line);
      if (found && !kept.has(found[0])) faults.push(`${at} '${found[0]}': ${instead}`);
    }
    for (const [word] of line.matchAll(/\b[A-Za-z_]\w*/g)) {
      const instead = Object.hasOwn(NAMES, word) ? NAMES[word] : undefined;
      if (instead && !kept.has(word)) faults.push(`${at} '${word}': ${instead}`);
    }
    const exported = /^export (?:abstract |async |declare )*(class|function\*?|const|interface|type|enum) (\w+)/.exec(line);
    const name = exported?.[2] ?? '';
    if (EXPORTED.test(name) && !kept.has(name)) faults.push(`${at} '${name}': a term of the field`);
    if (exported?.[1]?.startsWith('function') && /^(?!require|is|has).*[a-z]Of$/.test(name))
      faults.push(`${at} '${name}': functions are verbs`);
  }
  if (!file.endsWith('.md')) {
    for (const comment of text.matchAll(/\/\*\*[ \t]*(?:\n\s*\*[ \t]*)?(\S[^\n]*)/g)) {
      const first = comment[1] ?? '';
      const line = text.slice(0, comment.index).split('\n').length;
      if (OPENING.test(first)) faults.push(`${file}:${line} '${first.slice(0, 50)}': begins with a noun or a verb`);
    }
  }
  for (const word of path.posix.basename(file).split(/[-.]/)) {
    const instead = Object.hasOwn(NAMES, word) ? NAMES[word] : undefined;
    if (instead && !kept.has(word)) faults.push(`${file} is named '${word}': ${instead}`);
  }
  return faults;
}

const files = listFiles();
const aliases = readAliases();

test('names, comments, messages and guides use the terms of the field', () => {
  const faults = files
    .filter((file) => file.startsWith(process.env.VOICE ?? ''))
    .flatMap((file) => findFaults(file, readText(file), aliases));
  expect(faults).toEqual([]);
});

test('an alias that stays is listed with files that exist', () => {
  const missing = aliases.flatMap(({ name, files: keptIn }) =>
    keptIn.length === 0
      ? [`${name}: no file`]
      : keptIn.filter((file) => !existsSync(path.join(ROOT, file))).map((file) => `${name}: ${file}`),
  );
  expect(missing).toEqual([]);
});

test.each([
  ['/** Whether it runs. */', 'begins with a noun or a verb'],
  ['/**\n * What became of it.\n */', 'begins with a noun or a verb'],
  ["throw new Error('nobody answers');", 'the component'],
  ['export function costOf(): void {}', 'functions are verbs'],
  ['export interface Way {}', 'a term of the field'],
  ['const fillsIn = 1;', 'computed'],
])('finds %j', (text, fault) => {
  expect(findFaults('lib/example.ts', text, []).join('\n')).toContain(fault);
});

test('accepts the terms of the field', () => {
  expect(findFaults('lib/example.ts', '/** Minimum number of replicas. */\nexport function estimateCost(): void {}', [])).toEqual([]);
});

test.each([
  ["test('nobody answers', () => {});", 'the component'],
  ["test.each(cases)(\n  'says %s',\n);", 'reports'],
  ["  test.each(['a'])('says %s', () => {});", 'reports'],
  ['  /** Whether it runs. */', 'begins with a noun or a verb'],
  ['run(); // Made anew.', 'replaces'],
  ['export function costOf(): void {}', 'functions are verbs'],
])('finds %j in a test', (text, fault) => {
  expect(findFaults('test/example.test.ts', extractProse(text), []).join('\n')).toContain(fault);
});

test('accepts any word in the output that a test expects', () => {
  expect(findFaults('test/example.test.ts', extractProse("expect(output).toBe('nobody says // anew');"), []).join('\n')).toBe('');
});
