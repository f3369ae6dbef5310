import { spawnSync } from 'node:child_process';

/** `test` where these programs are installed, and a skipped test elsewhere. */
export function testWith(...programs: readonly string[]): typeof test | typeof test.skip {
  return programs.every((program) => spawnSync(program, ['--version']).error === undefined) ? test : test.skip;
}
