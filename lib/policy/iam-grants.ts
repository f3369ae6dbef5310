/** Types that give a role to somebody for a whole project, folder or organization. */
export const IAM_GRANTS: readonly string[] = ['project', 'folder', 'organization'].flatMap((level) => [
  `google_${level}_iam_member`,
  `google_${level}_iam_binding`,
]);
