/** A type as Terraform writes it in JSON: `"string"`, `["list", "string"]`, `["object", { "name": "string" }]`. */
export type TypeExpression = string | [string, TypeExpression] | ['object', Record<string, TypeExpression>];

export type Nesting = 'single' | 'list' | 'set' | 'map';

/** An argument or a read-only attribute: of a type, or with attributes of its own. */
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
  /** 0: any number. */
  maxItems: number;
}

export interface BlockSchema {
  attributes: Record<string, AttributeSchema>;
  blocks: Record<string, NestedBlockSchema>;
}
