import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestMachine } from './boot/test-machine';

/** Phases that write files; every other command succeeds without effect. */
const PHASES = ['tune_os', 'place_secret_reader', 'place_clients', 'render_configuration', 'arrange_upkeep'];

/**
 * Every file that a startup script writes on a node, by its path, as the script itself writes it.
 *
 * @param memoryMib memory of the VM, from which the heap size is computed
 */
export function renderedNode(script: string, memoryMib: number): ReadonlyMap<string, string> {
  const machine = new TestMachine(script);
  mkdirSync(machine.path('sys'), { recursive: true });
  writeFileSync(machine.path('proc/meminfo'), `MemTotal:       ${memoryMib * 1024} kB\n`);
  const { status, output } = machine.run(
    PHASES.join('\n'),
    ['sysctl', 'swapoff', 'udevadm', 'systemctl', 'dpkg'].map((command) => `${command}() { :; }`).join('\n'),
  );
  if (status !== 0) throw new Error(output);
  const files = new Map<string, string>();
  for (const folder of ['etc', 'usr']) {
    for (const entry of readdirSync(machine.path(folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name).slice(machine.root.length + 1);
      files.set(path, machine.read(path).replaceAll(machine.root, ''));
    }
  }
  machine.remove();
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}
