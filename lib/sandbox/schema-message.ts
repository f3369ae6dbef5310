import { NESTING } from './protocol';
import type { AttributeSchema, BlockSchema } from './schema';

/** Encodes a schema as a message of the plugin protocol. */
export function encodeSchema(schema: BlockSchema, version = 0): object {
  return { version, block: encodeBlock(schema) };
}

function encodeBlock({ attributes, blocks }: BlockSchema): object {
  return {
    attributes: Object.entries(attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
    blockTypes: Object.entries(blocks).map(([typeName, { nesting, block, minItems, maxItems }]) => ({
      typeName,
      block: encodeBlock(block),
      nesting: NESTING[nesting],
      minItems,
      maxItems,
    })),
  };
}

function encodeAttribute(name: string, { type, nested, required, optional, computed, sensitive }: AttributeSchema): object {
  const nestedType = nested && {
    nesting: NESTING[nested.nesting],
    attributes: Object.entries(nested.attributes).map(([inner, attribute]) => encodeAttribute(inner, attribute)),
  };
  return { name, required, optional, computed, sensitive, ...(nestedType ? { nestedType } : { type: Buffer.from(JSON.stringify(type)) }) };
}
