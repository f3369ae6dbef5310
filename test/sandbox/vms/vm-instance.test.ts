import { computeGateway, listDisks, listInstances, listSnapshots } from '../../../lib/sandbox/vms/vm-instance';
import { CloudOfVms } from './cloud-of-vms';

test('a VM instance has its address, account, metadata and disks', () => {
  const cloud = new CloudOfVms();
  cloud.addDisk('data-b');
  cloud.addInstance('cassandra-b', '10.10.8.11', {
    tags: ['db'],
    attached_disk: [{ source: 'projects/parking/zones/europe-west1-b/disks/data-b', device_name: 'cassandra-data' }],
  });
  const [disk] = listDisks(cloud);

  expect(listInstances(cloud)).toEqual([
    expect.objectContaining({
      name: 'cassandra-b',
      zone: 'europe-west1-b',
      machineType: 'n2-standard-2',
      address: '10.10.8.11',
      range: '10.10.8.0/24',
      network: 'projects/parking/global/networks/main',
      tags: ['db'],
      serviceAccount: expect.objectContaining({ email: 'cassandra-b@parking.iam.gserviceaccount.com' }),
      metadata: { 'startup-script': 'true', 'enable-guest-attributes': 'TRUE' },
      disks: [{ id: disk!.id, deviceName: 'cassandra-data', isReadOnly: false }],
      isWanted: true,
    }),
  ]);
});

test('an instance with desired_status TERMINATED does not run', () => {
  const cloud = new CloudOfVms();
  cloud.addInstance('a', '10.10.8.11', { desired_status: 'TERMINATED' });
  expect(listInstances(cloud)).toEqual([expect.objectContaining({ isWanted: false })]);
});

test('a disk refers to its source snapshot, and a snapshot to its source disk', () => {
  const cloud = new CloudOfVms();
  cloud.addDisk('data', { size: 50 });
  cloud.add('google_compute_snapshot', 'projects/parking/global/snapshots/yesterday', {
    name: 'yesterday',
    snapshot_id: '7',
    source_disk: 'projects/parking/zones/europe-west1-b/disks/data',
  });
  cloud.addDisk('restored', { size: 60, snapshot: 'projects/parking/global/snapshots/yesterday' });

  const [data, restored] = listDisks(cloud);
  expect(data).toMatchObject({ name: 'data', sizeGiB: 50, snapshotId: undefined });
  expect(restored).toMatchObject({ name: 'restored', sizeGiB: 60, snapshotId: '7' });
  expect(listSnapshots(cloud)).toEqual([{ id: '7', name: 'yesterday', diskId: data!.id, guestFlush: false }]);
});

test('a snapshot has the number of its own source disk, also after a disk of that name took its place', () => {
  const cloud = new CloudOfVms();
  cloud.addDisk('data');
  cloud.add('google_compute_snapshot', 'projects/parking/global/snapshots/last', {
    ...{ name: 'last', snapshot_id: '7', source_disk_id: '42' },
    source_disk: 'projects/parking/zones/europe-west1-b/disks/data',
  });
  expect(listDisks(cloud).map(({ id }) => id)).not.toContain('42');
  expect(listSnapshots(cloud)).toEqual([{ id: '7', name: 'last', diskId: '42', guestFlush: false }]);
});

test('the gateway of a subnet is its first address', () => {
  expect(computeGateway('10.10.8.0/24')).toBe('10.10.8.1');
  expect(computeGateway('10.10.8.77/26')).toBe('10.10.8.65');
});
