import { secretRefusal } from '../../../lib/sandbox/vms/secret-access';
import { CloudOfVms } from './cloud-of-vms';

const NODE = 'node@parking.iam.gserviceaccount.com';

let cloud: CloudOfVms;
let number: string;
beforeEach(() => {
  cloud = new CloudOfVms();
  number = cloud.projectNumber('parking');
});

function grant(expression: string, more: Record<string, string> = {}): void {
  cloud.add('google_project_iam_member', `grant ${expression}`, {
    project: 'parking',
    role: 'roles/secretmanager.secretAccessor',
    member: `serviceAccount:${NODE}`,
    condition: expression === '' ? [] : [{ expression }],
    ...more,
  });
}

const status = (secret: string, email: string | undefined = NODE): number => secretRefusal(cloud, email, 'parking', secret)?.status ?? 200;

test('an unknown token has no account', () => {
  expect(secretRefusal(cloud, undefined, 'parking', 'ca')).toMatchObject({ status: 401 });
});

test('no account reads secrets without a grant', () => {
  expect(secretRefusal(cloud, NODE, 'parking', 'ca')).toEqual({
    status: 403,
    message: `Permission 'secretmanager.versions.access' denied for resource 'projects/${number}/secrets/ca/versions/latest' (or it may not exist).`,
  });
});

test('a grant without a condition applies to every secret, and only to its member and role', () => {
  grant('');
  expect(status('ca')).toBe(200);
  expect(status('ca', 'other@parking.iam.gserviceaccount.com')).toBe(403);
});

test('a role without permission to access secrets grants none', () => {
  grant('', { role: 'roles/secretmanager.viewer' });
  expect(status('ca')).toBe(403);
});

test.each([
  ['the same name', (secret: string) => `resource.name == "projects/N/secrets/${secret}"`, 'ring-ca', 'ring-ca-key'],
  ['a beginning', (secret: string) => `resource.name.startsWith("projects/N/secrets/${secret}/")`, 'ring-ca', 'ring-ca-key'],
  ['an end', (secret: string) => `resource.name.endsWith('/secrets/${secret}')`, 'ring-ca', 'ring-ca-key'],
])('a condition on %s is true only for that secret', (_, expression, allowed, denied) => {
  grant(expression(allowed).replace('N', number));
  expect(status(allowed)).toBe(200);
  expect(status(denied)).toBe(403);
});

test('a condition accepts any project number of the configuration', () => {
  grant('resource.name.startsWith("projects/210000000001/secrets/ca/versions/")');
  expect(status('ca')).toBe(200);
});

test('comparisons are combined with || and &&', () => {
  const is = (secret: string) => `resource.name.startsWith("projects/${number}/secrets/${secret}/")`;
  grant(`${is('one')} || (${is('two')} && resource.name.endsWith("/versions/latest"))`);
  expect(['one', 'two', 'three'].map((secret) => status(secret))).toEqual([200, 200, 403]);
});

test('an unsupported condition is false', () => {
  grant('request.time < timestamp("2030-01-01T00:00:00Z")');
  expect(status('ca')).toBe(403);
});

test('a grant on the secret itself is evaluated', () => {
  cloud.add('google_secret_manager_secret_iam_member', 'grant', {
    secret_id: 'projects/parking/secrets/ca',
    role: 'roles/secretmanager.secretAccessor',
    member: `serviceAccount:${NODE}`,
  });
  expect([status('ca'), status('ca-key')]).toEqual([200, 403]);
});
