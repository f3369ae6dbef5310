/** Release channels of GKE. */
export const RELEASE_CHANNELS = ['RAPID', 'REGULAR', 'STABLE', 'EXTENDED'] as const;

/** Release channel, from the earliest versions to the latest. */
export type ReleaseChannel = (typeof RELEASE_CHANNELS)[number];
