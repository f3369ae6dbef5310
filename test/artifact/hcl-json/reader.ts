import { spawnSync } from 'node:child_process';

/** Template of a file, as HashiCorp's parser reads it. Texts without expressions are left out. */
export interface HclTemplate {
  readonly text: string;
  readonly functions: readonly string[];
  readonly roots: readonly string[];

  /** Names with their attributes and known indexes: `a.b[0]["c"]`. */
  readonly references: readonly string[];
  readonly error?: string;
}

/** Block of the outermost level, as HashiCorp's parser reads it. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];

  /** Attributes with unevaluated templates. */
  readonly body: Readonly<Record<string, unknown>>;

  /** Paths of lists in lists that Terraform merges into one block. */
  readonly hidden: readonly string[];

  /** Number of blocks that a member is read as, by its path. */
  readonly blocks: Readonly<Record<string, number>>;
}

/** Answer of the reader: an error, or the content of the file. */
export interface HclFile {
  readonly error?: string;
  readonly blocks: readonly HclBlock[];
  readonly templates: readonly HclTemplate[];
}

/** Program of `test/artifact/hcl-json`, built with `go build`. */
const program = process.env.HCL_JSON || 'hcl-json';

/** Reads files with HashiCorp's parser. */
export function readWithHcl(files: readonly (string | Buffer)[]): HclFile[] {
  return ask(files.map((file) => ({ json: Buffer.from(file).toString('base64') })));
}

/** Reads single templates with HashiCorp's parser. */
export function readTemplatesWithHcl(templates: readonly string[]): HclTemplate[] {
  return ask(templates.map((template) => ({ template }))).map(
    (file, index) => file.templates?.[0] ?? { text: templates[index]!, functions: [], roots: [], references: [] },
  );
}

function ask(requests: readonly unknown[]): HclFile[] {
  const { stdout, status, stderr, error } = spawnSync(program, {
    input: requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? ''} ${stderr}`);
  const answers = stdout.trimEnd().split('\n');
  if (answers.length !== requests.length) throw new Error(`${program} gave ${answers.length} answers to ${requests.length} requests`);
  return answers.map((line) => JSON.parse(line) as HclFile);
}

const isThere = spawnSync(program, { input: '' }).status === 0;
if (!isThere && process.env.REQUIRE_HCL_JSON !== '1')
  process.stderr.write(
    `${program} is not on PATH: tests with HashiCorp's parser are skipped. Build it: go build -C test/artifact/hcl-json .\n`,
  );

/** `test`, for tests that need the program. Without it they are skipped with a message; with `REQUIRE_HCL_JSON=1` they fail instead. */
export const testWithHcl = isThere || process.env.REQUIRE_HCL_JSON === '1' ? test : test.skip;
