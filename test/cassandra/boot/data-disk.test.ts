import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ownershipMarker } from '../../../lib/cassandra/node-files/identity';
import { CONFIGURATION } from '../node-configuration';
import { TestMachine } from './test-machine';

describe('the data disk', () => {
  let machine: TestMachine;

  beforeEach(() => {
    machine = new TestMachine();
  });
  afterEach(() => machine.remove());

  function mountDataDisk(disk: {
    signature?: string;
    zeros?: boolean;
    number?: string;
    blankNumber?: string;
    readOnly?: boolean;
    damaged?: boolean;
  }) {
    return machine.run(
      'mount_data_disk',
      `
      await_disk() { :; }
      attribute() { case $1 in data-disk-number) echo '${disk.number ?? '1'}' ;; *) echo '${disk.blankNumber ?? ''}' ;; esac; }
      blockdev() { :; }
      mountpoint() { return 1; }
      wipefs() { echo '${disk.signature ?? ''}'; }
      cmp() { if [[ $* == *bytes* ]]; then return ${disk.zeros === false ? 1 : 0}; fi; command cmp "$@"; }
      findmnt() { if [[ $* == *ro* ]]; then return ${disk.readOnly ? 0 : 1}; fi; echo xfs; }
      formatted='${disk.signature ?? ''}'
      mkfs.xfs() { journal mkfs; formatted=xfs; }
      blkid() { echo "$formatted"; [[ -n $formatted ]]; }
      mount() { ${disk.damaged ? 'return 32' : 'journal mount'}; }
      umount() { journal umount; }
      xfs_growfs() { journal grow; }
      `,
    );
  }

  const mark = (text: string) => writeFileSync(machine.path('/var/lib/cassandra/.cassandra_fs_ownership'), text);
  const marked = () => readFileSync(machine.path('/var/lib/cassandra/.cassandra_fs_ownership'), 'utf8');

  test('is formatted and marked when it is blank and the first disk of the node', () => {
    expect(mountDataDisk({ blankNumber: '1' })).toMatchObject({ status: 0, journal: ['mkfs', 'mount', 'grow'] });
    expect(marked()).toBe(ownershipMarker(CONFIGURATION));
  });

  test('is mounted unchanged when it has the marker of the node', () => {
    mark(ownershipMarker(CONFIGURATION));
    expect(mountDataDisk({ signature: 'xfs', blankNumber: '1' })).toMatchObject({ status: 0, journal: ['mount', 'grow'] });
  });

  test('is marked after a boot that was interrupted between formatting and marking', () => {
    writeFileSync(machine.path('/var/lib/cassandra/.cassandra_fs_ownership.new'), 'vers');
    expect(mountDataDisk({ signature: 'xfs', blankNumber: '1' })).toMatchObject({ status: 0, journal: ['mount', 'grow'] });
    expect(marked()).toBe(ownershipMarker(CONFIGURATION));
  });

  test.each([
    ['was restored', { blankNumber: '' }],
    ['took the place of another', { number: '2', blankNumber: '1' }],
  ])('fails when it is blank and %s', (_, disk) => {
    expect(mountDataDisk(disk)).toMatchObject({
      status: 2,
      journal: [],
      state: 'refused: the data disk is blank and was not created blank by this deployment: restore it, or replace the node',
    });
  });

  test.each<[string, Parameters<typeof mountDataDisk>[0], string]>([
    [
      'holds something that is no file system',
      { zeros: false },
      'the data disk holds something that is no file system: nothing is formatted but a blank disk',
    ],
    ['has a file system of another type', { signature: 'btrfs' }, 'the data disk must be xfs or ext4, it is btrfs'],
    [
      'has a damaged file system',
      { signature: 'xfs', damaged: true },
      'the xfs file system of the data disk is damaged and cannot be mounted: restore the disk from a snapshot, or repair a copy of it',
    ],
  ])('is refused, unformatted, when it %s', (_, disk, message) => {
    expect(mountDataDisk({ ...disk, blankNumber: '1' })).toMatchObject({ status: 2, journal: [], state: `refused: ${message}` });
  });

  test('is awaited when it is not attached', () => {
    expect(machine.run('mount_data_disk', 'sleep() { :; }')).toMatchObject({
      status: 2,
      state: 'waiting: the data disk is not attached: there is no /dev/disk/by-id/google-cassandra-data',
    });
  });

  test('is checked again in two minutes when the metadata server does not answer', () => {
    expect(machine.run('may_format', 'curl() { return 28; }\nsleep() { :; }')).toMatchObject({
      status: 2,
      state: 'waiting: the metadata server does not name the attached data disk',
      journal: ['again in two minutes'],
    });
  });

  test('is formatted when an operator allowed it for this disk', () => {
    writeFileSync(machine.path('/etc/cassandra-replace-disk'), '2\n');
    expect(mountDataDisk({ number: '2', blankNumber: '1' })).toMatchObject({ status: 0, journal: ['mkfs', 'mount', 'grow'] });
  });

  test('is formatted when an operator allowed it for a node that the ring does not know', () => {
    writeFileSync(machine.path('/etc/cassandra-replace-disk'), '2 bootstrap\n');
    expect(mountDataDisk({ number: '2', blankNumber: '1' })).toMatchObject({ status: 0, journal: ['mkfs', 'mount', 'grow'] });
  });

  test('fails when the permission is for another disk', () => {
    writeFileSync(machine.path('/etc/cassandra-replace-disk'), '3\n');
    expect(mountDataDisk({ number: '2', blankNumber: '1' })).toMatchObject({ status: 2, journal: [] });
  });

  test.each([
    ['belongs to another node', 'parking/c1', 'the data disk belongs to another node: its marker is parking/c1'],
    ['belongs to another ring', 'other/b1', 'the data disk belongs to another ring: its marker is other/b1'],
    ['has a marker without a name', '', 'the ownership marker of the data disk is empty'],
  ])('is refused and unmounted when it %s', (_, ownershipToken, message) => {
    mark(ownershipMarker({ ownershipToken }));
    expect(mountDataDisk({ signature: 'xfs', blankNumber: '1' })).toMatchObject({
      status: 2,
      journal: ['mount', 'umount'],
      state: `refused: ${message}`,
    });
  });

  test('fails when it holds data and no marker', () => {
    mkdirSync(machine.path('/var/lib/cassandra/commitlog'));
    expect(mountDataDisk({ signature: 'xfs', blankNumber: '1' })).toMatchObject({
      status: 2,
      journal: ['mount', 'umount'],
      state: 'refused: the data disk has 0 ownership markers instead of 1',
    });
  });

  test('fails when it has two markers', () => {
    mark(ownershipMarker(CONFIGURATION));
    mkdirSync(machine.path('/var/lib/cassandra/commitlog'));
    writeFileSync(machine.path('/var/lib/cassandra/commitlog/.cassandra_fs_ownership'), ownershipMarker(CONFIGURATION));
    expect(mountDataDisk({ signature: 'xfs' }).state).toBe('refused: the data disk has 2 ownership markers instead of 1');
  });

  test('fails when it is read-only', () => {
    mark(ownershipMarker(CONFIGURATION));
    expect(mountDataDisk({ signature: 'xfs', readOnly: true })).toMatchObject({
      status: 2,
      journal: ['mount', 'umount'],
      state: 'refused: the data disk is read-only',
    });
  });
});
