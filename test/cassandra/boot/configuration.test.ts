import { writeFileSync } from 'node:fs';
import type { CassandraConfiguration } from '../../../lib/cassandra/cassandra-configuration';
import { TestMachine } from './test-machine';

/** Heap options of a VM, in the order in which the JVM reads them. */
function heapOf(memoryMiB: number, node: Partial<CassandraConfiguration> = {}): string[] {
  const machine = new TestMachine(node);
  writeFileSync(machine.path('proc/meminfo'), `MemTotal:       ${memoryMiB * 1024} kB\n`);
  const { status } = machine.run('render_configuration');
  const options = machine.read('etc/cassandra/jvm-server.options');
  machine.remove();
  expect(status).toBe(0);
  return options.match(/^-Xm[sx].*$/gm)!;
}

test.each([
  ['a shared lab of 1 GiB', 1_024, 512],
  ['an n2-standard-2', 7_950, 1_987],
  ['an n2-highmem-8', 64_300, 8_192],
  ['a machine of 3 GiB', 3_000, 1_024],
])('the heap of %s has the size that Cassandra computes by default', (_, memory, heap) => {
  expect(heapOf(memory)).toEqual([`-Xms${heap}M`, `-Xmx${heap}M`]);
});

test('the heap has the size that the ring sets', () => {
  expect(heapOf(64_300, { heapMiB: 16_384 })).toEqual(['-Xms16384M', '-Xmx16384M']);
});
