import { execFileSync, spawnSync } from 'node:child_process';
import { startupScript } from '../../../lib/cassandra/boot/startup-script';
import { CONFIGURATION } from '../node-configuration';

const script = startupScript(CONFIGURATION);
const installed = (command: string) => spawnSync(command, ['--version']).status === 0;

test('the startup script is bash', () => {
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

test('the startup script has nothing that Terraform would take for a reference', () => {
  expect(script).not.toMatch(/[$%]\{/);
});

test('the startup script fits into a metadata value, four times over', () => {
  expect(Buffer.byteLength(script)).toBeLessThan((256 * 1024) / 4);
});
