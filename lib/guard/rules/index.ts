import type { Rule } from '../rule';
import { apiRemoved } from './api-removed';
import { backupWeakened } from './backup-weakened';
import { budgetBlocks } from './budget-blocks';
import { controlPlaneOpened } from './control-plane-opened';
import { crdDestroyed } from './crd-destroyed';
import { customResourceWeakened } from './custom-resource-weakened';
import { deletionProtected } from './deletion-protected';
import { diskRestored } from './disk-restored';
import { diskShrinks } from './disk-shrinks';
import { diskWithoutSchedule } from './disk-without-schedule';
import { drillRequired } from './drill-required';
import { firewallOpened } from './firewall-opened';
import { forgotten } from './forgotten';
import { identityWidened } from './identity-widened';
import { inUse } from './in-use';
import { nameTaken } from './name-taken';
import { namespaceDestroyed } from './namespace-destroyed';
import { newlyReachable } from './newly-reachable';
import { poolDeleted } from './pool-deleted';
import { poolRolls } from './pool-rolls';
import { preventDestroyLost } from './prevent-destroy-lost';
import { protectionSwitchedOff } from './protection-switched-off';
import { publicAddress } from './public-address';
import { rangeChanged } from './range-changed';
import { releaseLosesData } from './release-loses-data';
import { ringDisrupted } from './ring-disrupted';
import { serviceStopped } from './service-stopped';
import { statefulDestroyed } from './stateful-destroyed';
import { stopNotAllowed } from './stop-not-allowed';
import { taintedProtected } from './tainted-protected';
import { unknownContents } from './unknown-contents';
import { unknownPlan } from './unknown-plan';
import { versionDowngrade } from './version-downgrade';
import { versionSkew } from './version-skew';

/** All rules: unknown plans, data, the ring, failures during the apply, exposure, upgrades. */
export const RULES: readonly Rule[] = [
  unknownPlan,
  statefulDestroyed,
  unknownContents,
  serviceStopped,
  namespaceDestroyed,
  crdDestroyed,
  releaseLosesData,
  customResourceWeakened,
  preventDestroyLost,
  diskWithoutSchedule,
  backupWeakened,
  diskRestored,
  drillRequired,
  forgotten,
  ringDisrupted,
  deletionProtected,
  taintedProtected,
  inUse,
  rangeChanged,
  nameTaken,
  stopNotAllowed,
  diskShrinks,
  versionDowngrade,
  versionSkew,
  publicAddress,
  controlPlaneOpened,
  protectionSwitchedOff,
  identityWidened,
  firewallOpened,
  newlyReachable,
  apiRemoved,
  poolDeleted,
  poolRolls,
  budgetBlocks,
];
