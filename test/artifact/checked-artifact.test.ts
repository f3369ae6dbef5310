import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { artifactCommand } from '../../lib/cli/artifact';

const STACK = { terraform: {}, provider: {}, resource: { terraform_data: { A: { input: 'a' } } } };

describe('artifact verify --out', () => {
  let folder: string;
  const at = (...below: string[]): string => path.join(folder, ...below);
  const read = (...below: string[]): string => readFileSync(at(...below), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'checked-'));
    for (const side of ['head', 'base']) writeArtifact(side);
  });

  afterEach(() => {
    process.exitCode = undefined;
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (side: string, file: string, content: unknown): void => {
    mkdirSync(path.dirname(at(side, file)), { recursive: true });
    writeFileSync(at(side, file), typeof content === 'string' ? content : JSON.stringify(content));
  };

  const writeArtifact = (side: string, names: readonly string[] = ['staging']): void => {
    const stacks = names.map((name) => [name, { workingDirectory: `stacks/${name}`, synthesizedStackPath: `stacks/${name}/cdk.tf.json` }]);
    write(side, 'manifest.json', { version: '0.21.0', stacks: Object.fromEntries(stacks), more: `of ${side}` });
    for (const name of names) write(side, `stacks/${name}/cdk.tf.json`, STACK);
  };

  const verify = async (out = 'checked'): Promise<{ stdout: string; stderr: string; exitCode: unknown }> => {
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      jest.spyOn(process[stream], 'write').mockImplementation((text) => {
        output[stream] += String(text);
        return true;
      });
    }
    process.exitCode = undefined;
    await new Command()
      .addCommand(artifactCommand())
      .parseAsync(['artifact', 'verify', '--head', at('head'), '--base', at('base'), '--out', at(out)], { from: 'user' });
    jest.restoreAllMocks();
    return { ...output, exitCode: process.exitCode };
  };

  test('writes what was verified, and nothing else', async () => {
    write('head', 'stacks/staging/assets/chart/Chart.yaml', 'name: chart');
    const acknowledgement = { rule: 'a', address: 'b', reason: 'c', expires: '2030-01-01' };
    write('head', 'acknowledgements.json', [acknowledgement]);
    expect(await verify()).toEqual({ stdout: 'staging\n', stderr: '', exitCode: undefined });
    expect(readdirSync(at('checked'), { recursive: true }).sort()).toEqual([
      'acknowledgements.json',
      'manifest.json',
      'stacks',
      'stacks/staging',
      'stacks/staging/assets',
      'stacks/staging/assets/chart',
      'stacks/staging/assets/chart/Chart.yaml',
      'stacks/staging/cdk.tf.json',
    ]);
    expect(JSON.parse(read('checked/manifest.json'))).toEqual({
      version: '0.21.0',
      stacks: {
        staging: {
          name: 'staging',
          constructPath: 'staging',
          workingDirectory: 'stacks/staging',
          synthesizedStackPath: 'stacks/staging/cdk.tf.json',
          annotations: [],
          dependencies: [],
        },
      },
    });
    expect(JSON.parse(read('checked/stacks/staging/cdk.tf.json'))).toEqual({ ...STACK, provider: {}, terraform: {} });
    expect(JSON.parse(read('checked/acknowledgements.json'))).toEqual([acknowledgement]);
    expect(read('checked/stacks/staging/assets/chart/Chart.yaml')).toBe('name: chart');
  });

  test('uses the lock file of the base branch, never that of the pull request', async () => {
    writeArtifact('base', ['staging', 'production']);
    writeArtifact('head', ['staging', 'production']);
    write('head', 'stacks/staging/.terraform.lock.hcl', 'of the pull request');
    write('head', 'stacks/production/.terraform.lock.hcl', 'of the pull request');
    write('base', 'stacks/staging/.terraform.lock.hcl', 'of the base branch');
    expect(await verify()).toMatchObject({ stdout: 'staging\nproduction\n', stderr: '' });
    expect(read('checked/stacks/staging/.terraform.lock.hcl')).toBe('of the base branch');
    expect(existsSync(at('checked/stacks/production/.terraform.lock.hcl'))).toBe(false);
  });

  test('leaves nothing to plan when the artifact is refused, not even the result of an earlier run', async () => {
    await verify();
    expect(existsSync(at('checked'))).toBe(true);
    write('head', 'stacks/staging/evil.tf', '');
    expect(await verify()).toEqual({
      stdout: '',
      stderr: expect.stringMatching(/^refused: stacks\/staging\/evil\.tf is not allowed/),
      exitCode: 2,
    });
    expect(readdirSync(folder).sort()).toEqual(['base', 'head']);
  });

  test.each(['head', 'base', 'head/stacks', '.'])('fails on an output that overlaps an input: %s', async (out) => {
    await expect(verify(out)).rejects.toThrow(/cannot be used for a(n| checked) artifact/);
    expect(existsSync(at('head/manifest.json'))).toBe(true);
    expect(existsSync(at('base/manifest.json'))).toBe(true);
  });

  test.each<[string, unknown, string]>([
    ['text', 'x', 'acknowledgements.json: must be JSON: expected a value, got "x", at line 1, column 1'],
    ['an object', {}, 'acknowledgements.json: acknowledgements must be a list'],
    ['a misspelt field', [{ rule: 'a', address: 'b', reason: 'c', expires: '2030-01-01', actoin: 'delete' }], "got 'actoin'"],
  ])('refuses acknowledgements that are %s', async (_, content, message) => {
    write('head', 'acknowledgements.json', content);
    expect(await verify()).toMatchObject({ stderr: expect.stringContaining(message), exitCode: 2 });
  });

  test('refuses an artifact without stacks, and one that lacks a stack of the base branch', async () => {
    writeArtifact('head', []);
    expect((await verify()).stderr).toContain(
      'refused: an artifact must have at least one stack, got none\nrefused: stack staging of the base branch must be in the artifact',
    );
    rmSync(at('head'), { recursive: true });
    writeArtifact('base', ['staging', 'production']);
    writeArtifact('head', ['staging']);
    expect((await verify()).stderr).toBe(
      'refused: stack production of the base branch must be in the artifact: the removal of a stack is not planned\n',
    );
  });

  test.each<[string, string | Buffer, string]>([
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'must be UTF-8'],
    ['a byte order mark', '\ufeff{}', 'must be JSON'],
    ['a number that is none here', '{"resource": {"terraform_data": {"A": {"input": 1e999}}}}', 'number'],
    ['a number with more digits than are read', '{"locals": {"a": 12345678901234567890123}}', 'number'],
    ['half a character', '{"locals": {"a": "\\ud800"}}', 'Unicode'],
    ['text in another normal form', '{"locals": {"a": "e\\u0301"}}', 'Unicode'],
    ['a name in another normal form', '{"locals": {"a": {"\\u212a": 1}}}', 'Unicode'],
  ])('refuses %s', async (_, content, message) => {
    mkdirSync(at('head/stacks/staging'), { recursive: true });
    writeFileSync(at('head/stacks/staging/cdk.tf.json'), content);
    expect(await verify()).toMatchObject({ stderr: expect.stringContaining(message), exitCode: 2 });
  });

  test('prints names of files without control characters, workflow commands or code fences', async () => {
    for (const name of ['\n::add-mask::x', '```\u202e', '##[group]x', 'a\r\u001b[31m']) write('head', name, '');
    const { stderr } = await verify();
    const lines = stderr.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(4);
    for (const line of lines) {
      expect(line).toMatch(/^refused: "/);
      expect(line).not.toMatch(/[\p{C}`]|##\[/u);
    }
  });
});
