import { ArgumentTable } from '../../scripts/providers/argument-table';

const RESOURCES = {
  google_compute_disk: { Disk: { name: 'data', size: 10, create_snapshot_before_destroy: true, timeouts: { create: '5m' } } },
  kubernetes_service_account_v1: { Account: { metadata: { name: 'billing' }, automount_service_account_token: false } },
};

function tableOf(unread: readonly string[]): ArgumentTable {
  const table = new ArgumentTable();
  table.add({ sentArguments: new Map([['google_compute_disk', new Set(['name', 'size'])]]) }, { resource: RESOURCES });
  const values = { name: 'data', size: 10, create_snapshot_before_destroy: false };
  table.addRead({ type: 'google_compute_disk', address: 'google_compute_disk.Disk', values, isImported: true, unread });
  return table;
}

test('counts arguments that are set, sent and imported, by type', () => {
  expect(tableOf(['create_snapshot_before_destroy']).rows()).toEqual([
    {
      type: 'google_compute_disk',
      set: ['create_snapshot_before_destroy', 'name', 'size'],
      notSent: ['create_snapshot_before_destroy'],
      notReadBack: ['create_snapshot_before_destroy'],
    },
    { type: 'kubernetes_service_account_v1', set: ['automount_service_account_token', 'metadata.name'] },
  ]);
});

test('lists arguments that were not sent or not read back', () => {
  expect(tableOf(['create_snapshot_before_destroy', 'size']).lines()).toEqual([
    'type                           set  sent  read back',
    'google_compute_disk            3    2     1          not sent: create_snapshot_before_destroy; not read back: create_snapshot_before_destroy, size',
    'kubernetes_service_account_v1  2    -     -',
  ]);
});
