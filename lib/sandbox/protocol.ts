import type { fromJSON } from '@grpc/proto-loader';
import type { DynamicValue } from './value-codec';

type Definition = Parameters<typeof fromJSON>[0];

/** Number, type and kind of a message field. */
type Field = readonly [number: number, type: string, kind?: 'repeated' | 'map'];

const diagnostics = (number: number): Field => [number, 'Diagnostic', 'repeated'];

/**
 * Messages of Terraform's plugin protocol, version 6, by name, as far as a provider with resources and data sources needs them.
 * `Rpc.Request` and `Rpc.Response` are the two sides of a call.
 */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  DynamicValue: { msgpack: [1, 'bytes'], json: [2, 'bytes'] },
  RawState: { json: [1, 'bytes'], flatmap: [2, 'string', 'map'] },
  AttributePath: { steps: [1, 'AttributePathStep', 'repeated'] },
  AttributePathStep: { attributeName: [1, 'string'], elementKeyString: [2, 'string'], elementKeyInt: [3, 'int64'] },
  Diagnostic: { severity: [1, 'int32'], summary: [2, 'string'], detail: [3, 'string'], attribute: [4, 'AttributePath'] },

  Schema: { version: [1, 'int64'], block: [2, 'Block'] },
  Block: { version: [1, 'int64'], attributes: [2, 'Attribute', 'repeated'], blockTypes: [3, 'NestedBlock', 'repeated'] },
  Attribute: {
    name: [1, 'string'],
    type: [2, 'bytes'],
    required: [4, 'bool'],
    optional: [5, 'bool'],
    computed: [6, 'bool'],
    sensitive: [7, 'bool'],
    nestedType: [10, 'Object'],
  },
  NestedBlock: { typeName: [1, 'string'], block: [2, 'Block'], nesting: [3, 'int32'], minItems: [4, 'int64'], maxItems: [5, 'int64'] },
  Object: { attributes: [1, 'Attribute', 'repeated'], nesting: [3, 'int32'] },
  ServerCapabilities: { planDestroy: [1, 'bool'], getProviderSchemaOptional: [2, 'bool'], moveResourceState: [3, 'bool'] },

  'GetProviderSchema.Request': {},
  'GetProviderSchema.Response': {
    provider: [1, 'Schema'],
    resourceSchemas: [2, 'Schema', 'map'],
    dataSourceSchemas: [3, 'Schema', 'map'],
    diagnostics: diagnostics(4),
    providerMeta: [5, 'Schema'],
    serverCapabilities: [6, 'ServerCapabilities'],
  },
  'ValidateProviderConfig.Request': { config: [1, 'DynamicValue'] },
  'ValidateProviderConfig.Response': { diagnostics: diagnostics(2) },
  'ConfigureProvider.Request': { terraformVersion: [1, 'string'], config: [2, 'DynamicValue'] },
  'ConfigureProvider.Response': { diagnostics: diagnostics(1) },
  'ValidateResourceConfig.Request': { typeName: [1, 'string'], config: [2, 'DynamicValue'] },
  'ValidateResourceConfig.Response': { diagnostics: diagnostics(1) },
  'ValidateDataResourceConfig.Request': { typeName: [1, 'string'], config: [2, 'DynamicValue'] },
  'ValidateDataResourceConfig.Response': { diagnostics: diagnostics(1) },
  'UpgradeResourceState.Request': { typeName: [1, 'string'], version: [2, 'int64'], rawState: [3, 'RawState'] },
  'UpgradeResourceState.Response': { upgradedState: [1, 'DynamicValue'], diagnostics: diagnostics(2) },
  'ReadResource.Request': { typeName: [1, 'string'], currentState: [2, 'DynamicValue'], private: [3, 'bytes'] },
  'ReadResource.Response': { newState: [1, 'DynamicValue'], diagnostics: diagnostics(2), private: [3, 'bytes'] },
  'PlanResourceChange.Request': {
    typeName: [1, 'string'],
    priorState: [2, 'DynamicValue'],
    proposedNewState: [3, 'DynamicValue'],
    config: [4, 'DynamicValue'],
    priorPrivate: [5, 'bytes'],
  },
  'PlanResourceChange.Response': {
    plannedState: [1, 'DynamicValue'],
    requiresReplace: [2, 'AttributePath', 'repeated'],
    plannedPrivate: [3, 'bytes'],
    diagnostics: diagnostics(4),
    legacyTypeSystem: [5, 'bool'],
  },
  'ApplyResourceChange.Request': {
    typeName: [1, 'string'],
    priorState: [2, 'DynamicValue'],
    plannedState: [3, 'DynamicValue'],
    config: [4, 'DynamicValue'],
    plannedPrivate: [5, 'bytes'],
  },
  'ApplyResourceChange.Response': {
    newState: [1, 'DynamicValue'],
    private: [2, 'bytes'],
    diagnostics: diagnostics(3),
    legacyTypeSystem: [4, 'bool'],
  },
  'ImportResourceState.Request': { typeName: [1, 'string'], id: [2, 'string'] },
  'ImportResourceState.Response': { importedResources: [1, 'ImportedResource', 'repeated'], diagnostics: diagnostics(2) },
  ImportedResource: { typeName: [1, 'string'], state: [2, 'DynamicValue'], private: [3, 'bytes'] },
  'ReadDataSource.Request': { typeName: [1, 'string'], config: [2, 'DynamicValue'] },
  'ReadDataSource.Response': { state: [1, 'DynamicValue'], diagnostics: diagnostics(2) },
  'StopProvider.Request': {},
  'StopProvider.Response': { error: [1, 'string'] },
};

/** Calls that a provider answers. gRPC rejects others as unimplemented, which Terraform treats as not supported. */
export const CALLS = Object.keys(MESSAGES).flatMap((name) => (name.endsWith('.Request') ? [name.slice(0, -'.Request'.length)] : []));

/** Builds the protocol definition in the JSON format of protobufjs. */
export function buildProtocolDefinition(): Definition {
  const messages = Object.entries(MESSAGES).map(([name, fields]) => {
    const definitions = Object.entries(fields).map(([field, [id, type, kind]]) => {
      const rule = kind === 'repeated' ? { rule: 'repeated' } : kind === 'map' ? { keyType: 'string' } : {};
      return [field, { id, type, ...rule }];
    });
    return [messageName(name), { fields: Object.fromEntries(definitions) }];
  });
  const methods = CALLS.map((call) => [
    call,
    { requestType: messageName(`${call}.Request`), responseType: messageName(`${call}.Response`) },
  ]);
  const nested = { ...Object.fromEntries(messages), Provider: { methods: Object.fromEntries(methods) } };
  return { nested: { tfplugin6: { nested } } };
}

function messageName(name: string): string {
  return name.replace('.', '');
}

export const SEVERITY = { error: 1, warning: 2 } as const;

export const NESTING = { single: 1, list: 2, set: 3, map: 4 } as const;

export interface Diagnostic {
  readonly severity: number;
  readonly summary: string;
  readonly detail?: string;
}

/** Step of a path into a value. */
export interface PathStep {
  readonly attributeName?: string;
  readonly elementKeyString?: string;
  readonly elementKeyInt?: number;
}

/** Request fields that handlers read; missing ones are null. */
export interface Request {
  readonly typeName: string;
  readonly config: DynamicValue | null;
  readonly priorState: DynamicValue | null;
  readonly proposedNewState: DynamicValue | null;
  readonly plannedState: DynamicValue | null;
  readonly currentState: DynamicValue | null;
  readonly rawState: DynamicValue | null;
  readonly private: Uint8Array;
  readonly priorPrivate: Uint8Array;
  readonly plannedPrivate: Uint8Array;
  readonly id: string;
}
