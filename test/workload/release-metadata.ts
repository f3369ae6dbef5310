import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TerraformStack, Testing } from 'cdktf';
import type { Block } from '../../lib/testing';

/** The block `//` of the stack's one release, which `Testing.synth` leaves out. */
export function releaseMetadata(stack: TerraformStack): Block {
  const json = JSON.parse(readFileSync(path.join(Testing.fullSynth(stack), 'stacks', stack.node.id, 'cdk.tf.json'), 'utf8'));
  const [release] = Object.values<Block>(json.resource.helm_release);
  return release!['//'];
}
