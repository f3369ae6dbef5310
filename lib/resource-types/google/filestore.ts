import type { ResourceType } from '../resource-type';

export const filestore: readonly ResourceType[] = [
  {
    names: ['google_filestore_instance'],
    what: 'a file share',
    price: { unpriced: 'the capacity of a file share', isLarge: true },
    deletion: {
      kind: 'data',
      impact: 'all of its files and snapshots',
      recovery: 'a Filestore backup',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/filestore_instance',
      isOriginal: true,
    },
    exposes: [
      {
        path: ['file_shares', 'nfs_export_options', 'ip_ranges'],
        open: { ranges: true, unset: 'all' },
        words: 'the file share can be mounted',
        whenNew: 'none',
      },
    ],
  },
  {
    names: ['google_filestore_backup'],
    what: 'a Filestore backup',
    price: { unpriced: 'storage by its size', isLarge: false },
    deletion: {
      kind: 'data',
      impact: 'the state of the file share at that time',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/filestore_backup',
    },
  },
  {
    names: ['google_filestore_snapshot'],
    what: 'a Filestore snapshot',
    price: { free: 'its instance is paid' },
    deletion: {
      kind: 'data',
      impact: 'the state of the file share at that time',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/filestore_snapshot',
    },
  },
];
