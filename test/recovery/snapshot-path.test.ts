import { isSameSnapshot } from '../../lib/recovery/snapshot-path';

const NIGHT = 'projects/parking-staging/global/snapshots/night';

test.each<[string | undefined, string | undefined, boolean]>([
  [NIGHT, NIGHT, true],
  [`https://www.googleapis.com/compute/v1/${NIGHT}`, NIGHT, true],
  ['projects/123456789/global/snapshots/night', NIGHT, true],
  ['night', NIGHT, true],
  ['projects/parking-vault/global/snapshots/night', NIGHT, false],
  ['projects/parking-staging/global/snapshots/other', NIGHT, false],
  ['projects/123456789/global/snapshots/other', NIGHT, false],
  ['other', NIGHT, false],
  [undefined, NIGHT, false],
  [undefined, undefined, true],
])('%p and %p', (one, other, isSame) => {
  expect(isSameSnapshot(one, other)).toBe(isSame);
  expect(isSameSnapshot(other, one)).toBe(isSame);
});
