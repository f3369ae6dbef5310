import { isDeepStrictEqual } from 'node:util';

type State = Readonly<Record<string, unknown>>;

/** Import ids of types for which they differ from `id` in the state. */
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
 * Types that are not imported. `terraform_data` cannot be read. The google plugin imports a node pool with its cluster's name; constructs set
 * the cluster's id, which would replace the pool. It does not import workflows.
 */
const NOT_IMPORTED: readonly string[] = ['google_container_node_pool', 'google_workflows_workflow', 'terraform_data'];

/** Finds the import id of a resource; undefined if it is not imported. */
export function findImportId(type: string, state: State): string | undefined {
  return NOT_IMPORTED.includes(type) ? undefined : (IMPORT_IDS[type]?.(state) ?? String(state.id));
}

/** Arguments of the provider plugins that are not in an API: an import leaves them empty, and the next apply sets them in the state. */
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

/** Arguments of all types that an import leaves empty: labels, of which the state only has configured ones, and timeouts. */
const OF_ALL_TYPES: readonly string[] = ['labels', 'resource_labels', 'terraform_labels', 'timeouts'];

/** Arguments that the helm plugin imports. Arguments of the installation stay empty, and the next apply upgrades the release once. */
const OF_A_RELEASE: readonly string[] = ['name', 'namespace'];

/** Lists the changed arguments that a read should have found. */
export function unreadIn(type: string, changes: readonly string[]): string[] {
  if (type === 'helm_release') return changes.filter((name) => OF_A_RELEASE.includes(name));
  return changes.filter((name) => !OF_ALL_TYPES.includes(name) && !KEPT_IN_STATE[type]?.includes(name));
}

/** True if two `metadata` blocks only differ in keys of Kubernetes, such as `kubernetes.io/ingress.class`, which an import hides. */
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
