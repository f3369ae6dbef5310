/** Type expression as in Terraform's JSON: `"string"`, `["list", "string"]`, `["object", { "name": "string" }]`. */
export type TypeExpression = string | [string, TypeExpression] | ['object', Record<string, TypeExpression>];

export type Nesting = 'single' | 'list' | 'set' | 'map';

/** Argument or read-only attribute, with a type or with nested attributes. */
export interface AttributeSchema {
  type?: TypeExpression;
  nested?: { nesting: Nesting; attributes: Record<string, AttributeSchema> };
  required: boolean;
  optional: boolean;
  computed: boolean;
  sensitive: boolean;
}

export interface NestedBlockSchema {
  nesting: Nesting;
  block: BlockSchema;
  minItems: number;
  /** Maximum number of blocks; 0 for any number. */
  maxItems: number;
}

export interface BlockSchema {
  attributes: Record<string, AttributeSchema>;
  blocks: Record<string, NestedBlockSchema>;
}
