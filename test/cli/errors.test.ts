import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { reportError } from '../../lib/cli/program';
import { RefusedError, ReportedError } from '../../lib/core/reported-error';
import { findShapeProblem } from '../../lib/core/shape';
import { Workplace } from './workplace';

const main = path.join(__dirname, '../../dist/lib/cli/main.js');

/** Output of `reportError`, and the exit code. */
function report(error: unknown): { readonly text: string; readonly exitCode: unknown } {
  const before = process.exitCode;
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    reportError(error);
    return { text: write.mock.calls.map(([text]) => text).join(''), exitCode: process.exitCode };
  } finally {
    write.mockRestore();
    process.exitCode = before;
  }
}

test('a failure exits with 1, a refusal with 2, and a defect with 70', () => {
  expect(report(new ReportedError('no file'))).toEqual({ text: 'no file\n', exitCode: 1 });
  expect(report(new RefusedError('not yours'))).toEqual({ text: 'not yours\n', exitCode: 2 });
  expect(report(new TypeError('x is not a function')).exitCode).toBe(70);
});

test('warnings of Node stay, without the one of a library that repeats its error', () => {
  const program = JSON.stringify(path.join(__dirname, '../../dist/lib/cli/program.js'));
  const script = `require(${program}).handleProcessErrors(); process.emitWarning('kept'); process.emitWarning('gone', { type: 'MetadataLookupWarning' });`;
  const { stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stderr).toMatch(/Warning: kept/);
  expect(stderr).not.toContain('gone');
});

describe('a defect', () => {
  const { DEBUG } = process.env;
  afterEach(() => {
    if (DEBUG === undefined) delete process.env.DEBUG;
    else process.env.DEBUG = DEBUG;
  });

  test('is one line, with the way to the stack trace', () => {
    delete process.env.DEBUG;
    expect(report(new TypeError('x is not\na function')).text).toBe(
      'gke-platform has a defect: TypeError: x is not. Set DEBUG=1 for the stack trace, and report it with the command line\n',
    );
    expect(report(undefined).text).toMatch(/^gke-platform has a defect: undefined\. [^\n]*\n$/);
  });

  test('has its stack trace with DEBUG', () => {
    process.env.DEBUG = '1';
    expect(report(new TypeError('x')).text).toMatch(/^TypeError: x\n\s+at /);
  });
});

test.each(['check --json', 'reach', 'cost'])('a reader that ends is no error: %s ends with its own exit code', (words) => {
  const place = Workplace.make();
  const [verb, ...options] = words.split(' ');
  const file = verb === 'check' ? place.at('project/cdk.tf.json') : 'staging --no-synth --out-dir ../output';
  const command = `'${process.execPath}' '${main}' ${verb} ${file} ${options.join(' ')} | true; exit \${PIPESTATUS[0]}`;
  try {
    const { stderr, status } = spawnSync('bash', ['-c', command], { cwd: place.at('project'), encoding: 'utf8' });
    expect({ stderr: stderr.replace(/^(synth|report)\n/gm, ''), status }).toEqual({ stderr: '', status: 0 });
  } finally {
    place.remove();
  }
});

test('a command without input and output ends with its own exit code', () => {
  const { status } = spawnSync('bash', ['-c', `'${process.execPath}' '${main}' check nowhere.json <&- >&- 2>&-`]);
  expect(status).toBe(1);
});

describe('the shape of JSON', () => {
  const shape = {
    members: { name: 'string', 'size?': 'number', tags: { listOf: 'string' }, of: { mapOf: { members: { on: 'boolean' } } } },
  } as const;

  test('accepts what has it, with further members', () => {
    expect(findShapeProblem({ name: 'a', tags: [], of: { b: { on: true } }, more: 1 }, shape)).toBeUndefined();
  });

  test.each<[unknown, string]>([
    [null, 'it must be an object, got null'],
    [[], 'it must be an object, got []'],
    ['x', 'it must be an object, got "x"'],
    [undefined, 'it must be an object, got nothing'],
    [{}, "'name' must be a string, got nothing"],
    [{ name: 1 }, "'name' must be a string, got 1"],
    [{ name: 'a', size: '1' }, '\'size\' must be a number, got "1"'],
    [{ name: 'a', tags: {} }, "'tags' must be a list, got {}"],
    [{ name: 'a', tags: ['b', null] }, "'tags[1]' must be a string, got null"],
    [{ name: 'a', tags: [], of: { b: {} } }, "'of.b.on' must be true or false, got nothing"],
    [JSON.parse('{"name":"a","tags":[],"of":{"__proto__":1}}'), "'of.__proto__' must be an object, got 1"],
    [Object.create({ name: 'a' }), "'name' must be a string, got nothing"],
  ])('refuses %j with the path, the rule and the value', (value, message) => {
    expect(findShapeProblem(value, shape)).toBe(message);
  });
});
