import type { ApiClient } from '../api-client';
import type { KubernetesObject } from '../objects';
import { forEachObject } from '../reconciliation';

interface Resource {
  readonly name: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

const NAMESPACES = '/api/v1/namespaces';

/** Creates the default service account of each namespace, and deletes the content of terminating ones. */
export async function manageNamespaces(api: ApiClient): Promise<void> {
  const [namespaces, accounts] = await Promise.all([
    api.list<KubernetesObject>(NAMESPACES),
    api.list<KubernetesObject>('/api/v1/serviceaccounts'),
  ]);
  await forEachObject(namespaces, async (namespace) => {
    const { name, deletionTimestamp } = namespace.metadata;
    const hasAccount = accounts.some(({ metadata }) => metadata.name === 'default' && metadata.namespace === name);
    if (deletionTimestamp) await empty(api, namespace);
    else if (!hasAccount) await api.create(`${NAMESPACES}/${name}/serviceaccounts`, { metadata: { name: 'default' } });
  });
}

async function empty(api: ApiClient, namespace: KubernetesObject): Promise<void> {
  const { name } = namespace.metadata;
  let left = 0;
  for (const { group, plural } of await namespacedResources(api)) {
    const collection = `${group}/namespaces/${name}/${plural}`;
    const objects = await api.list<KubernetesObject>(collection);
    if (objects.length > 0) await api.delete(collection);
    left += objects.length;
  }
  if (left === 0) await api.replace(`${NAMESPACES}/${name}/finalize`, { ...namespace, spec: { finalizers: [] } });
}

/** Lists the namespaced resources, with the path of their group and version. */
async function namespacedResources(api: ApiClient): Promise<{ group: string; plural: string }[]> {
  const { groups } = (await api.get<{ groups: { preferredVersion: { groupVersion: string } }[] }>('/apis'))!;
  const paths = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const lists = await Promise.all(paths.map((path) => api.get<{ resources: Resource[] }>(path)));
  return paths.flatMap((group, index) =>
    (lists[index]?.resources ?? [])
      .filter(({ name, namespaced, verbs }) => namespaced && !name.includes('/') && verbs.includes('deletecollection'))
      .map(({ name }) => ({ group, plural: name })),
  );
}
