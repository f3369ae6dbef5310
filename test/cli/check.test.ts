import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const command = path.join(__dirname, '../../dist/lib/cli/main.js');

describe('gke-platform check', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'check '));
    const write = (name: string, resource: object) => writeFileSync(path.join(folder, name), JSON.stringify({ resource }));
    write('open.tf.json', { google_compute_firewall: { All: { allow: [{ protocol: 'tcp' }], source_ranges: ['::/0'] } } });
    write('warned.tf.json', { google_compute_router_nat: { Nat: {} } });
    write('fine.tf.json', { google_compute_network: {} });
    writeFileSync(path.join(folder, 'plan.json'), JSON.stringify({ planned_values: {} }));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const check = (...args: string[]) => spawnSync(process.execPath, [command, 'check', ...args], { cwd: folder, encoding: 'utf8' });

  test('refuses errors, and accepts warnings', () => {
    const open = check('open.tf.json');
    expect(open.stdout).toMatch(/^error {3}firewall-open-to-internet: google_compute_firewall\.All\n/);
    expect(open.status).toBe(2);
    expect(check('warned.tf.json')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^warning nat-logging.*\n[\s\S]*0 errors, 1 warning, 0 waived\n$/),
    });
    expect(check('fine.tf.json')).toMatchObject({ status: 0, stdout: '0 errors, 0 warnings, 0 waived\n' });
    expect(JSON.parse(check('open.tf.json', '--json').stdout)).toMatchObject({
      isRefused: true,
      findings: [{ rule: 'firewall-open-to-internet' }],
    });
  });

  test.each([
    ['a plan', 'plan.json', "'plan.json': not a synthesized stack: expected a cdk.tf.json"],
    ['a file that is not there', 'nowhere.json', "cannot read 'nowhere.json': no such file"],
    ['a stack, where none was synthesized', 'staging', "'cdktf.out' has no synthesized stacks"],
  ])('fails on %s with one sentence', (_, file, message) => {
    const { status, stderr } = check(file);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });
});
