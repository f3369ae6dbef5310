import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DISK_CONTENT } from '../../lib/cassandra/node-files/disk-content';
import { ROW_READER } from '../../lib/cassandra/node-files/row-reader';
import { DISK_FACTS } from '../../lib/recovery/vm/disk-program';
import { RECOVERY_PROGRAM } from '../../lib/recovery/vm/recovery-program';

const MODULES = { recovery: RECOVERY_PROGRAM, disk_content: DISK_CONTENT, disk_facts: DISK_FACTS, row_reader: ROW_READER };

/**
 * Runs a Python program that imports the modules of a recovery VM.
 *
 * @param root folder for the modules
 * @param data folder in place of `/var/lib/cassandra`. @default - that one
 * @returns its output
 */
export function runRecoveryProgram(root: string, driver: string, args: readonly string[], data = '/var/lib/cassandra'): string {
  for (const [name, text] of Object.entries({ ...MODULES, driver }))
    writeFileSync(join(root, `${name}.py`), text.replaceAll('/var/lib/cassandra', data));
  return execFileSync('python3', [join(root, 'driver.py'), ...args], { encoding: 'utf8' });
}
