import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hasEnded, identifyProcess, type ProcessIdentity, parseIdentity } from '../../lib/core/process-identity';

const onLinux = process.platform === 'linux' ? test : test.skip;

let child: ChildProcess;
beforeEach(async () => {
  child = spawn(process.execPath, ['-e', 'console.log(); setInterval(() => {}, 1000)']);
  await once(child.stdout!, 'data');
});
afterEach(() => child.kill('SIGKILL'));

test('a running process has not ended, and a killed one has', async () => {
  const [own, other] = [identifyProcess(), identifyProcess(child.pid)];
  expect([hasEnded(own), hasEnded(other)]).toEqual([false, false]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect([hasEnded(own), hasEnded(other)]).toEqual([false, true]);
});

test('the identity is that of its JSON', () => {
  const identity = identifyProcess();
  expect(parseIdentity(JSON.stringify(identity))).toEqual(identity);
  expect(hasEnded(parseIdentity(JSON.stringify(identity))!)).toBe(false);
});

test.each(['', '7', 'null', '{', '[]', '{"pid":1}', '{"pid":"1","host":"a"}', '{"pid":1,"host":"a","boot":1}'])(
  'the text %j is no identity',
  (text) => expect(parseIdentity(text)).toBeUndefined(),
);

onLinux.each<[string, Partial<ProcessIdentity>, boolean | undefined]>([
  ['a later process with the same id', { startedAt: '1' }, true],
  ['an earlier boot of this machine', { boot: 'another' }, true],
  ['another machine', { boot: 'another', host: 'another' }, undefined],
  ['another container', { namespace: 'pid:[1]' }, undefined],
  ['a process whose start is not known', { startedAt: undefined }, false],
])('%s', (_, difference, expected) => {
  expect(hasEnded({ ...identifyProcess(child.pid), ...difference })).toBe(expected);
});

onLinux('a killed process that its parent has not waited for has ended', async () => {
  const parent = spawn('bash', ['-c', 'sleep 1000 & echo $!; exec sleep 1000']);
  try {
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    const read = (file: string): string => readFileSync(file, 'utf8');
    // A shell waits for its children, and 'sleep' does not.
    while (!read(`/proc/${parent.pid}/comm`).startsWith('sleep')) await new Promise(setImmediate);
    process.kill(pid, 'SIGKILL');
    while (read(`/proc/${pid}/stat`).split(' ')[2] !== 'Z') await new Promise(setImmediate);
    expect(hasEnded({ ...identifyProcess(), pid, startedAt: undefined })).toBe(true);
  } finally {
    parent.kill('SIGKILL');
  }
});
