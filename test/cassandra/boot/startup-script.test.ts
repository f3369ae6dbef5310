import { execFileSync, spawnSync } from 'node:child_process';
import { startupScript } from '../../../lib/cassandra/boot/startup-script';
import { STATE_CODES } from '../../../lib/cassandra-contract/state-codes';
import { CONFIGURATION } from '../node-configuration';

const script = startupScript(CONFIGURATION);
const installed = (command: string) => spawnSync(command, ['--version']).status === 0;

test('the startup script is valid bash', () => {
  execFileSync('bash', ['-n'], { input: script });
});

(installed('shellcheck') ? test : test.skip)('the startup script, and each script it writes, pleases shellcheck', () => {
  const written = [...script.matchAll(/<<'END_OF_FILE'\n(#!\/bin\/bash\n[\s\S]*?)END_OF_FILE\n/g)].map(([, text]) => text!);
  expect(written.length).toBeGreaterThan(0);
  for (const input of [script, ...written]) {
    const { stdout, status } = spawnSync('shellcheck', ['-'], { input, encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  }
});

test('the startup script contains no Terraform interpolation', () => {
  expect(script).not.toMatch(/[$%]\{/);
});

test('the startup script needs less than half of the metadata size limit', () => {
  expect(Buffer.byteLength(script)).toBeLessThan((256 * 1024) / 2);
});

test('every code that the startup script publishes is in the contract', () => {
  const published = [
    ...script.matchAll(/\b(?:report|refuse|refuse_for_now|refuse_disk) ((?:ready|starting|waiting|refused|failed|stopped)[a-z-]*) ["']/g),
  ];
  expect(published.length).toBeGreaterThan(20);
  for (const [, code] of published) expect(Object.keys(STATE_CODES)).toContain(code);
  // Each call names one.
  expect(script).not.toMatch(/\b(?:report|refuse|refuse_for_now|refuse_disk) (?!\w+-\w|ready|starting|"\$@)["']/);
});
