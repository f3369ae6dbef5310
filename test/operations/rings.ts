/** A synthesized stack with a ring of one node for each letter; the last part of its address is the letter's place. */
export function stackWithRing(options: { nodes?: string; ring?: string; range?: string; fixed?: boolean } = {}): {
  resource: Record<string, Record<string, object>>;
} {
  const { nodes = 'bcd', ring = 'staging-cassandra', range = '127.0.0', fixed = true } = options;
  const all = [...nodes].map((name, index) => ({ name, address: `${range}.${index + 11}` }));
  return {
    resource: {
      google_compute_address: Object.fromEntries(
        all.map(({ name, address }) => [`${name}_Address`, { name: `${ring}-${name}`, ...(fixed ? { address } : {}) }]),
      ),
      google_compute_instance: Object.fromEntries(
        all.map(({ name }) => [
          `${name}_VM`,
          {
            name: `${ring}-${name}`,
            project: 'parking-staging',
            zone: `europe-west1-${name}`,
            '//': { cassandra: { repairWithinDays: 10, superuser: 'operator', roles: ['billing'] } },
            labels: { 'cassandra-cluster': ring, 'cassandra-node': name },
            network_interface: [{ network_ip: `\${google_compute_address.${name}_Address.address}` }],
          },
        ]),
      ),
    },
  };
}
