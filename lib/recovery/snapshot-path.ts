const PATH = /projects\/([^/]+)\/global\/snapshots\/([^/]+)$/;

/** Path of a snapshot, as `projects/PROJECT/global/snapshots/NAME`, within a link of the API; undefined if it has none. */
export function readSnapshotPath(link: unknown): string | undefined {
  return PATH.exec(String(link ?? ''))?.[0];
}

/**
 * Compares snapshots by project and name; by name alone where one of them is a name only, or has the number of its project, which the API may
 * return instead of the id.
 *
 * @param one as `projects/PROJECT/global/snapshots/NAME`, also within a URL, or as `NAME`; undefined for none
 */
export function isSameSnapshot(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [project, name] = read(one);
  const [otherProject, otherName] = read(other);
  return name === otherName && (project === undefined || otherProject === undefined || project === otherProject);
}

/** Project, unless it is unknown or a number, and name. */
function read(snapshot: string): [string | undefined, string] {
  const [, project, name] = PATH.exec(snapshot) ?? [];
  return [project === undefined || /^\d+$/.test(project) ? undefined : project, name ?? snapshot];
}
