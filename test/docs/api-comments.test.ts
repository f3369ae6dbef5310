import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as cdktf from 'cdktf';
import { Synthesized } from '../../lib/testing';
import { type ClassComment, classComments, ENTRY_POINTS, optionalProps } from './api-comments';
import { ExampleFixture, FIXTURE_NAMES } from './example-fixture';

const root = path.join(__dirname, '..', '..');
const classes = classComments();
const examples = classes.flatMap(({ name, examples }) => examples.map((code, n) => ({ name: `${name}-${n + 1}`, code })));

/** Types that an example may name without importing them. */
const NAMED = 'App|TerraformStack|TerraformOutput|Fn|Token';

function missingParts({ text, examples }: ClassComment): string[] {
  const [summary] = text.split('@');
  const remarks = /@remarks\s+([\s\S]*?)(?=\n@|$)/.exec(text)?.[1] ?? '';
  return [
    ...(summary!.trim() === '' ? ['no summary'] : []),
    ...(remarks.trim() === '' ? ['no @remarks'] : []),
    ...(/\n\s*\n\S/.test(remarks.trim()) ? ['@remarks of more than one paragraph'] : []),
    ...(examples.length === 0 ? ['no @example'] : []),
  ];
}

test('every exported class has a summary, @remarks in one paragraph, and @example', () => {
  expect(classes.length).toBeGreaterThan(20);
  const incomplete = classes.flatMap((each) => missingParts(each).map((part) => `${each.name}: ${part}`));
  expect(incomplete).toEqual([]);
});

test('every optional prop of an exported interface has @default', () => {
  const props = optionalProps();
  expect(props.length).toBeGreaterThan(150);
  const missing = props.filter(({ text }) => !/@default \S/.test(text)).map(({ name }) => name);
  expect(missing).toEqual([]);
});

describe('examples', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'examples-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(() => {
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    for (const { name, code } of examples) writeFileSync(path.join(folder, `${name}.ts`), moduleOf(code));
    const compilerOptions = {
      rootDir: '/',
      noEmit: true,
      incremental: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      types: ['node', 'jest'],
      paths: { 'cdktf-gke-platform': [path.join(root, 'lib/index.ts')], 'cdktf-gke-platform/*': [path.join(root, 'lib/*')] },
    };
    const config = { extends: path.join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  });

  test('compile', () => {
    const tsc = spawnSync(path.join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
    expect(tsc.stdout + tsc.stderr).toBe('');
    expect(tsc.status).toBe(0);
  });

  test.each(examples)('of $name synthesizes', ({ name, code }) => {
    const fixture = new ExampleFixture(path.join(folder, name));
    require(path.join(folder, `${name}.ts`)).example(fixture);
    // Test helpers synthesize the stack themselves, once.
    if (code.includes('.from(stack)')) return;
    for (const stack of fixture.app.node.children.filter(cdktf.TerraformStack.isStack)) Synthesized.from(stack);
  });
});

/** The example as a function: its imports before it, and in scope what the library and the fixture have. */
function moduleOf(code: string): string {
  const lines = code.split('\n');
  const used = (names: readonly string[]) => names.filter((name) => new RegExp(`\\b${name}\\b(?!:)`).test(code));
  const imports = lines.filter((line) => line.startsWith('import '));
  return [
    ...Object.entries(ENTRY_POINTS).map(([module, names]) => `import { ${used(Object.keys(names)).join(', ')} } from '${module}';`),
    `import { ${used(NAMED.split('|')).join(', ')} } from 'cdktf';`,
    `import type { ExampleFixture } from '${path.join(root, 'test/docs/example-fixture')}';`,
    ...imports,
    `export function example({ ${used(FIXTURE_NAMES).join(', ')} }: ExampleFixture): void {`,
    '  {',
    ...lines.filter((line) => !imports.includes(line)).map((line) => `    ${line}`),
    '  }',
    '}',
  ].join('\n');
}
