import { CloudError } from './cloud-error';
import { CloudResource, type ProviderSettings } from './cloud-resource';
import { generateValue } from './generated-values';
import { lastPart, relativeName } from './references';
import { type ResourceType, SCOPE_ARGUMENTS } from './resource-type';
import type { AttributeSchema, BlockSchema } from './schema';
import type { SimulatedCloud } from './simulated-cloud';
import { send } from './transmission';
import type { Change, Rule, TypeDescription } from './type-description';
import { copyValues, isSet, isUnknown, isValues, type Value, type Values } from './values';

/** Operations on the resources of the simulated cloud: create, read, update, delete, import. */
export class Operations {
  constructor(
    private readonly cloud: SimulatedCloud,
    private readonly descriptions: () => Iterable<TypeDescription>,
  ) {}

  /**
   * Creates a resource, or adopts one that a killed run created.
   *
   * @param onAdopted called with the adopted resource. @default - not called
   */
  public create(
    type: ResourceType,
    planned: Values,
    provider: ProviderSettings,
    onAdopted: (resource: CloudResource) => void = () => {},
  ): CloudResource {
    const { description } = type;
    const values = copyValues(planned);
    this.placeInScope(values, provider);
    const unidentified = new CloudResource(type.name, '', values, provider);
    // Generates optional names only; names that the API assigns are computed with the other values.
    if (type.schema.attributes.name?.optional && isUnknown(values.name))
      values.name = `${type.name.replaceAll('_', '-')}-${this.cloud.next('name')}`;
    this.generateMetadataName(values);

    const identity = description ? description.identity(unidentified) : buildGenericIdentity(unidentified);
    const resource = new CloudResource(type.name, identity, values, provider);
    const existing = this.cloud.get(type.name, identity);
    const adopted = this.cloud.isUnanswered(type.name, identity) ? existing : undefined;
    // The creation of an adopted resource was checked before, and resources that were created after it use this one.
    if (!adopted) this.check(description?.rules?.create, { resource, cloud: this.cloud });
    this.requireApi(type, resource);
    if (existing && !adopted && !description?.adoptsExisting) throw alreadyExists(type, resource);
    if (adopted) {
      keepComputed(values, adopted.values);
      onAdopted(resource);
    }

    if (isUnknown(values.id) || values.id === null) values.id = description?.id?.(resource) ?? identity;
    send(type, resource);
    this.computeUnknown(type, resource);
    this.cloud.put(resource);
    this.run(description?.effects?.create, { resource, cloud: this.cloud });
    return this.cloud.get(type.name, identity) ?? resource;
  }

  /** Reads a resource; undefined if it no longer exists. */
  public read(type: ResourceType, identity: string | undefined, state: Values): CloudResource | undefined {
    const found = identity === undefined ? this.cloud.find(type.name, String(state.id ?? '')) : this.cloud.get(type.name, identity);
    if (!found || (type.description?.exists?.(found, this.cloud) ?? true)) return found;
    this.cloud.remove(type.name, found.identity);
    return undefined;
  }

  public update(type: ResourceType, identity: string, prior: Values, planned: Values, provider: ProviderSettings): CloudResource {
    const { description } = type;
    const resource = new CloudResource(type.name, identity, copyValues(planned), provider);
    const before = this.cloud.get(type.name, identity);
    if (!before) throw notFound(type, identity);
    const change = { resource, before: new CloudResource(type.name, identity, prior, provider), cloud: this.cloud };
    this.check(description?.rules?.update, change);
    send(type, resource, before);
    this.computeUnknown(type, resource);
    this.cloud.put(resource);
    this.run(description?.effects?.update, change);
    return this.cloud.get(type.name, identity) ?? resource;
  }

  /** Waits for a created or updated resource, as the provider does before it answers. */
  public wait(type: ResourceType, resource: CloudResource, prior?: Values): void {
    const before = prior && new CloudResource(type.name, resource.identity, prior, resource.provider);
    this.check(type.description?.rules?.wait, { resource, before, cloud: this.cloud });
  }

  public delete(type: ResourceType, identity: string, state: Values, provider: ProviderSettings): void {
    const { description } = type;
    const resource = new CloudResource(type.name, identity, state, provider);
    const change = { resource, before: resource, cloud: this.cloud };
    this.check(description?.rules?.delete, change);
    if (description?.abandonOnDestroy?.(resource) || !this.cloud.get(type.name, identity)) return;
    this.requireUnused(type, resource);
    this.cloud.remove(type.name, identity);
    this.run(description?.effects?.delete, change);
  }

  /** Resolves an import id: an identity, an `id`, the end of either, or the id in the provider's documentation. */
  public import(type: ResourceType, id: string): CloudResource {
    const { importId, isImported = true } = type.description ?? {};
    if (!isImported) throw new CloudError(`resource ${type.name} doesn't support import`);
    const documented = importId && this.cloud.list(type.name).find((resource) => importId(resource) === id);
    const found = documented ?? this.cloud.find(type.name, id);
    if (!found) throw new CloudError('Cannot import non-existent remote object');
    return found;
  }

  private check(rules: readonly Rule[] = [], change: Change): void {
    for (const rule of rules) rule(change);
  }

  private run(effects: readonly Rule[] = [], change: Change): void {
    for (const effect of effects) effect(change);
  }

  /** Sets project, region and zone from the provider block if they are not configured. */
  private placeInScope(values: Values, provider: ProviderSettings): void {
    for (const name of SCOPE_ARGUMENTS) {
      if (!isUnknown(values[name])) continue;
      values[name] =
        (name === 'location' ? (provider.region ?? provider.zone) : provider[name]) ?? (name === 'project' ? 'sandbox-project' : '');
    }
  }

  /** Generates a name for `generate_name` of Kubernetes. */
  private generateMetadataName(values: Values): void {
    const metadata = Array.isArray(values.metadata) ? values.metadata[0] : undefined;
    if (!isValues(metadata) || !isUnknown(metadata.name)) return;
    metadata.name = `${isSet(metadata.generate_name) ? metadata.generate_name : ''}${this.cloud.next('generate_name').toString(36).padStart(5, 'a')}`;
  }

  private requireApi(type: ResourceType, resource: CloudResource): void {
    const api = type.description?.api;
    const project = resource.text('project') || resource.provider.project;
    if (!api || !project || this.cloud.isApiEnabled(project, api)) return;
    const number = this.cloud.projectNumber(project);
    throw CloudError.google(
      `Error creating ${type.label}`,
      403,
      `${api} has not been used in project ${number} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${api}/overview?project=${number} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
      'accessNotConfigured',
    );
  }

  private requireUnused(type: ResourceType, resource: CloudResource): void {
    for (const holder of this.descriptions()) {
      for (const { path, type: heldType } of holder.holds ?? []) {
        if (heldType !== type.name) continue;
        const user = this.cloud.list(holder.type).find((other) => other.all(path).some((value) => refersTo(String(value), resource)));
        if (!user) continue;
        throw CloudError.google(
          `Error when reading or editing ${type.label}`,
          400,
          `The ${type.label.toLowerCase()} resource '${resource.identity}' is already being used by '${user.identity}'`,
          'resourceInUseByAnotherResource',
        );
      }
    }
  }

  /** Sets the values that are unknown in the plan. */
  private computeUnknown(type: ResourceType, resource: CloudResource): void {
    const { description } = type;
    if (isUnknown(resource.values.self_link) && !(description?.values && 'self_link' in description.values)) {
      resource.values.self_link = generateValue('self_link', 'string', resource, this.cloud);
    }
    for (const [name, make] of Object.entries(description?.addsBlocks ?? {})) {
      if (isUnknown(resource.values[name])) resource.values[name] = make(resource, this.cloud);
    }
    for (const [path, value] of Object.entries(description?.values ?? {})) {
      setUnknown(resource.values, resource.values, path.split('.'), 0, (block, index) =>
        typeof value === 'function' ? value(resource, this.cloud, block, index) : value,
      );
    }
    this.generateUnknown(type.schema, resource.values, resource);
  }

  private generateUnknown(schema: BlockSchema, values: Values, resource: CloudResource): void {
    for (const [name, attribute] of Object.entries(schema.attributes)) {
      if (isUnknown(values[name])) values[name] = attribute.nested ? null : generateValue(name, attribute.type, resource, this.cloud);
      else if (attribute.nested) this.generateNested(attribute.nested.attributes, values[name], resource);
    }
    for (const [name, { block }] of Object.entries(schema.blocks)) {
      const inner = values[name];
      if (isUnknown(inner)) values[name] = [];
      for (const item of Array.isArray(inner) ? inner : [inner]) if (isValues(item)) this.generateUnknown(block, item, resource);
    }
  }

  private generateNested(attributes: Record<string, AttributeSchema>, value: Value | undefined, resource: CloudResource): void {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isValues(item)) this.generateUnknown({ attributes, blocks: {} }, item, resource);
    }
  }
}

/** Sets unknown values to those of an existing resource, such as its id. */
function keepComputed(values: Values, existing: Values): void {
  for (const [name, value] of Object.entries(values)) {
    const known = existing[name];
    if (isUnknown(value) && known !== undefined) values[name] = copyValues({ known }).known!;
    else if (isValues(value) && isValues(known)) keepComputed(value, known);
    else if (Array.isArray(value) && Array.isArray(known)) {
      value.forEach((item, index) => {
        const other = known[index];
        if (isValues(item) && isValues(other)) keepComputed(item, other);
      });
    }
  }
}

/** Sets the unknown values at a path, in each block along it. */
function setUnknown(value: Value, block: Values, names: string[], index: number, make: (block: Values, index: number) => Value): void {
  if (Array.isArray(value)) {
    value.forEach((item, at) => {
      if (isValues(item)) setUnknown(item, item, names, at, make);
    });
    return;
  }
  if (!isValues(value)) return;
  const [name, ...rest] = names;
  if (rest.length > 0) setUnknown(value[name!] ?? null, block, rest, index, make);
  else if (isUnknown(value[name!])) value[name!] = make(value, index);
}

/** Builds the identity of a resource without a description, from its location and names. */
function buildGenericIdentity(resource: CloudResource): string {
  const { host } = resource.provider;
  const place = SCOPE_ARGUMENTS.flatMap((name) => {
    const value = resource.text(name);
    return value ? [`${name}s/${lastPart(value)}`] : [];
  });
  const namespace = resource.text('metadata.namespace');
  const kind = resource.type.replace(/^[a-z]+_/, '');
  const names = resource.type.startsWith('google_')
    ? Object.entries(resource.values).flatMap(([name, value]) =>
        /(^|_)(name|id|member|role)$/.test(name) && isSet(value) ? [String(value)] : [],
      )
    : [...(namespace ? [namespace] : []), resource.text('metadata.name') || resource.text('name')];
  return [...(host && !resource.type.startsWith('google_') ? [host] : []), ...place, kind, ...names].join('/');
}

/** True if a name, id or self link refers to the resource; a bare name does so within its project. */
function refersTo(reference: string, resource: CloudResource): boolean {
  const name = relativeName(reference);
  if (!name) return false;
  return name === resource.identity || reference === resource.values.id || (!name.includes('/') && lastPart(resource.identity) === name);
}

function alreadyExists(type: ResourceType, resource: CloudResource): CloudError {
  if (type.name.startsWith('kubernetes_')) {
    return new CloudError(
      `${lastPart(resource.identity.slice(0, resource.identity.lastIndexOf('/')))} "${lastPart(resource.identity)}" already exists`,
    );
  }
  if (type.name === 'helm_release') return new CloudError('installation failed', 'cannot re-use a name that is still in use');
  return CloudError.google(`Error creating ${type.label}`, 409, `The resource '${resource.identity}' already exists`, 'alreadyExists');
}

function notFound(type: ResourceType, identity: string): CloudError {
  if (type.name.startsWith('kubernetes_')) return new CloudError(`Failed to update ${type.label}: "${lastPart(identity)}" not found`);
  return CloudError.google(`Error updating ${type.label} "${identity}"`, 404, `The resource '${identity}' was not found`, 'notFound');
}
