import { readConfiguration, withGuestFlush } from '../../../lib/sandbox/vms/guest-flush';

const ENABLED = '[Accounts]\nenabled = false\n\n[Snapshots]\nenabled = true\ntimeout_in_seconds = 20\n';

/** VM whose files and scripts are given: results of scripts by path. */
function user(configuration: string, scripts: Readonly<Record<string, number>>) {
  const calls: string[] = [];
  const exec = async (words: string | readonly string[]) => {
    const [program, ...args] = words as readonly string[];
    const answer = (status: number, stdout = '') => ({ status, stdout, stderr: '' });
    if (program === 'cat') return configuration === '' ? answer(1) : answer(0, configuration);
    if (program === 'test') return answer(scripts[args[1]!] === undefined ? 1 : 0);
    calls.push(args.slice(1).join(' '));
    return answer(scripts[args[2]!]!);
  };
  return { calls, user: { vm: { name: 'b', exec }, deviceName: 'data' } };
}

const PRE = '/etc/google/snapshots/pre.sh';
const POST = '/etc/google/snapshots/post.sh';

test('scripts of the guest run before and after the snapshot, with the timeout of the configuration', async () => {
  const { calls, user: guest } = user(ENABLED, { [PRE]: 0, [POST]: 0 });
  await withGuestFlush(guest, async () => void calls.push('snapshot'));
  expect(calls).toEqual([`20 ${PRE} data`, 'snapshot', `20 ${POST} data`]);
});

test.each([
  ['snapshots are not enabled', '[Snapshots]\nenabled = false\n', {}, 'You can only use guest-flush on disks'],
  ['the section of another setting is enabled', '[Accounts]\nenabled = true\n', {}, 'You can only use guest-flush on disks'],
  ['there is no configuration', '', { [PRE]: 0, [POST]: 0 }, 'You can only use guest-flush on disks'],
  ['there are no scripts', ENABLED, {}, `b has no ${PRE}: no snapshot was taken`],
  ['a script fails', ENABLED, { [PRE]: 3, [POST]: 0 }, `${PRE} on b failed with status 3: no snapshot was taken`],
  ['a script times out', ENABLED, { [PRE]: 124, [POST]: 0 }, `${PRE} on b did not end within 20 s: no snapshot was taken`],
] as const)('no snapshot is taken if %s', async (_, configuration, scripts, message) => {
  const { calls, user: guest } = user(configuration, scripts);
  await expect(withGuestFlush(guest, async () => void calls.push('snapshot'))).rejects.toThrow(message);
  expect(calls).not.toContain('snapshot');
});

test('a script that fails afterwards fails the snapshot', async () => {
  const { user: guest } = user(ENABLED, { [PRE]: 0, [POST]: 1 });
  await expect(withGuestFlush(guest, async () => {})).rejects.toThrow(`${POST} on b failed with status 1`);
});

test('the script afterwards runs also when the snapshot fails', async () => {
  const { calls, user: guest } = user(ENABLED, { [PRE]: 0, [POST]: 0 });
  const full = () => Promise.reject(new Error('disk full'));
  await expect(withGuestFlush(guest, full)).rejects.toThrow('disk full');
  expect(calls.at(-1)).toBe(`20 ${POST} data`);
});

test('fails for a disk that no running VM has', async () => {
  await expect(withGuestFlush(undefined, async () => {})).rejects.toThrow('You can only use guest-flush on disks attached to instances');
});

test('the default timeout is a minute', () => {
  expect(readConfiguration('[Snapshots]\nenabled=true\ntimeout_in_seconds=soon')).toEqual({ isEnabled: true, timeoutSeconds: 60 });
});
