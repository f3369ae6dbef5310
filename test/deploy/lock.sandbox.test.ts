import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findStateLock } from '../../lib/deploy/lock';
import { runTerraform, terraformBinary } from '../../lib/terraform/cli';
import { describeWithTerraform } from '../support/terraform';

describeWithTerraform('findStateLock', () => {
  test('returns the holder of the lock, and undefined after its release', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
    const environment = { ...process.env, CHECKPOINT_DISABLE: '1' };
    try {
      const resource = { terraform_data: { Slow: { provisioner: [{ 'local-exec': { command: 'sleep 60' } }] } } };
      writeFileSync(path.join(folder, 'main.tf.json'), JSON.stringify({ resource }));
      await runTerraform(['init', '-no-color'], folder, environment);
      const apply = spawn(terraformBinary(), ['apply', '-auto-approve', '-no-color'], { cwd: folder, env: environment });
      const ended = new Promise((resolve) => apply.once('close', resolve));
      await new Promise<void>((resolve) => apply.stdout.on('data', (text) => String(text).includes('local-exec') && resolve()));
      expect(await findStateLock(folder, environment)).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        who: expect.stringContaining('@'),
        created: expect.stringMatching(/^\d{4}-/),
      });
      apply.kill('SIGTERM');
      await ended;
      expect(await findStateLock(folder, environment)).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
