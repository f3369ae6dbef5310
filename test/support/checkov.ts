import { spawnSync } from 'node:child_process';

/**
 * `describe`, for tests that run checkov: the one that `CHECKOV` names, or the one on PATH. Without one they are skipped with a
 * message; with `REQUIRE_CHECKOV=1` they fail instead.
 */
export function describeWithCheckov(name: string, tests: (checkov: string) => void): void {
  const checkov = process.env.CHECKOV || 'checkov';
  if (spawnSync(checkov, ['--version']).status === 0) {
    describe(name, () => tests(checkov));
  } else if (process.env.REQUIRE_CHECKOV === '1') {
    test(`${name}: checkov is installed`, () => {
      throw new Error('REQUIRE_CHECKOV=1, and checkov is neither on PATH nor named by CHECKOV');
    });
  } else {
    describe.skip(name, () => tests(checkov));
    process.stderr.write(`checkov is not on PATH: the tests of '${name}' are skipped\n`);
  }
}
