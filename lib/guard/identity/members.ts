/** Members that include callers outside of the organization. */
export function isPublicMember(member: string): boolean {
  return /^(allUsers|allAuthenticatedUsers)$/i.test(member);
}

/** Tests a member for all identities of a federated pool. */
export function isWholePool(member: string): boolean {
  return /^principalSet:\/\/iam\.googleapis\.com\/.*(\/\*|\/attribute\.[^/]+\/\*)$/.test(member);
}

/** Tests a member for all accounts of a domain, a project, a folder or an organization. */
export function isWholeOrganization(member: string): boolean {
  return /^domain:/.test(member) || /^principalSet:\/\/(cloudresourcemanager\.googleapis\.com|goog)\//.test(member);
}

/** Tests a member for an agent that Google manages for one of its services. */
export function isServiceAgent(member: string): boolean {
  return /^serviceAccount:service-\d+@[a-z0-9.-]+\.iam\.gserviceaccount\.com$/.test(member);
}

/** Tests a member for workloads: of a namespace in Kubernetes, or of a federated pool. */
export function isWorkload(member: string): boolean {
  return /^serviceAccount:.+\.svc\.id\.goog\[.+\/.+\]$/.test(member) || /^principal(Set)?:\/\/iam\.googleapis\.com\//.test(member);
}

/** Tests a member that was deleted, and therefore uses nothing. */
export function isDeletedMember(member: string): boolean {
  return member.startsWith('deleted:');
}
