/** File on the boot disk of a node. Holds no secret. */
export interface NodeFile {
  readonly path: string;
  readonly content: string;

  /** Mode of the file. @default '0644' */
  readonly mode?: string;

  /** Is read by Cassandra at its start only: a change is pending until the next restart. @default false */
  readonly readAtStart?: boolean;
}
