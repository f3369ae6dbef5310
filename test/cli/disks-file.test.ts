import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDisksFile } from '../../lib/cli/disks-file';
import { stackWithRing } from '../operations/rings';

const synthesized: string[] = [];
jest.mock('../../lib/cli/synthesized-stack', () => ({
  ...jest.requireActual('../../lib/cli/synthesized-stack'),
  synthesize: (outDir: string) => synthesized.push(outDir),
  readStack: () => stackWithRing(),
}));
jest.mock('../../lib/cli/cassandra-ring', () => ({ stackToPlan: () => ({ folder: '', synthesized: {}, environment: {} }) }));

test('the stack is synthesized once for each content of the disks file', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'disks-')), 'staging.disks.json');
  const { disksFile, synthesize } = openDisksFile(file, 'staging', { outDir: 'out' });
  expect(synthesize().ring.name).toBe('staging-cassandra');
  synthesize();
  expect(synthesized).toEqual(['out']);
  disksFile.write({ b: { generation: 2 } });
  expect(disksFile.read()).toEqual({ b: { generation: 2 } });
  synthesize();
  synthesize();
  expect(synthesized).toEqual(['out', 'out']);
});
