import { Command, InvalidArgumentError } from 'commander';
import { ReportedError } from '../core/reported-error';
import type * as Operations from '../operations';
import type * as Vms from '../sandbox/vms';
import { readAcknowledgements } from './acknowledgements';
import { readStack, stackFolder, synthesize } from './synthesized-stack';

/** Options of every command for a ring. */
export interface RingOptions {
  readonly ring?: string;
  readonly synth: boolean;
  readonly outDir: string;
}

/** Creates a command for a ring of a stack. */
export function ringCommand(name: string): Command {
  return new Command(name)
    .argument('<stack>', 'id of the stack, as in cdktf deploy')
    .option('--ring <name>', 'name of the ring; required if the stack has several')
    .option('--no-synth', 'use the existing synthesized output')
    .option('--out-dir <folder>', 'folder of the synthesized output', 'cdktf.out');
}

/** Runs an action with a ring and a shell on its VMs. */
export async function withRing(
  stack: string,
  { outDir, synth, ring: name }: RingOptions,
  action: (ring: Operations.Ring, shell: Operations.NodeShell) => Promise<void>,
): Promise<void> {
  const { findRing } = require('../operations') as typeof Operations;
  if (synth) synthesize(outDir);
  const ring = findRing(readStack(outDir, stack), name);
  await action(ring, await shellTo(ring));
}

/** Stack to plan, with the acknowledged findings of the guard. */
export function stackToPlan(stack: string, outDir: string, acknowledgements: string | undefined): Operations.StackToPlan {
  return {
    folder: stackFolder(outDir, stack),
    synthesized: readStack(outDir, stack),
    environment: { ...process.env, TF_IN_AUTOMATION: '1' },
    acknowledgements: readAcknowledgements(acknowledgements),
  };
}

async function shellTo(ring: Operations.Ring): Promise<Operations.NodeShell> {
  const { IapShell, SANDBOX_VARIABLE, SandboxShell } = require('../operations') as typeof Operations;
  const sandbox = process.env[SANDBOX_VARIABLE];
  if (!sandbox) return new IapShell({ ring, environment: process.env });
  const { VmClient } = require('../sandbox/vms') as typeof Vms;
  const client = await VmClient.connect(sandbox);
  return new SandboxShell({ exec: (vm, script) => client.exec(vm, ['bash', '-c', script]) });
}

/** Finds the node that an argument or option names. */
export function requireNode({ name: ring, nodes }: Operations.Ring, name: string): Operations.RingNode {
  const node = nodes.find((each) => each.name === name);
  if (node !== undefined) return node;
  throw new ReportedError(`unknown node '${name}' of ${ring}; known: ${nodes.map((each) => each.name).join(', ')}`);
}

export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0 && Number.isFinite(minutes))) throw new InvalidArgumentError('must be a positive number of minutes.');
  return minutes;
}
