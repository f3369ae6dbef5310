import { findRing, type NodeShell, UnreachableError } from '../../lib/operations';
import type { ComputeEngine } from '../../lib/recovery/compute-engine';
import { createReplayTools } from '../../lib/recovery/replay-tools';
import { stackWithRing } from '../operations/rings';

const UPLOAD = '/usr/local/sbin/cassandra-archive upload --open';

test('nodes that do not upload their open commit logs are listed with the reason', async () => {
  const shell: NodeShell = {
    formatCommand: () => '',
    run: async ({ name }) => {
      if (name === 'd') throw new UnreachableError('timeout');
      return name === 'b' ? { status: 0, stdout: '', stderr: '' } : { status: 1, stdout: 'sent 1', stderr: 'HTTP 403\n' };
    },
  };
  const ring = findRing(stackWithRing());
  const tools = createReplayTools({
    ring,
    shell,
    compute: {} as ComputeEngine,
    storage: { list: async () => [], read: async () => new Uint8Array() },
    run: 'run',
    onProgress: () => {},
  });
  expect(await tools.archiveOpen()).toEqual([
    `'${UPLOAD}' on c ended with 1: HTTP 403`,
    `it is unknown whether '${UPLOAD}' ran on d: timeout`,
  ]);
});
