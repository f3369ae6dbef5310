import { isDeepStrictEqual } from 'node:util';

type State = Readonly<Record<string, unknown>>;

/** Ids by which types are imported whose `id` in the state is another one. */
const IMPORT_IDS: Readonly<Record<string, (state: State) => string>> = {
  google_compute_subnetwork_iam_member: member('subnetwork'),
  google_project_iam_member: member('project'),
  google_secret_manager_secret_iam_member: member('secret_id'),
  google_service_account_iam_member: member('service_account_id'),
  helm_release: ({ namespace, name }) => `${namespace}/${name}`,
};

function member(target: string): (state: State) => string {
  return ({ role, member, condition, ...state }) => {
    const [named] = (condition ?? []) as { readonly title: string }[];
    return [state[target], role, member, ...(named ? [named.title] : [])].join(' ');
  };
}

/**
 * Types that are not imported: `terraform_data` has nothing to read. The google plugin imports a node pool with the name of its cluster, where
 * constructs have the cluster's id, and would replace the pool.
 */
const NOT_IMPORTED: readonly string[] = ['google_container_node_pool', 'terraform_data'];

/** Returns the id by which a resource is imported; undefined for one that is not. */
export function importIdOf(type: string, state: State): string | undefined {
  return NOT_IMPORTED.includes(type) ? undefined : (IMPORT_IDS[type]?.(state) ?? String(state.id));
}

/** Arguments of the provider plugins that no API has: an import leaves them empty, and the next apply writes them into the state. */
const KEPT_IN_STATE: Readonly<Record<string, readonly string[]>> = {
  google_compute_disk: ['create_snapshot_before_destroy'],
  google_compute_instance: ['allow_stopping_for_update'],
  google_container_cluster: ['deletion_protection', 'min_master_version', 'remove_default_node_pool'],
  google_project_service: ['disable_on_destroy'],
  kubernetes_deployment_v1: ['wait_for_rollout'],
  kubernetes_ingress_v1: ['wait_for_load_balancer'],
  kubernetes_namespace_v1: ['wait_for_default_service_account'],
  kubernetes_service_v1: ['wait_for_load_balancer'],
};

/** Labels of which only those that are configured are in the state; and how long a plugin waits. */
const OF_ALL_TYPES: readonly string[] = ['labels', 'resource_labels', 'terraform_labels', 'timeouts'];

/** Arguments that the helm plugin imports: it leaves those of the installation empty, and the next apply upgrades the release once. */
const OF_A_RELEASE: readonly string[] = ['name', 'namespace'];

/** Returns the changed arguments that a read of the resource should have found. */
export function unreadIn(type: string, changes: readonly string[]): string[] {
  if (type === 'helm_release') return changes.filter((name) => OF_A_RELEASE.includes(name));
  return changes.filter((name) => !OF_ALL_TYPES.includes(name) && !KEPT_IN_STATE[type]?.includes(name));
}

/** Whether two `metadata` blocks differ in nothing but keys of Kubernetes itself, such as `kubernetes.io/ingress.class`: an import hides them. */
export function differsInReservedKeys(before: unknown, after: unknown): boolean {
  return isDeepStrictEqual(withoutReservedKeys(before), withoutReservedKeys(after));
}

function withoutReservedKeys(metadata: unknown): unknown {
  if (!Array.isArray(metadata)) return metadata;
  return metadata.map((block: State) => ({ ...block, labels: ownKeys(block.labels), annotations: ownKeys(block.annotations) }));
}

function ownKeys(map: unknown): object {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !key.includes('kubernetes.io/')));
}
