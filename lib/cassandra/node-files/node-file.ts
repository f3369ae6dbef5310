/** A file on a node's boot disk. None holds a secret. */
export interface NodeFile {
  readonly path: string;
  readonly content: string;

  /** @default '0644' */
  readonly mode?: string;

  /** Whether a running Cassandra goes on with the file it was started with. @default false */
  readonly readAtStart?: boolean;
}
