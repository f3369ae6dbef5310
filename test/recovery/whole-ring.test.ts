import { findRing } from '../../lib/operations';
import { requirePlace } from '../../lib/recovery/recover-ring';
import { type RestoreRingOptions, restoreRing } from '../../lib/recovery/restore-ring';
import { stackWithRing } from '../operations/rings';

const ring = { ...findRing(stackWithRing()), joins: 'dc1' };
const REFUSAL = "staging-cassandra is a data center of a ring with dc1, whose disks are not replaced: remove 'joins' first";

test('the disks of one data center of a larger ring are neither restored nor recovered', async () => {
  await expect(restoreRing({ ring, sets: [] } as unknown as RestoreRingOptions)).rejects.toMatchObject({ exitCode: 2, message: REFUSAL });
  expect(() => requirePlace(ring, 'b')).toThrow(REFUSAL);
});
