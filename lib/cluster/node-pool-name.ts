import { shorten, stableHash } from '../core/physical-name';

/** Longest name of a node pool. */
const NAME_LENGTH = 40;

/** Raised when what is hashed, or how, changes: that renames every pool, and so is a breaking change. */
const ALGORITHM = 'v1';

/** Arguments that make google 6.50 replace a node pool. An absent one counts for nothing, so adding one here renames no pool. */
export interface ReplacingArguments {
  readonly bootDiskKmsKey?: string;
  readonly localSsdCount?: number;
  readonly maxPodsPerNode: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly minCpuPlatform?: string;
  readonly oauthScopes: readonly string[];
  readonly secureBoot: boolean;
  readonly integrityMonitoring: boolean;
  readonly serviceAccount: string;
  readonly spot?: boolean;
}

/**
 * Name of a pool: its base, and a suffix that changes exactly when the provider would replace the pool.
 *
 * The new pool is there before the old one goes, so it needs another name; a pool that is updated in place must keep
 * its name, since a name is replaced too.
 */
export function nodePoolName(baseName: string, replacing: ReplacingArguments): string {
  const suffix = stableHash(`${ALGORITHM}:${canonical(replacing)}`);
  return `${shorten(baseName, NAME_LENGTH - suffix.length - 1)}-${suffix}`;
}

/** JSON with keys in order and absent ones left out: the same text for the same arguments, however they were written. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .join(',')}}`;
}
