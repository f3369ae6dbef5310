import { known, textAt } from '../../terraform/values';
import { rollingPools } from '../rolling-pools';
import type { Rule } from '../rule';
import { listed } from '../words';

/** An update in place of a pool is still a new machine for every pod on it. */
export const poolRolls: Rule = {
  id: 'pool-rolls',
  title: 'All nodes of a pool are drained and made again',
  check: (subject) =>
    rollingPools(subject).map(({ change, because, nodes, pace }) => ({
      severity: 'warn',
      address: change.address,
      action: change.action,
      reason: `every node of pool ${known(textAt(change.after, 'name')) ?? change.name} is made again for ${listed(because)}: ${
        nodes === undefined ? '' : `up to ${nodes} nodes, `
      }${pace}`,
      impact: 'what pods keep on their nodes: emptyDir volumes, caches, local disks',
      recovery: 'the pods, on other nodes, as fast as their disruption budgets let them go',
      remediation: 'apply it in a quiet hour, and see that what must not stop has two replicas and a budget',
    })),
};
