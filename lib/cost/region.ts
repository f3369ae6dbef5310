/** Returns the region of a zone or a region. */
export function readRegion(location: string): string {
  return location.replace(/^.*\//, '').replace(/-[a-z]$/, '');
}
