import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LocalVm } from '../../lib/sandbox';

let folder: string | undefined;

/**
 * Puts the serial console, the journal and Cassandra's log of every node into one folder.
 *
 * @returns path of the folder, and the last error line of each node
 */
export async function keepLogs(step: string, vms: readonly LocalVm[]): Promise<string> {
  folder ??= mkdtempSync(join(tmpdir(), 'cassandra-logs-'));
  const target = join(folder, step.replace(/\W+/g, '-').slice(0, 60));
  mkdirSync(target, { recursive: true });
  const lines = await Promise.all(vms.map((vm) => keepLogsOf(vm, target)));
  return `\nFailed: ${step}. Logs of all nodes: ${target}\n${lines.join('')}`;
}

async function keepLogsOf(vm: LocalVm, target: string): Promise<string> {
  const disk = join(dirname(vm.consolePath), 'upper');
  const systemLog = join(disk, 'var/log/cassandra/system.log');
  const journal = vm.status === 'RUNNING' ? (await vm.exec('journalctl --no-pager --lines 3000', { timeoutSeconds: 20 })).stdout : '';
  const texts: Readonly<Record<string, string>> = {
    console: vm.serialConsole(),
    journal: journal || `${vm.name} is not running: its journal is in ${disk}/var/log/journal\n`,
    'system.log': existsSync(systemLog) ? readFileSync(systemLog, 'utf8') : '',
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(target, `${vm.name}-${name}`), text);
  return `  ${vm.name} (${vm.status}): ${lastError(texts)}\n`;
}

function lastError(texts: Readonly<Record<string, string>>): string {
  for (const [name, pattern] of [
    ['system.log', /^(ERROR|FATAL)|Exception:|Error:/],
    ['console', /refused|failed|error/i],
    ['journal', /refused|failed|error/i],
  ] as const) {
    const line = texts[name]!.split('\n').findLast((each) => pattern.test(each));
    if (line !== undefined) return `${name}: ${line.trim().slice(0, 300)}`;
  }
  return texts.console!.trimEnd().split('\n').at(-1) ?? 'it said nothing';
}
