import { type RestoreParts, type RestoreRingOptions, restoreRingCommand } from '../../lib/cli/cassandra-restore-ring';
import { reportResult } from '../../lib/cli/stepwise-result';
import { RefusedError, ReportedError } from '../../lib/core/reported-error';
import type { RestoreResult, RestoreState } from '../../lib/recovery';

const OPTIONS: RestoreRingOptions = {
  ...{ synth: true, outDir: 'no such folder', again: false, dryRun: false, yes: true, breakLock: false },
};
const unused = (): never => {
  throw new Error('not called here');
};
const PARTS: RestoreParts = { verify: unused, replay: unused, stop: unused, start: unused, readRows: unused };

test.each([
  ['a stack that is not synthesized', { synth: false }, '--no-synth cannot be combined with a restore'],
  ['no terminal and no --yes', { yes: false }, 'pass --yes'],
])('%s is refused before anything is read', async (_, changes, message) => {
  await expect(restoreRingCommand('staging', { ...OPTIONS, ...changes }, PARTS)).rejects.toEqual(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
  );
});

const result = (state: RestoreState, error?: Error): RestoreResult => ({
  ...{ set: { id: 'any' } as RestoreResult['set'], state, done: [], kept: [], unchecked: [], endedAt: 'apply', problem: 'it failed' },
  ...(error === undefined ? {} : { error }),
});

test('only a complete restore is reported without an error', () => {
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    reportResult(result('restored'), 'restored', ['It is restored.']);
    expect(written).toHaveBeenCalledWith('It is restored.\n');
  } finally {
    written.mockRestore();
  }
});

test.each([
  ['a problem', result('running'), 1],
  ['a reported error', result('replacing', new ReportedError('it failed')), 1],
  ['a refusal before any change', result('unchanged', new RefusedError('it failed')), 2],
  ['a refusal after a change', result('stopped', new RefusedError('it failed')), 1],
])('%s ends the command with its state', (_, ended, exitCode) => {
  expect(() => reportResult(ended, 'restored', ['The ring is stopped.', 'Continue with: this'])).toThrow(
    expect.objectContaining({ exitCode, message: 'ended at apply: it failed\nThe ring is stopped.\nContinue with: this' }),
  );
});

test('a defect is thrown after the state was printed', () => {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const defect = new TypeError('undefined');
  try {
    expect(() => reportResult(result('replaced', defect), 'restored', ['Continue with: this'])).toThrow(defect);
    expect(written).toHaveBeenCalledWith('ended at apply: it failed\nContinue with: this\n');
  } finally {
    written.mockRestore();
  }
});
