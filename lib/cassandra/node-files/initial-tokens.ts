import { type CassandraConfiguration, NUM_TOKENS } from '../cassandra-configuration';

/** Lowest token of the Murmur3 partitioner, and the number of tokens. */
const LOWEST = -(2n ** 63n);
const ALL = 2n ** 64n;

/**
 * Initial tokens of a seed that begins the ring; empty for other nodes. Seeds that start at the same time do not know each other's tokens,
 * so the allocator could assign the same tokens twice. The tokens of the seeds alternate around the ring, rack by rack.
 */
export function initialTokens({ seeds, address }: Pick<CassandraConfiguration, 'seeds' | 'address'>): readonly string[] {
  const seed = seeds.indexOf(address);
  if (seed < 0) return [];
  const count = NUM_TOKENS * seeds.length;
  return Array.from({ length: NUM_TOKENS }, (_, step) => {
    const place = step * seeds.length + seed;
    return String(LOWEST + (BigInt(place) * ALL) / BigInt(count));
  });
}
