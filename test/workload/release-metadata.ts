import type { TerraformStack } from 'cdktf';
import type { Block } from '../../lib/testing';
import { written } from '../support/written';

/** The block `//` of the stack's one release. */
export function releaseMetadata(stack: TerraformStack): Block {
  const [release] = Object.values<Block>(written(stack).resource.helm_release);
  return release!['//'];
}
