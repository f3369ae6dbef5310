import { comesUp, takesCanary } from './blank-disks';
import { servesComputeEngine } from './compute-api';
import { restoresRing } from './restored';
import { stopsAndStarts } from './stopped';
import { wholeLife } from './whole-life';

wholeLife('restore', {}, (ring) => {
  describe('from blank disks', () => {
    comesUp(ring);
    takesCanary(ring);
  });
  describe('the API of Compute Engine', () => servesComputeEngine(ring));
  describe('restore', () => restoresRing(ring));
  describe('stop and start', () => stopsAndStarts(ring));
});
