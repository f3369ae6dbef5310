import { ReportedError } from '../core/reported-error';
import type { Bindings, ProviderName } from './bindings';
import { CloudError } from './cloud-error';
import { CloudResource, type ProviderSettings } from './cloud-resource';
import { DATA_DESCRIPTIONS } from './data';
import type { Faults } from './faults';
import { generateValue } from './generated-values';
import type { Operations } from './operations';
import { planChange } from './planning';
import { type Diagnostic, type PathStep, type Request, SEVERITY } from './protocol';
import { ResourceType } from './resource-type';
import { encodeSchema } from './schema-message';
import { findSchemaVersion } from './schema-versions';
import type { SimulatedCloud } from './simulated-cloud';
import { readImported, readRefreshed } from './transmission';
import type { TypeDescription } from './type-description';
import type { UnsavedCreations } from './unsaved-creations';
import { conformBlock, type DynamicValue, decodeValues, encodeValues } from './value-codec';
import { isSet, isValues, type Values } from './values';

/** Simulated crash of the provider plugin: no answer. */
export class ProviderCrash extends Error {}

/** Dependencies that the providers of a sandbox share. */
export interface ProviderContext {
  readonly bindings: Bindings;
  readonly cloud: SimulatedCloud;
  readonly operations: Operations;
  readonly faults: Faults;
  readonly findDescription: (type: string) => TypeDescription | undefined;
  /** Resource types whose schemas Terraform gets; undefined for all types. */
  readonly usedTypes: () => ReadonlySet<string> | undefined;
  /** Types without a description that were warned about. */
  readonly genericTypes: Set<string>;
  readonly creations: UnsavedCreations;
  /** Waits until the cloud is saved. */
  readonly saved: () => Promise<void>;
}

/** Simulated provider (google, kubernetes or helm), independent of the transport. Methods are named after the calls of the plugin protocol. */
export class Provider {
  private readonly types = new Map<string, ResourceType>();

  constructor(
    private readonly name: ProviderName,
    private readonly context: ProviderContext,
  ) {}

  public getProviderSchema(): object {
    const { bindings, usedTypes } = this.context;
    const used = usedTypes();
    const mine = (all: string[]) => all.filter((type) => !used || used.has(type));
    const dataSchemas = mine(bindings.dataTypes(this.name)).flatMap((name) => {
      const schema = bindings.data(name);
      return schema ? [[name, encodeSchema(schema)]] : [];
    });
    const resourceSchemas = mine(bindings.resourceTypes(this.name)).flatMap((name) =>
      bindings.resource(name) ? [[name, encodeSchema(this.resolveType(name).schema, findSchemaVersion(name))]] : [],
    );
    return {
      provider: encodeSchema(bindings.provider(this.name)),
      resourceSchemas: Object.fromEntries(resourceSchemas),
      dataSourceSchemas: Object.fromEntries(dataSchemas),
      serverCapabilities: { planDestroy: true },
    };
  }

  /** Reads the provider block, once per connection. */
  public settings(config: DynamicValue | null): ProviderSettings {
    const values = decodeValues(config, this.context.bindings.provider(this.name)) ?? {};
    const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
    if (this.name === 'google') {
      const attribution: Record<string, string> =
        values.add_terraform_attribution_label === false ? {} : { 'goog-terraform-provisioned': 'true' };
      const defaults = isValues(values.default_labels) ? (values.default_labels as Record<string, string>) : {};
      return {
        project: text(values.project),
        region: text(values.region),
        zone: text(values.zone),
        labels: { ...attribution, ...defaults },
      };
    }
    const cluster = this.name === 'helm' ? values.kubernetes : values;
    return { host: isValues(cluster) ? text(cluster.host) : undefined };
  }

  public validateResource({ typeName }: Request): object {
    const { genericTypes } = this.context;
    if (this.resolveType(typeName).description || genericTypes.has(typeName)) return {};
    genericTypes.add(typeName);
    const summary = `${typeName} is simulated generically`;
    const detail =
      'The sandbox has no description of this type: it accepts any arguments, generates computed values, and updates in place.';
    return { diagnostics: [{ severity: SEVERITY.warning, summary, detail }] };
  }

  public upgradeState({ typeName, rawState }: Request): object {
    const { schema } = this.resolveType(typeName);
    return { upgradedState: encodeValues(decodeValues(rawState, schema), schema) };
  }

  public read({ typeName, currentState, private: key }: Request): object {
    const type = this.resolveType(typeName);
    const state = decodeValues(currentState, type.schema) ?? {};
    const found = this.context.operations.read(type, decodePrivate(key), state);
    if (!found) return { newState: encodeValues(undefined, type.schema), private: key };
    const values = readRefreshed(type, found.values, state);
    return { newState: encodeValues({ ...values, timeouts: state.timeouts ?? null }, type.schema), private: encodePrivate(found) };
  }

  public plan(request: Request, settings: ProviderSettings): object {
    const type = this.resolveType(request.typeName);
    const config = decodeValues(request.config, type.schema);
    const prior = decodeValues(request.priorState, type.schema);
    if (!config || !request.proposedNewState || !decodeValues(request.proposedNewState, type.schema)) {
      return { plannedState: encodeValues(undefined, type.schema), plannedPrivate: request.priorPrivate };
    }
    const { planned, requiresReplace } = planChange(type, config, prior, settings, this.context.cloud);
    const resource = new CloudResource(type.name, decodePrivate(request.priorPrivate) ?? '', planned, settings);
    const before = prior && new CloudResource(type.name, resource.identity, prior, settings);
    for (const rule of type.description?.rules?.plan ?? []) rule({ resource, before, configuration: config, cloud: this.context.cloud });
    return {
      plannedState: encodeValues(planned, type.schema),
      requiresReplace: requiresReplace.map((steps: PathStep[]) => ({ steps })),
      plannedPrivate: request.priorPrivate,
      // Without changes the prior state is planned, also where only its timeouts differ from the configuration; Terraform's SDK does the same.
      legacyTypeSystem: type.legacyTypeSystem || planned === prior,
    };
  }

  /** @param run identifies the run of Terraform */
  public async apply(request: Request, settings: ProviderSettings, run: string): Promise<object> {
    const type = this.resolveType(request.typeName);
    const { faults, cloud } = this.context;
    const prior = decodeValues(request.priorState, type.schema);
    const planned = decodeValues(request.plannedState, type.schema);
    const operation = !prior ? 'create' : planned ? 'update' : 'delete';
    const answer = (state: Values | undefined, identity?: string, diagnostics: Diagnostic[] = []) => ({
      newState: encodeValues(state, type.schema),
      private: identity === undefined ? new Uint8Array() : encodePrivate({ identity }),
      diagnostics,
      legacyTypeSystem: type.legacyTypeSystem,
    });

    const known = prior && (decodePrivate(request.plannedPrivate) ?? cloud.find(type.name, String(prior.id ?? ''))?.identity);
    const failing = [{ severity: SEVERITY.error, summary: '', detail: '' }];
    const fault = faults.take(type.name, operation);
    if (fault?.when === 'before') {
      if (fault.crash) throw new ProviderCrash();
      failing[0]!.summary = `Error ${formatGerund(operation)} ${type.label}: ${fault.message}`;
      return answer(prior, known, failing);
    }
    let result: CloudResource | undefined;
    const adopted: Diagnostic[] = [];
    try {
      const { operations, creations } = this.context;
      if (!prior) result = operations.create(type, planned!, settings, ({ identity }) => adopted.push(createAdoptionWarning(identity)));
      else if (planned) result = operations.update(type, known ?? '', prior, planned, settings);
      else operations.delete(type, known ?? '', prior, settings);
      if (fault) {
        if (fault.crash && operation === 'create') cloud.markUnanswered(type.name, result!.identity);
        if (fault.crash) throw new ProviderCrash();
        if (!prior) creations.created(type.name, result!.identity, run);
        failing[0]!.summary = `Error waiting for ${formatGerund(operation)} ${type.label}: ${fault.message}`;
        return answer(result?.values, result?.identity, failing);
      }
      if (result && !prior) creations.created(type.name, result.identity, run);
      if (result) operations.wait(type, result, prior);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      return answer(result?.values ?? prior, result?.identity ?? known, [createDiagnostic(error)]);
    }
    try {
      await this.context.saved();
      return answer(result?.values, result?.identity, adopted);
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      if (!prior) cloud.markUnanswered(type.name, result!.identity);
      return answer(prior, known, [createDiagnostic(error)]);
    }
  }

  public import({ typeName, id }: Request): object {
    const type = this.resolveType(typeName);
    const found = this.context.operations.import(type, id);
    const state = encodeValues(readImported(type, found), type.schema);
    return { importedResources: [{ typeName, state, private: encodePrivate(found) }] };
  }

  public readData({ typeName, config }: Request, settings: ProviderSettings): object {
    const { bindings, cloud } = this.context;
    const schema = bindings.data(typeName)!;
    const values = decodeValues(config, schema) ?? {};
    const asked = new CloudResource(typeName, '', values, settings);
    const described = DATA_DESCRIPTIONS.find(({ type }) => type === typeName);
    const known = described ? described.read(asked, cloud) : findByName(asked, cloud);
    const state: Values = { ...values };
    for (const [name, attribute] of Object.entries(schema.attributes)) {
      if (isSet(state[name])) continue;
      if (isSet(known[name])) state[name] = known[name];
      else if (attribute.computed) state[name] = generateValue(name, attribute.type, asked, cloud);
    }
    if (!state.id) state.id = known.id ?? typeName;
    return { state: encodeValues(conformBlock(state, schema), schema) };
  }

  private resolveType(name: string): ResourceType {
    const known = this.types.get(name);
    if (known) return known;
    const { bindings, findDescription } = this.context;
    const schema = bindings.resource(name);
    if (!schema) throw new CloudError(`The installed bindings have no resource type ${name}`);
    const type = new ResourceType(name, schema, findDescription(name));
    this.types.set(name, type);
    return type;
  }
}

export function createDiagnostic(error: Error): Diagnostic {
  // An error for the user needs no stack trace.
  const place = error instanceof ReportedError ? '' : (error.stack ?? '');
  return { severity: SEVERITY.error, summary: error.message, detail: error instanceof CloudError ? error.detail : place };
}

/** Finds the resource of the same type with the configured arguments; returns no values if there is none. */
function findByName(asked: CloudResource, cloud: SimulatedCloud): Values {
  const given = Object.entries(asked.values).filter(([, value]) => isSet(value) && typeof value !== 'object');
  const found = cloud
    .list(asked.type)
    .find(({ values }) => given.every(([name, value]) => values[name] === undefined || values[name] === value));
  return found?.values ?? {};
}

/** Encodes the identity in the cloud as private state, which Terraform stores and does not read. */
function encodePrivate({ identity }: { identity: string }): Uint8Array {
  return Buffer.from(JSON.stringify({ identity }));
}

function decodePrivate(key: Uint8Array): string | undefined {
  return key.length > 0 ? JSON.parse(Buffer.from(key).toString()).identity : undefined;
}

function createAdoptionWarning(identity: string): Diagnostic {
  return {
    severity: SEVERITY.warning,
    summary: `${identity} was created by a run that was killed, and is adopted`,
    detail: 'No state contained it. Google Cloud would answer that it already exists, and you would import it.',
  };
}

function formatGerund(operation: 'create' | 'update' | 'delete'): string {
  return { create: 'creating', update: 'updating', delete: 'deleting' }[operation];
}
