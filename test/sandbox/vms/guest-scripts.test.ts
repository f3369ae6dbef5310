import { spawnSync } from 'node:child_process';
import {
  BOOT_SCRIPT,
  DISK_SCRIPT,
  FORBIDDEN_CAPABILITIES,
  HOST_SCRIPT,
  INIT_SCRIPT,
  LAB_SCRIPT,
} from '../../../lib/sandbox/vms/guest-scripts';
import { testWith } from './installed';

const SCRIPTS = { BOOT_SCRIPT, DISK_SCRIPT, HOST_SCRIPT, INIT_SCRIPT, LAB_SCRIPT };

describe.each(Object.entries(SCRIPTS))('%s', (_, script) => {
  testWith('shellcheck')('pleases shellcheck', () => {
    // SC2153 reports variables in capitals, which the caller sets, as misspelled ones.
    const { stdout, status } = spawnSync('shellcheck', ['--shell=bash', '--exclude=SC2153', '-'], { input: script, encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });
});

test('a VM has no capability to set the clock, load modules or create devices', () => {
  for (const name of ['-sys_time', '-sys_module', '-mknod', '-sys_rawio']) expect(FORBIDDEN_CAPABILITIES.split(',')).toContain(name);
  expect(INIT_SCRIPT).toContain(`setpriv --bounding-set=${FORBIDDEN_CAPABILITIES} /sbin/init`);
});
