/** Names of cases that remain open in the verifier. */
export const OPEN: ReadonlySet<string> = new Set([
  'an import that names a second project behind the first',
  'the program of a provider that is an asset',
  'an external program that is an asset',
  'an external program by a relative path that is an asset',
  'a provisioner that is an asset',
  'a template file that is an asset',
  'a program after rendering that is an asset',
  'dependencies of a chart that is an asset',
]);
