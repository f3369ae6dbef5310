import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TerraformStack, Testing } from 'cdktf';

/** The stack's `cdk.tf.json` as it is written, with the blocks `//` that `Testing.synth` leaves out. */
export function written(stack: TerraformStack) {
  return JSON.parse(readFileSync(path.join(Testing.fullSynth(stack), 'stacks', stack.node.id, 'cdk.tf.json'), 'utf8'));
}
