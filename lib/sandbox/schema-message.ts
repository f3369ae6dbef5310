import { NESTING } from './protocol';
import type { AttributeSchema, BlockSchema } from './schema';

/** A schema as the protocol sends it. */
export function schemaMessage(schema: BlockSchema): object {
  return { version: 0, block: blockMessage(schema) };
}

function blockMessage({ attributes, blocks }: BlockSchema): object {
  return {
    attributes: Object.entries(attributes).map(([name, attribute]) => attributeMessage(name, attribute)),
    blockTypes: Object.entries(blocks).map(([typeName, { nesting, block, minItems, maxItems }]) => ({
      typeName,
      block: blockMessage(block),
      nesting: NESTING[nesting],
      minItems,
      maxItems,
    })),
  };
}

function attributeMessage(name: string, { type, nested, required, optional, computed, sensitive }: AttributeSchema): object {
  const nestedType = nested && {
    nesting: NESTING[nested.nesting],
    attributes: Object.entries(nested.attributes).map(([inner, attribute]) => attributeMessage(inner, attribute)),
  };
  return { name, required, optional, computed, sensitive, ...(nestedType ? { nestedType } : { type: Buffer.from(JSON.stringify(type)) }) };
}
