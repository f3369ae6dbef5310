import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Lines that violate a rule, with their file and the expected message. */
const violations: [file: string, line: string, message: string][] = [
  [
    'stacks/a.ts',
    `export { c } from '@cdktf/provider-google/lib/compute-disk';`,
    'a stack wires constructs together and owns no resource, only providers',
  ],
  ['lib/network/b.ts', `export { a } from '@cdktf/provider-google';`, 'import the one resource: @cdktf/provider-<name>/lib/<resource>'],
  ['test/a.test.ts', `import '@cdktf/provider-helm';`, 'import the one resource: @cdktf/provider-<name>/lib/<resource>'],
  ['lib/network/b.ts', 'export const b = process.env.B;', "Don't use process.env."],
  ['stacks/b.ts', 'export const b = process.env.B;', "Don't use process.env."],
  [
    'lib/core/b.ts',
    'export const c = (a: any) => a.node.addDependency(a);',
    'node.addDependency leaves no depends_on: pass an attribute, or use dependsOn or orderAfter',
  ],
  ['test/b.test.ts', 'Testing.synth(stack, true);', 'Testing.synth skips validations unless told otherwise: use Synthesized.from(stack)'],
  ['lib/cli/b.ts', 'process.umask(0o077);', 'state of the whole process'],
  ['lib/cli/b.ts', "process.chdir('/');", 'state of the whole process'],
  ['lib/cli/b.ts', "process.env.B = 'b';", 'state of the whole process'],
  ['lib/core/c.ts', 'export const c: any = 1;', 'Unexpected any. Specify a different type.'],
];

/** Similar lines that are allowed. */
const allowed: [file: string, line: string][] = [
  ['lib/sandbox/types/ok.ts', 'export const b = process.env.B;'],
  ['lib/cli/ok.ts', 'export const b = process.env.B;'],
  ['lib/testing/ok.ts', 'Testing.synth(stack, true);'],
  ['stacks/ok.ts', `export { a } from '@cdktf/provider-google/lib/provider';`],
];

describe('the linter', () => {
  const found: string[] = [];

  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'lint-'));
    try {
      cpSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
      cpSync(join(ROOT, 'scripts/lint'), join(folder, 'scripts/lint'), { recursive: true });
      const lines = new Map<string, string[]>();
      for (const [file, line] of [...violations, ...allowed]) lines.set(file, [...(lines.get(file) ?? []), line]);
      for (const [file, content] of lines) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), `${content.join('\n')}\n`);
      }
      const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [biome, 'lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=github', '.'],
        { cwd: folder, encoding: 'utf8' },
      );
      if (!stdout.includes('::error')) throw new Error(`the linter said nothing: ${stderr}`);
      for (const entry of stdout.split('::error ').slice(1)) {
        const [, file, number, message] = /file=([^,]+),line=(\d+)[^:]*::(.*)/.exec(entry)!;
        const name = relative(realpathSync(folder), file!);
        found.push([name, lines.get(name)![Number(number) - 1], message].join(' | '));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each(violations)('rejects in %s: %s', (file, line, message) => {
    expect(found).toContainEqual(expect.stringContaining([file, line, message].join(' | ')));
  });

  test.each(allowed)('accepts in %s: %s', (file, line) => {
    expect(found.filter((entry) => entry.startsWith(`${file} | ${line}`))).toEqual([]);
  });
});
