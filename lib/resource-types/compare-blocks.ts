import { blocksAt, known, textAt } from '../terraform/values';
import type { Comparison } from './protection';

/** Properties for `compareBlocks`. */
export interface BlockComparison {
  /** Argument by which a block is found again. */
  readonly key: string;

  /** Tests that a block is weaker after the change; `is` is undefined when it is gone. */
  readonly isWeaker: (was: unknown, is: unknown) => boolean;

  /** Clause before the keys of the weaker blocks. */
  readonly clause: string;
  readonly examples: Comparison['examples'];
}

/** Compares blocks of a list in any order. New blocks are not weaker, and an argument that is unknown until apply counts as absent. */
export function compareBlocks({ key, isWeaker, clause, examples }: BlockComparison): Comparison {
  const keyOf = (block: unknown): string => known(textAt(block, key)) ?? '';
  return {
    compare: (before, after) => {
      const later = new Map(blocksAt(after).map((block) => [keyOf(block), block]));
      const weaker = blocksAt(before).filter((block) => isWeaker(block, later.get(keyOf(block))));
      return weaker.length > 0 ? [`${clause}: ${weaker.map((block) => keyOf(block).replace(/^.*\//, '')).join(', ')}`] : [];
    },
    unknownParts: 'absent',
    examples,
  };
}
