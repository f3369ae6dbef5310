import type { ApiClient } from '../api-client';
import type { KubernetesObject } from '../objects';
import { DAEMON_SETS } from './owned';
import { updateStatus } from './status';

/** Reports that daemon sets run on all nodes, of which there are none. */
export async function countDaemonSets(api: ApiClient): Promise<void> {
  const none = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
  for (const set of await api.list<KubernetesObject>(DAEMON_SETS)) {
    await updateStatus(api, DAEMON_SETS, set, { observedGeneration: set.metadata.generation, ...none });
  }
}
