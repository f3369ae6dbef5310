import { CloudResource, type ProviderSettings } from './cloud-resource';
import { findDifferences } from './differences';
import type { PathStep } from './protocol';
import type { ResourceType } from './resource-type';
import type { AttributeSchema, BlockSchema } from './schema';
import type { Cloud } from './type-description';
import { holdsUnknown, isSet, isUnknown, isValues, isZero, sameValue, Unknown, type Value, type Values } from './values';

/** Planned values of a resource, and the changes that force a replacement. */
export interface PlannedChange {
  readonly planned: Values;
  /** Paths of changes that force a replacement. */
  readonly requiresReplace: PathStep[][];
}

/**
 * Plans a resource: the configuration, completed by defaults and by computed values of the prior state.
 *
 * Computed values are unknown when the resource is created, and kept afterwards.
 */
export function planChange(
  type: ResourceType,
  config: Values,
  prior: Values | undefined,
  provider: ProviderSettings,
  cloud: Cloud,
): PlannedChange {
  const planned = planBlock(type, type.schema, '', config, prior);
  for (const name of type.description?.providerDefaults ?? []) {
    if ((config[name] ?? null) === null && isUnknown(planned[name])) planned[name] = provider[name] ?? Unknown.value;
  }
  planLabels(type, planned, provider);
  const asResource = (values: Values) => new CloudResource(type.name, '', values, provider);
  for (const [name, compute] of Object.entries(type.description?.plannedValues ?? {})) planned[name] = compute(asResource(planned), cloud);
  if (!prior) return { planned, requiresReplace: [] };

  // Terraform's SDK plans timeouts only together with another change.
  const changed = findDifferences(type.schema, prior, planned).filter(({ path }) => !path.startsWith('timeouts'));
  if (changed.length === 0) return { planned: prior, requiresReplace: [] };

  const requiresReplace = changed.filter(({ path }) => type.isForceNew(path)).map(({ steps }) => steps);
  for (const [name, mustReplace] of Object.entries(type.description?.forceNewIf ?? {})) {
    const isChanged = changed.some(({ path }) => path === name || path.startsWith(`${name}.`));
    if (isChanged && mustReplace(asResource(prior), asResource(planned))) requiresReplace.push([{ attributeName: name }]);
  }
  for (const [name, causes] of Object.entries(type.description?.recomputedWith ?? {})) {
    const isCaused = changed.some(({ path }) => causes.some((cause) => path === cause || path.startsWith(`${cause}.`)));
    if (isCaused && !isSet(config[name])) planned[name] = Unknown.value;
  }
  return { planned, requiresReplace };
}

function planBlock(type: ResourceType, schema: BlockSchema, prefix: string, config: Values, prior: Values | undefined): Values {
  const planned: Values = {};
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    planned[name] = planAttribute(type, attribute, prefix + name, config[name] ?? null, prior?.[name]);
  }
  for (const [name, { nesting, block }] of Object.entries(schema.blocks)) {
    const path = prefix + name;
    const configured = config[name] ?? null;
    const before = prior?.[name];
    const plan = (inner: Value, priorInner: Value | undefined): Value =>
      isValues(inner) ? planBlock(type, block, `${path}.`, inner, isValues(priorInner) ? priorInner : undefined) : inner;

    if (type.description?.addsBlocks?.[path] && Array.isArray(configured) && configured.length === 0) {
      planned[name] = prior ? (before ?? []) : Unknown.value;
    } else {
      planned[name] = nesting === 'single' ? plan(configured, before) : planEach(configured, before, nesting === 'set', plan);
    }
  }
  return planned;
}

function planAttribute(type: ResourceType, attribute: AttributeSchema, path: string, config: Value, prior: Value | undefined): Value {
  if (!attribute.optional && !attribute.required) return prior === undefined ? Unknown.value : prior;
  if (config !== null) {
    if (isSet(prior) && !isUnknown(config) && type.description?.diffSuppress?.[path]?.(prior, config)) return prior;
    return attribute.nested ? planNested(type, attribute.nested, path, config, prior) : config;
  }
  const { defaults = {} } = type.description ?? {};
  if (path in defaults) return defaults[path]!;
  if (type.isComputed(path) || attribute.computed) return prior === undefined ? Unknown.value : prior;
  return type.sentAsZero.has(path) && isSet(prior) && isZero(prior) ? prior : null;
}

function planNested(
  type: ResourceType,
  { nesting, attributes }: NonNullable<AttributeSchema['nested']>,
  path: string,
  config: Value,
  prior: Value | undefined,
): Value {
  const schema = { attributes, blocks: {} };
  const plan = (inner: Value, priorInner: Value | undefined): Value =>
    isValues(inner) ? planBlock(type, schema, `${path}.`, inner, isValues(priorInner) ? priorInner : undefined) : inner;
  return nesting === 'single' ? plan(config, prior) : planEach(config, prior, nesting === 'set', plan);
}

/** Plans each element against its prior element: the one at the same index or, in a set, one that matches the configuration. */
function planEach(
  config: Value,
  prior: Value | undefined,
  isASet: boolean,
  plan: (inner: Value, prior: Value | undefined) => Value,
): Value {
  if (isValues(config)) {
    const before = isValues(prior) ? prior : {};
    return Object.fromEntries(Object.entries(config).map(([key, inner]) => [key, plan(inner, before[key])]));
  }
  if (!Array.isArray(config)) return config;
  const before = Array.isArray(prior) ? [...prior] : [];
  if (!isASet) return config.map((inner, index) => plan(inner, before[index]));
  return config.map((inner) => {
    const at = before.findIndex((candidate) => matchesPrior(inner, candidate));
    return plan(inner, at < 0 ? undefined : before.splice(at, 1)[0]);
  });
}

/** True if the prior value has every configured value. */
function matchesPrior(config: Value, prior: Value): boolean {
  if (config === null) return true;
  if (isValues(config)) return isValues(prior) && Object.entries(config).every(([name, value]) => matchesPrior(value, prior[name] ?? null));
  if (Array.isArray(config)) {
    return Array.isArray(prior) && config.length === prior.length && config.every((item, index) => matchesPrior(item, prior[index]!));
  }
  return sameValue(config, prior);
}

/** Plans the google provider's attributes for all labels of a resource, those of the provider block included. */
function planLabels(type: ResourceType, planned: Values, provider: ProviderSettings): void {
  if (!type.name.startsWith('google_')) return;
  const all = (own: Value | undefined, added: Values): Value =>
    isUnknown(own) || holdsUnknown(own) ? Unknown.value : { ...added, ...(isValues(own) ? own : {}) };
  const { attributes } = type.schema;
  for (const name of ['terraform_labels', 'effective_labels']) {
    if (attributes[name] && attributes.labels) planned[name] = all(planned.labels, { ...provider.labels });
  }
  if (attributes.effective_annotations && attributes.annotations) planned.effective_annotations = all(planned.annotations, {});
}
