import { comesUp, takesCanary } from './blank-disks';
import { growsAndShrinks } from './growing';
import { changesUnderLoad } from './rolling';
import { nodesWithOldVersion, upgrades } from './upgrade';
import { wholeLife } from './whole-life';

// Whatever goes through the ring waits for hints as long as they may be in memory, again and again.
const settings = { hints_flush_period: '1s' };

wholeLife('changes', { cassandraNodes: nodesWithOldVersion(), cassandraSettings: settings }, (ring) => {
  describe('from blank disks', () => {
    comesUp(ring);
    takesCanary(ring);
  });
  describe('changes under load', () => changesUnderLoad(ring));
  describe('an upgrade', () => upgrades(ring));
  describe('growing and shrinking', () => growsAndShrinks(ring));
});
