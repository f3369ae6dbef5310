import { findRing, SandboxShell } from '../../lib/operations';
import { SandboxError } from '../../lib/sandbox';
import { stackWithRing } from './rings';

const [b] = findRing(stackWithRing()).nodes;
const answer = { status: 3, stdout: 'out', stderr: 'err' };

test('runs a script on the VM of that name', async () => {
  const asked: string[][] = [];
  const shell = new SandboxShell({
    exec: async (vm, script) => {
      asked.push([vm, script]);
      return answer;
    },
  });
  expect(await shell.run(b!, 'echo $HOME')).toEqual(answer);
  expect(asked).toEqual([['staging-cassandra-b', 'echo $HOME']]);
});

test.each([
  [
    'does not run',
    async () => ({ status: 255, stdout: '', stderr: 'staging-cassandra-b is not running\n' }),
    'staging-cassandra-b is not running',
  ],
  ['is not there', async () => Promise.reject(new SandboxError("unknown VM 'staging-cassandra-b'")), "unknown VM 'staging-cassandra-b'"],
  ['has stopped since', async () => Promise.reject(Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' })), 'connect ENOENT'],
  ['does not answer', () => new Promise<never>(() => {}), 'no answer within 0.05 s'],
])('cannot reach a VM that %s', async (_, exec, reason) => {
  await expect(new SandboxShell({ exec }).run(b!, 'true', 0.05)).rejects.toMatchObject({ name: 'UnreachableError', message: reason });
});

test('formats a command as an operator would type it', () => {
  const shell = new SandboxShell({ exec: async () => answer });
  expect(shell.formatCommand(b!, 'nodetool drain')).toBe('gke-platform vm exec staging-cassandra-b -- nodetool drain');
  expect(shell.formatCommand(b!, 'echo $HOME')).toBe("gke-platform vm exec staging-cassandra-b -- bash -c 'echo $HOME'");
});
