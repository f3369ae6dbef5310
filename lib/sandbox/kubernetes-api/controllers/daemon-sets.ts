import type { ApiClient } from '../api-client';
import type { KubernetesObject } from '../objects';
import { forEachObject } from '../reconciliation';
import { DAEMON_SETS } from './owned';
import { updateStatus } from './status';

/** Reports daemon sets as rolled out on all nodes, of which there are none. */
export async function countDaemonSets(api: ApiClient): Promise<void> {
  const none = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
  await forEachObject(await api.list<KubernetesObject>(DAEMON_SETS), (set) =>
    updateStatus(api, DAEMON_SETS, set, { observedGeneration: set.metadata.generation, ...none }),
  );
}
