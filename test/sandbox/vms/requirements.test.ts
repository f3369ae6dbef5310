import { type Host, missingForVms, requireVms } from '../../../lib/sandbox/vms/requirements';

const GOOD: Host = {
  platform: 'linux',
  isRoot: true,
  hasProgram: () => true,
  hasFileSystem: () => true,
  controlGroups: '/sys/fs/cgroup',
};

test('a Linux host with root and every program can run VMs', () => {
  expect(missingForVms(GOOD)).toEqual([]);
  expect(() => requireVms(GOOD)).not.toThrow();
});

test.each<[string, Partial<Host>, string]>([
  ['another system', { platform: 'darwin' }, 'they need Linux, and this is darwin'],
  ['an ordinary user', { isRoot: false }, 'they need root: network namespaces, loop devices and mounts are made for them'],
  [
    'missing programs, by their packages',
    { hasProgram: (name) => !['nft', 'mkfs.xfs', 'nsenter', 'unshare'].includes(name) },
    'these Debian packages are missing: nftables util-linux xfsprogs',
  ],
  ['missing control groups', { controlGroups: undefined }, 'no cgroup2 file system is mounted'],
  ['missing file systems', { hasFileSystem: (name) => name !== 'xfs' }, 'the kernel has no xfs file system'],
])('fails with one sentence for %s', (_, lacking, clause) => {
  expect(() => requireVms({ ...GOOD, ...lacking })).toThrow(
    `local VMs cannot run here: ${clause}. Without them (no --vms) the sandbox works as always`,
  );
});

test('reports all missing requirements at once', () => {
  expect(missingForVms({ ...GOOD, hasProgram: (name) => name !== 'mvn', controlGroups: undefined })).toEqual([
    'these Debian packages are missing: maven',
    'no cgroup2 file system is mounted',
  ]);
});
