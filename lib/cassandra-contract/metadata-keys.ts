/** Name under which the VM finds its data disk: `/dev/disk/by-id/google-NAME`. */
export const DATA_DISK_DEVICE = 'cassandra-data';

/** Metadata key: number of the disk that is attached. */
export const DATA_DISK_KEY = 'data-disk-number';

/** Metadata key: number of the disk this deployment created blank, the only one that may be formatted. */
export const BLANK_DISK_KEY = 'blank-data-disk-number';
