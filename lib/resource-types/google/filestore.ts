import type { ResourceType } from '../resource-type';

export const filestore: readonly ResourceType[] = [
  {
    names: ['google_filestore_instance'],
    what: 'a file share',
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
    price: { unpriced: 'the capacity of a file share', isLarge: true },
  },
  {
    names: ['google_filestore_backup'],
    what: 'a Filestore backup',
    deletion: {
      kind: 'data',
      impact: 'the state of the file share at that time',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/filestore_backup',
    },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_filestore_snapshot'],
    what: 'a Filestore snapshot',
    deletion: {
      kind: 'data',
      impact: 'the state of the file share at that time',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/filestore_snapshot',
    },
    price: { free: 'its instance is paid' },
  },
];
