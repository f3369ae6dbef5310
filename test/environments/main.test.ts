import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { production, staging } from '../../environments';
import type { EnvironmentStackProps } from '../../stacks/environment-stack';

/** Runs the entry point with other values for staging; returns what it printed and its exit code. */
function synthesizeWith(changes: Partial<EnvironmentStackProps>): { printed: string; exitCode: unknown } {
  process.env.CDKTF_OUTDIR = mkdtempSync(path.join(tmpdir(), 'main-'));
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    jest.isolateModules(() => {
      jest.doMock('../../environments', () => ({ environments: [{ ...staging, ...changes }, production] }));
      require('../../environments/main');
    });
    return { printed: write.mock.calls.join(''), exitCode: process.exitCode };
  } finally {
    write.mockRestore();
    process.exitCode = undefined;
  }
}

test('synthesizes all environments without output', () => {
  expect(synthesizeWith({})).toEqual({ printed: '', exitCode: undefined });
});

test('fails with one message for an invalid value, without a stack trace', () => {
  expect(synthesizeWith({ podRange: '10.10.0.0/16' })).toEqual({
    printed: "'podRange' must not overlap 'nodeRange' (10.10.0.0/22), got '10.10.0.0/16' (at staging/Network)\n",
    exitCode: 1,
  });
});

test('fails with one message when a namespace in switchedOff does not exist', () => {
  expect(synthesizeWith({ apps: { ...staging.apps, switchedOff: ['bill'] } }).printed).toMatch(
    /^'switchedOff' must be one of parking-sessions, billing, .*, got 'bill' \(at staging\/Apps\)\n$/,
  );
});

test('fails with a line for each protected resource that has lost its protection', () => {
  const { printed } = synthesizeWith({ deletionProtection: false });
  const lines = printed.trimEnd().split('\n');
  expect(lines.filter((line) => /^\[staging.*which has lost its prevent_destroy/.test(line))).toHaveLength(
    staging.protectedAddresses.length,
  );
});

test('a defect keeps its stack trace, whatever its message', () => {
  process.env.CDKTF_OUTDIR = mkdtempSync(path.join(tmpdir(), 'main-'));
  const run = () =>
    jest.isolateModules(() => {
      jest.doMock('../../stacks/environment-stack', () => ({
        EnvironmentStack: function EnvironmentStack() {
          throw new Error('Validation failed: of an undefined object');
        },
      }));
      require('../../environments/main');
    });
  expect(run).toThrow('Validation failed: of an undefined object');
});
