/** Device name of the data disk: `/dev/disk/by-id/google-NAME` on the VM. */
export const DATA_DISK_DEVICE = 'cassandra-data';

/** Metadata key: number of the attached data disk. */
export const DATA_DISK_KEY = 'data-disk-number';

/** Metadata key: number of the disk that this deployment created blank, the only one that may be formatted. */
export const BLANK_DISK_KEY = 'blank-data-disk-number';
