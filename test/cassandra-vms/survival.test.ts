import { comesUp, isSecure, takesCanary } from './blank-disks';
import { runsByCommand } from './command';
import { survivesLosses } from './lost';
import type { RealRing } from './real-ring';
import { survivesReboots } from './reboots';
import { refuses } from './refusals';
import { staysClosed } from './unsecured';
import { isSeenAgain } from './unseen';
import { wholeLife } from './whole-life';

const live = (ring: () => RealRing): void => {
  describe('before the ring is secured', () => staysClosed(ring));
  describe('from blank disks', () => {
    comesUp(ring);
    isSecure(ring);
    takesCanary(ring);
  });
  describe('reboots', () => survivesReboots(ring));
  describe('lost echoes', () => isSeenAgain(ring));
  describe('refusals', () => refuses(ring));
  describe('losses', () => survivesLosses(ring));
};

wholeLife('survival', {}, live, (ring) => describe('the command', () => runsByCommand(ring)));
