import { CloudError, type Refusal } from '../cloud-error';
import type { CloudResource, ProviderSettings } from '../cloud-resource';
import type { Faults } from '../faults';
import type { Operations } from '../operations';
import { planChange } from '../planning';
import type { ResourceType } from '../resource-type';
import type { SimulatedCloud } from '../simulated-cloud';
import type { Values } from '../values';
import { ApiError } from './api-error';
import type { Body } from './api-request';
import { type FieldNames, isBody, readArguments } from './conversion';

/** Mapping of an API's resources to a Terraform type. */
export interface ApiType {
  /** Terraform resource type, for example `google_compute_disk`. */
  readonly type: string;

  /** Field names that differ from the arguments in more than their case. @default - none */
  readonly names?: FieldNames;

  /** Derives the arguments that are the plugin's own and not in a request. @default - none */
  readonly own?: (sent: Body) => Values;

  /** Derives the output-only fields of the API from the resource in the simulated cloud. @default - none */
  readonly adds?: (resource: CloudResource, sent: Body) => Body;
}

/** Location of a resource in the URL of a request. */
export interface Place extends Pick<ProviderSettings, 'region' | 'zone'> {
  readonly project: string;
  readonly location?: string;
}

/** Result of a change: the resource, and the error of the long-running operation if it fails. */
export interface ApiResult {
  readonly resource?: CloudResource;
  readonly body: Body;
  readonly failure?: string;
}

/** Dependencies of the simulated APIs. */
export interface ApiContext {
  readonly cloud: SimulatedCloud;
  readonly operations: Operations;
  readonly faults: Faults;
  readonly resolveType: (name: string) => ResourceType;

  /** Called with the Terraform arguments of a request. @default - not called */
  readonly onArguments?: (type: string, values: Values) => void;
}

/**
 * Resources of the simulated cloud for its HTTP APIs. A request body is converted to Terraform arguments; planning, rules and side effects
 * are shared with the simulated providers. The cloud also keeps the body, so that fields are read back as sent.
 */
export class ApiResources {
  constructor(private readonly context: ApiContext) {}

  public get cloud(): SimulatedCloud {
    return this.context.cloud;
  }

  public list({ type }: ApiType, below: string): Body[] {
    return this.cloud
      .list(type)
      .filter(({ identity }) => identity.startsWith(below))
      .map(({ identity }) => this.cloud.body(type, identity)!);
  }

  /**
   * Reads the body of a resource.
   *
   * @throws ApiError if it does not exist
   */
  public get({ type }: ApiType, identity: string): Body {
    const found = this.find(type, identity);
    const body = found && this.cloud.body(type, identity);
    if (!body) throw ApiError.notFound(identity);
    return body;
  }

  /**
   * Creates a resource.
   *
   * @param scope arguments in the URL
   * @throws ApiError if the API rejects the request
   */
  public create(apiType: ApiType, place: Place, sent: Body, scope: Values = {}): ApiResult {
    return this.attempt(
      apiType,
      'create',
      (type, settings) => {
        const { planned } = planChange(type, this.configuration(apiType, place, sent, scope), undefined, settings, this.cloud);
        const resource = this.context.operations.create(type, planned, settings);
        return { resource, body: this.keep(apiType, resource, sent) };
      },
      place,
    );
  }

  /**
   * Updates a resource.
   *
   * @param sent complete body of the resource after the update
   * @throws ApiError if the resource does not exist, or the API rejects the request
   */
  public update(apiType: ApiType, place: Place, identity: string, sent: Body, scope: Values = {}): ApiResult {
    const before = this.find(apiType.type, identity);
    if (!before) throw ApiError.notFound(identity);
    return this.attempt(
      apiType,
      'update',
      (type, settings) => {
        const { planned } = planChange(type, this.configuration(apiType, place, sent, scope), before.values, settings, this.cloud);
        const resource = this.context.operations.update(type, identity, before.values, planned, settings);
        return { resource, body: this.keep(apiType, resource, sent) };
      },
      place,
    );
  }

  /**
   * Deletes a resource.
   *
   * @throws ApiError if the resource does not exist, or the API rejects the request
   */
  public delete(apiType: ApiType, place: Place, identity: string): ApiResult {
    const before = this.find(apiType.type, identity);
    if (!before) throw ApiError.notFound(identity);
    const body = this.cloud.body(apiType.type, identity) ?? {};
    return this.attempt(
      apiType,
      'delete',
      (type, settings) => {
        this.context.operations.delete(type, identity, before.values, settings);
        return { body };
      },
      place,
    );
  }

  /** Updates the stored body of a resource after a change outside of its arguments. */
  public setBody({ type }: ApiType, identity: string, body: Body): void {
    this.cloud.setBody(type, identity, body);
  }

  private find(type: string, identity: string): CloudResource | undefined {
    const resourceType = this.context.resolveType(type);
    return this.context.operations.read(resourceType, identity, {});
  }

  private configuration({ type, names, own }: ApiType, place: Place, sent: Body, scope: Values): Values {
    const { schema } = this.context.resolveType(type);
    const placed: Values = {};
    for (const name of ['project', 'region', 'zone', 'location'] as const) {
      if (schema.attributes[name] && place[name] !== undefined) placed[name] = place[name];
    }
    const values = { ...readArguments(schema, sent, names), ...placed, ...scope };
    this.context.onArguments?.(type, values);
    return { ...values, ...own?.(sent) };
  }

  private keep({ type, adds }: ApiType, resource: CloudResource, sent: Body): Body {
    const body = { ...sent, ...adds?.(resource, sent) };
    this.cloud.setBody(type, resource.identity, body);
    return body;
  }

  private attempt(
    { type: name }: ApiType,
    operation: 'create' | 'update' | 'delete',
    action: (type: ResourceType, settings: ProviderSettings) => ApiResult,
    place: Place,
  ): ApiResult {
    const fault = this.context.faults.take(name, operation);
    if (fault?.when === 'before') throw createError(fault.refusal);
    try {
      const type = this.context.resolveType(name);
      const result = action(type, { project: place.project, region: place.region, zone: place.zone });
      if (result.resource) this.context.operations.wait(type, result.resource);
      return fault ? { ...result, failure: fault.message } : result;
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      if (error.refusal) throw createError(error.refusal);
      return { body: {}, failure: error.message };
    }
  }
}

function createError({ code, message, reason }: Refusal): ApiError {
  return new ApiError(code, message, reason);
}

/** Applies a patch to a body: objects are merged, lists replaced, fields with null removed. */
export function applyPatch(body: Body, patch: Body): Body {
  const merged: Body = { ...body };
  for (const [name, value] of Object.entries(patch)) {
    const before = merged[name];
    if (value === null) delete merged[name];
    else merged[name] = isBody(value) && isBody(before) ? applyPatch(before, value) : value;
  }
  return merged;
}

/**
 * Returns the resource, for APIs without long-running operations.
 *
 * @throws ApiError if the change failed
 */
export function requireBody({ body, failure }: ApiResult): Body {
  if (failure !== undefined) throw new ApiError(500, failure, 'backendError');
  return body;
}
