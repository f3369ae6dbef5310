import { differsInReservedKeys, findImportId, unreadIn } from '../../scripts/providers/import-ids';

test.each<[string, Record<string, unknown>, string | undefined]>([
  ['google_compute_disk', { id: 'projects/p/zones/z/disks/d' }, 'projects/p/zones/z/disks/d'],
  ['google_project_iam_member', { project: 'p', role: 'roles/viewer', member: 'group:a@b', condition: [] }, 'p roles/viewer group:a@b'],
  [
    'google_project_iam_member',
    { project: 'p', role: 'roles/viewer', member: 'group:a@b', condition: [{ title: 'secrets', expression: 'true' }] },
    'p roles/viewer group:a@b secrets',
  ],
  ['helm_release', { id: 'search', name: 'search', namespace: 'apps' }, 'apps/search'],
  ['kubernetes_service_v1', { id: 'apps/search' }, 'apps/search'],
  ['google_container_node_pool', { id: 'projects/p/locations/l/clusters/c/nodePools/n' }, undefined],
  ['terraform_data', { id: '1' }, undefined],
])('%s %p is imported by %p', (type, state, id) => {
  expect(findImportId(type, state)).toBe(id);
});

test('arguments of the state only, and labels that are not configured, are not reported after an import', () => {
  expect(unreadIn('google_container_cluster', ['deletion_protection', 'labels', 'release_channel', 'timeouts'])).toEqual([
    'release_channel',
  ]);
});

test('keys of Kubernetes are not reported after an import, other keys are', () => {
  const metadata = (annotations: object) => [{ name: 'gateway', annotations, labels: {} }];
  expect(differsInReservedKeys(metadata({}), metadata({ 'kubernetes.io/ingress.class': 'gce' }))).toBe(true);
  expect(differsInReservedKeys(metadata({}), metadata({ team: 'parking' }))).toBe(false);
});
