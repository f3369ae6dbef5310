/** The region of a zone; a region itself. */
export function regionOf(location: string): string {
  return location.replace(/^.*\//, '').replace(/-[a-z]$/, '');
}
