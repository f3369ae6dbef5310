import { basename } from 'node:path';
import { listArgumentPaths } from '../../lib/sandbox/argument-paths';
import { Bindings } from '../../lib/sandbox/bindings';
import { applyPatch } from '../../lib/sandbox/google-api/api-resources';
import { isBody } from '../../lib/sandbox/google-api/conversion';
import { sameReference } from '../../lib/sandbox/references';
import type { AttributeSchema, BlockSchema, Nesting } from '../../lib/sandbox/schema';
import type { SimulatedCloud } from '../../lib/sandbox/simulated-cloud';
import { TYPE_DESCRIPTIONS } from '../../lib/sandbox/types';
import { conformBlock } from '../../lib/sandbox/value-codec';
import { isValues, isZero, type Value, type Values } from '../../lib/sandbox/values';
import { type Json, type JsonObject, normalized, type SentRequests } from '../../scripts/providers/sent-requests';
import { TestApi } from '../sandbox/google-api/api';

/** Resource, from requests or a configuration. */
export interface Described {
  /** Type and identity, equal in requests and configuration. */
  readonly key: string;
  readonly type: string;
  readonly values: Values;
}

const bindings = new Bindings();
const defaults = new Map(TYPE_DESCRIPTIONS.map((description) => [description.type, description.defaults]));

/** Resources with their arguments. */
interface Resources {
  readonly list: readonly Described[];

  /** True if a resource of a type has an argument. */
  has(type: string, path: string): boolean;
}

/** Derives the resources of recorded requests. */
export async function sentResources({ kubernetes = {}, helm = {}, ...google }: SentRequests): Promise<Resources> {
  const objects = Object.values(kubernetes).filter(({ metadata }) => !isOfHelm(metadata as JsonObject));
  const { list, has } = await replay(google);
  return {
    list: [...list, ...objects.map(kubernetesObject), ...Object.values(helm).map(helmRelease)],
    has: (type, path) => !type.startsWith('google_') || has(type, path),
  };
}

/** Reads the resources that Terraform applied to a simulated cloud, and their configuration. */
export function configuredResources(cloud: SimulatedCloud, { resource = {} }: SynthesizedStack): Resources {
  const list = cloud.types().flatMap((type) =>
    cloud.list(type).map(({ identity, values }) => {
      if (type === 'helm_release') return configuredRelease(values);
      if (type.startsWith('kubernetes_')) return kubernetesResource(type, values);
      return { key: `${type} ${identity}`, type, values: withAllLabels(values) };
    }),
  );
  const written = new Map<string, ReadonlySet<string>>();
  for (const [type, blocks] of Object.entries(resource)) {
    const schema = bindings.resource(type);
    if (schema) written.set(type, new Set(Object.values(blocks).flatMap((block) => listArgumentPaths(block, schema))));
  }
  return { list, has: (type, path) => written.get(type)?.has(path) ?? false };
}

/** Merges labels with those of the provider, as they are sent. */
function withAllLabels({ labels, resource_labels, effective_labels: all, ...values }: Values): Values {
  return { ...values, labels: all ?? labels ?? null, resource_labels: all ?? resource_labels ?? null };
}

/** Derives google resources by sending the requests to the simulated APIs of an empty cloud. */
async function replay(google: SentRequests): Promise<Resources> {
  const recorded = Object.entries(google).flatMap(([name, requests]) =>
    Object.entries(requests).map(([request, body]) => ({ name, request, body })),
  );
  const isInstance = ({ request }: Recorded): boolean => request.includes('/instances ');
  const api = await TestApi.start();
  try {
    // An address must be reserved before an instance uses it.
    await sendAll(
      api,
      recorded.filter((each) => !isInstance(each)),
    );
    await sendAll(api, recorded.filter(isInstance));
    const list = api.cloud
      .types()
      .flatMap((type) => api.cloud.list(type).map(({ identity, values }) => ({ key: `${type} ${identity}`, type, values })));
    return { list, has: (type, path) => api.sentArguments.get(type)?.has(path) ?? false };
  } finally {
    await api.stop();
  }
}

/** Sends requests until all are accepted: some depend on resources of others. */
async function sendAll(api: TestApi, requests: readonly Recorded[]): Promise<void> {
  let pending = requests;
  while (pending.length > 0) {
    const refusals = new Map<Recorded, string>();
    for (const each of pending) {
      const [method, path, ...options] = each.request.split(' ');
      const query = options.filter((option) => /^\w+=/.test(option)).join('&');
      const { code, body } = await api.call(method!, `${each.name}/${path}?${query}`, await withFingerprint(api, each));
      if (code !== 200 || body.error !== undefined) refusals.set(each, `${each.request}: ${JSON.stringify(body.error)}`);
    }
    if (refusals.size === pending.length) {
      throw new Error(`the simulated APIs refuse what was recorded:\n${[...refusals.values()].join('\n')}`);
    }
    pending = [...refusals.keys()];
  }
}

interface Recorded {
  readonly name: string;
  readonly request: string;
  readonly body: JsonObject;
}

/** Adds the current label fingerprint, which is not recorded, to a request that sets labels. */
async function withFingerprint(api: TestApi, { name, request, body }: Recorded): Promise<JsonObject> {
  const [, resource] = /^POST (\S+)\/setLabels$/.exec(request) ?? [];
  if (resource === undefined) return body;
  return { ...body, labelFingerprint: (await api.call('GET', `${name}/${resource}`)).body.labelFingerprint };
}

function kubernetesObject(object: JsonObject): Described {
  const { kind, apiVersion } = object as { kind: string; apiVersion: string };
  const type = `kubernetes_${kind.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase()}_${apiVersion.split('/').at(-1)}`;
  const schema = bindings.resource(type);
  if (!schema) throw new Error(`there is no type '${type}'`);
  return kubernetesResource(type, conformBlock(argumentsOfObject(schema, object), schema));
}

function kubernetesResource(type: string, values: Values): Described {
  const [metadata] = values.metadata as [Values];
  return { key: `${type} ${[metadata.namespace, metadata.name].filter(Boolean).join('/')}`, type, values };
}

function helmRelease({ name, namespace, chart, files, values }: JsonObject): Described {
  const [, version] = String(chart).split(' ');
  return release({ name, namespace, version, chart: files, values: values! } as Values);
}

function configuredRelease({ name, namespace, version, chart, values }: Values): Described {
  return release({
    name: name!,
    namespace: namespace!,
    version: version!,
    chart: basename(String(chart)),
    // A later body patches an earlier one.
    values: (values as string[]).map((each) => JSON.parse(each)).reduce(applyPatch, {}),
  });
}

function release(values: Values): Described {
  return { key: `helm_release ${values.namespace}/${values.name}`, type: 'helm_release', values };
}

/** Label that Helm adds to created objects. */
function isOfHelm({ labels }: JsonObject): boolean {
  return isBody(labels) && labels['app.kubernetes.io/managed-by'] === 'Helm';
}

/** Converts fields of an object to arguments: `runAsNonRoot` to `run_as_non_root`, `clusterIP` to `cluster_ip`, `containers` to blocks `container`. */
function argumentsOfObject(schema: BlockSchema, object: JsonObject): Values {
  const fields = new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
  const fieldOf = (name: string): Json | undefined => {
    const plain = name.replaceAll('_', '');
    return [plain, `${plain}s`, `${plain}es`, plain.replace(/y$/, 'ies')]
      .map((each) => fields.get(each))
      .find((each) => each !== undefined);
  };
  const values: Values = {};
  for (const name of Object.keys(schema.attributes)) values[name] = fieldOf(name) ?? null;
  for (const [name, { block }] of Object.entries(schema.blocks)) {
    const value = fieldOf(name) ?? [];
    values[name] = (Array.isArray(value) ? value : [value]).filter(isBody).map((each) => argumentsOfObject(block, each as JsonObject));
  }
  return values;
}

/** Synthesized stack. */
export interface SynthesizedStack {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

/** Lists differences between sent arguments and an applied configuration, one line each. */
export function changedArguments(sent: Resources, configured: Resources): string[] {
  const now = new Map(configured.list.map((each) => [each.key, each]));
  const lines = sent.list.flatMap(({ key, type, values }) => {
    const other = now.get(key);
    now.delete(key);
    if (!other) return [`${key}: it was sent, and is not configured`];
    const change = (path: string, attribute: AttributeSchema, before: Value, after: Value): string[] => {
      const was = sent.has(type, path) ? before : null;
      const isConfigured = configured.has(type, path);
      // An argument that is neither sent nor configured was read back from the API.
      if (isZero(was) && !isConfigured) return [];
      if ((isConfigured || isDefault(type, path)) && isSame(attribute, was, after)) return [];
      return [`${key}: ${path}: ${text(was)} was sent, ${isConfigured ? text(after) : 'nothing'} is configured`];
    };
    return changes(bindings.resource(type)!, values, other.values, change);
  });
  return [...lines, ...[...now.keys()].map((key) => `${key}: it is configured, and was not sent`)];
}

/** True for arguments that the plugin sets itself: from a default, the labels of the provider block, or the chart. */
function isDefault(type: string, path: string): boolean {
  return ['labels', 'resource_labels'].includes(path) || type === 'helm_release' || (defaults.get(type)?.[path] ?? null) !== null;
}

type Compare = (path: string, attribute: AttributeSchema, before: Value, after: Value) => string[];

function changes(schema: BlockSchema, before: Values, after: Values, compare: Compare, prefix = ''): string[] {
  const attributes = Object.entries(schema.attributes).flatMap(([name, attribute]) => {
    const [one, other] = [before[name] ?? null, after[name] ?? null];
    const isArgument = (attribute.required || attribute.optional) && prefix + name !== 'id' && prefix !== 'timeouts.';
    return isArgument ? compare(prefix + name, attribute, one, other) : [];
  });
  const nested = Object.entries(schema.blocks).flatMap(([name, { nesting, block }]) => {
    const [olds, news] = [blocksOf(before[name], nesting), blocksOf(after[name], nesting)];
    const count = Math.max(olds.length, news.length);
    return Array.from({ length: count }, (_, index) =>
      changes(block, olds[index] ?? {}, news[index] ?? {}, compare, `${prefix}${name}.`),
    ).flat();
  });
  return [...attributes, ...nested];
}

function blocksOf(value: Value | undefined, nesting: Nesting): Values[] {
  const blocks = (Array.isArray(value) ? value : [value ?? null]).filter(isValues);
  return nesting === 'set' ? [...blocks].sort((one, other) => (text(one) < text(other) ? -1 : 1)) : blocks;
}

/** True for null, false, 0 and empty values, which are sent alike. */
function isSame({ type }: AttributeSchema, one: Value, other: Value): boolean {
  return (
    (isZero(one) && isZero(other)) ||
    (`${one}${other}`.includes('projects/') && sameReference(one, other)) ||
    text(one, type) === text(other, type)
  );
}

/** Normalizes a value to text: long texts as their hash, without zeros, with sorted sets and maps. */
function text(value: Value, type?: AttributeSchema['type']): string {
  return JSON.stringify(normalized(value as Json), (name, inner) => {
    if (name !== '' && isZero(inner)) return undefined;
    if (Array.isArray(inner)) return Array.isArray(type) && type[0] === 'set' ? [...inner].sort() : inner;
    if (!isBody(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
