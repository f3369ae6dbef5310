import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { AnsweredCall, KubernetesRequest } from '../../lib/sandbox';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [name: string]: Json };

/** Bodies of requests: by API, for example `compute`, and then by request, for example `POST v1/projects/p/zones/z/disks data`. */
export type SentRequests = Record<string, Record<string, JsonObject>>;

/** Folder with the recorded requests: a folder for each environment, a file for each API. */
export const RECORDED_FOLDER = resolve('test/providers/sent');

/**
 * Writing requests of an apply, without what differs from one apply to the next: order, fingerprints, and the requests that send a part
 * of what a later one sends. Long texts are replaced by their hash.
 *
 * @param charts hash of the chart of each helm release, by its name
 */
export function sentRequests(
  google: readonly AnsweredCall[],
  kubernetes: readonly KubernetesRequest[],
  charts: Readonly<Record<string, string>> = {},
): SentRequests {
  const sent: SentRequests = {};
  const add = (api: string, request: string, body: JsonObject, merge?: (before: JsonObject) => JsonObject): void => {
    sent[api] ??= {};
    const before = sent[api][request];
    if (before !== undefined && !merge && !isDeepStrictEqual(before, body)) throw new Error(`two requests are '${api}: ${request}'`);
    sent[api][request] = before !== undefined && merge ? merge(before) : body;
  };
  for (const call of google) {
    const { api, method, version, path, verb, query, body: content, code } = call;
    if (method === 'GET' || method === 'DELETE' || verb === 'getIamPolicy' || code !== 200) continue;
    const body = normalized(content as JsonObject) as JsonObject;
    const options = [...query].filter(([name]) => name !== 'alt' && name !== 'prettyPrint').map((option) => option.join('='));
    const request = [`${method} ${version}/${path}${verb && `:${verb}`}`, ...options, ...(verb === '' ? nameIn(body) : [])].join(' ');
    // Of an IAM policy each request sends the members that there are so far.
    if (verb === 'setIamPolicy') add(api, request, withSortedMembers(body), () => withSortedMembers(body));
    else if (verb === 'batchEnable' || verb === 'enable') {
      // APIs are enabled one by one, or in batches of any size.
      const [, project, service] = /^(projects\/[^/]+)\/services(?:\/(.*))?$/.exec(path)!;
      const ids = service === undefined ? (body.serviceIds as string[]) : [service];
      add(api, `POST ${version}/${project}/services:batchEnable`, { serviceIds: ids.sort() }, ({ serviceIds }) => ({
        serviceIds: union(serviceIds, ids),
      }));
    } else add(api, request, body);
  }
  for (const { method, path, body } of kubernetes) {
    const object = body as JsonObject;
    if (object.type === HELM_RELEASE) {
      const { name, ...release } = releaseIn(object);
      if (method === 'POST') add('helm', `${method} ${path} ${name}`, { name: name!, ...release, files: charts[String(name)] ?? null });
    } else {
      add('kubernetes', [`${method} ${path}`, ...nameIn(object)].join(' '), normalized(object) as JsonObject);
    }
  }
  return sorted(sent) as SentRequests;
}

/** Type of the secret in which helm keeps a release. */
const HELM_RELEASE = 'helm.sh/release.v1';

/** What helm keeps of a release, as far as it is known from the arguments. What the chart makes of the values is sent by itself. */
function releaseIn({ data }: JsonObject): JsonObject {
  const text = Buffer.from(String((data as JsonObject).release), 'base64').toString();
  const { name, namespace, chart, config } = JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString());
  return { name, namespace, chart: `${chart.metadata.name} ${chart.metadata.version}`, values: config ?? {} };
}

/** Fields that the API made up, or that a client makes up. */
const VOLATILE = new Set(['etag', 'fingerprint', 'labelFingerprint', 'creationTimestamp']);

/** Numbers of resources, for example of a disk in an instance's metadata. */
const GENERATED_NUMBER = /^\d{16,}$/;

/** Address of Google's APIs in a sandbox; the plugin begins references with it. */
const SANDBOX_ADDRESS = /^http:\/\/127\.0\.0\.1:\d+\//;

/** Texts longer than this are tested elsewhere; here it is enough to see that they changed. */
const LONGEST_TEXT = 1000;

/** A copy without volatile fields, generated numbers and long texts. */
export function normalized(value: Json): Json {
  if (typeof value === 'string') return normalizedText(value);
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (VOLATILE.has(name) ? [] : [[name, normalized(inner)]])));
}

function normalizedText(text: string): string {
  if (GENERATED_NUMBER.test(text)) return '(generated)';
  if (text.length > LONGEST_TEXT) return `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return text.replace(SANDBOX_ADDRESS, 'https://www.googleapis.com/');
}

/** Name of what a request makes, where only its body has it. */
function nameIn(body: JsonObject): string[] {
  const inner = Object.values(body).filter((value): value is JsonObject => typeof value === 'object' && value !== null);
  const additions = (body.additions ?? []) as JsonObject[];
  const named = [body, ...inner].flatMap(({ name, accountId, roleId, displayName }) => name ?? accountId ?? roleId ?? displayName ?? []);
  return [...additions.map(({ name, type }) => `${name} ${type}`), ...named.map(String)].slice(0, 1);
}

function withSortedMembers(body: JsonObject): JsonObject {
  const { bindings, ...policy } = body.policy as JsonObject & { bindings: (JsonObject & { members: string[] })[] };
  const sortedBindings = bindings.map((binding) => ({ ...binding, members: [...binding.members].sort() }));
  return { ...body, policy: { ...policy, bindings: sortedBindings.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)) } };
}

function keyOf(value: Json): string {
  return JSON.stringify(sorted(value));
}

function union(one: Json | undefined, other: Json | undefined): Json[] {
  return [...new Set([...((one ?? []) as string[]), ...((other ?? []) as string[])])].sort();
}

/** A copy with the keys of objects in order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

export function readRecorded(environment: string): SentRequests {
  const folder = join(RECORDED_FOLDER, environment);
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((file) => [file.replace(/\.json$/, ''), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
  );
}

export function record(environment: string, sent: SentRequests): void {
  const folder = join(RECORDED_FOLDER, environment);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  for (const [api, requests] of Object.entries(sent)) writeFileSync(join(folder, `${api}.json`), `${JSON.stringify(requests, null, 1)}\n`);
}

/** Differences between requests that were recorded and those that were sent now, a line for each. */
export function changedRequests(recorded: SentRequests, sent: SentRequests): string[] {
  return keysOf(recorded, sent).flatMap((api) =>
    keysOf(recorded[api], sent[api]).flatMap((request) => {
      const [before, now] = [recorded[api]?.[request], sent[api]?.[request]];
      if (before === undefined) return [`${api}: ${request} is sent and is not recorded`];
      if (now === undefined) return [`${api}: ${request} is recorded and is not sent`];
      return changedFields(before, now).map((change) => `${api}: ${request}: ${change}`);
    }),
  );
}

function changedFields(before: Json | undefined, now: Json | undefined, path = ''): string[] {
  if (isDeepStrictEqual(before, now)) return [];
  if (isNested(before) && isNested(now) && Array.isArray(before) === Array.isArray(now)) {
    return keysOf(before, now).flatMap((key) =>
      changedFields((before as JsonObject)[key], (now as JsonObject)[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return [`${path}: ${JSON.stringify(before) ?? 'nothing'} is recorded, ${JSON.stringify(now) ?? 'nothing'} is sent`];
}

function isNested(value: Json | undefined): value is JsonObject | Json[] {
  return typeof value === 'object' && value !== null;
}

function keysOf(...values: readonly (object | undefined)[]): string[] {
  return [...new Set(values.flatMap((value) => Object.keys(value ?? {})))].sort();
}

/** Hash of the chart of each helm release, by the name of the release. */
export function chartHashes({ resource = {} }: { readonly resource?: object }): Record<string, string> {
  const releases = Object.values((resource as { helm_release?: Record<string, { name: string; chart: string }> }).helm_release ?? {});
  return Object.fromEntries(releases.map(({ name, chart }) => [name, basename(chart)]));
}
