import type { Power } from '../../resource-types';

/** Powers that lead to others: a grant at a project or above is refused. */
const STRONG: ReadonlySet<Power> = new Set<Power>(['administer', 'impersonate', 'login', 'secrets', 'cluster']);

const WORDS: Readonly<Record<Power, string>> = {
  administer: 'can grant itself more, or lift restrictions of the organization',
  impersonate: 'can act as service accounts',
  login: 'can become root on VM instances',
  secrets: 'can read the secrets in Secret Manager',
  cluster: 'can become an administrator inside of clusters',
  deploy: 'can run code with a service account',
  pods: 'can read secrets and run commands in the pods of clusters',
  shell: 'can sign in on VM instances',
  delete: 'can delete projects with everything in them',
  policy: 'can grant access to the resources of its service',
};

export function isStrong(power: Power): boolean {
  return STRONG.has(power);
}

/** Describes the largest of some powers, which are in order. */
export function describePowers(powers: readonly Power[]): string {
  return powers[0] === undefined ? '' : WORDS[powers[0]];
}
