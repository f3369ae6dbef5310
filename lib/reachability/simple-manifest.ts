import { type Block, isBlock, isUndetermined, toList } from '../terraform/values';

/** Manifest, or a part of one, that an analysis does not read. */
export class NotSimple extends Error {}

/** Result of a reader of manifests; undefined for those that are not simple. */
export function readIfSimple<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotSimple) return undefined;
    throw error;
  }
}

/** Object without other members than some. An absent one is empty. */
export function readObject(value: unknown, ...members: string[]): Block {
  if (value === undefined || value === null) return {};
  if (!isBlock(value) || Object.keys(value).some((name) => !members.includes(name))) throw new NotSimple();
  return value;
}

/** Items of a list; undefined for an absent one. */
export function readItems(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (isUndetermined(value) || !Array.isArray(value)) throw new NotSimple();
  return toList(value);
}

export function readText(value: unknown): string {
  if (typeof value !== 'string') throw new NotSimple();
  return value;
}

export function readPort(value: unknown): number {
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65535) throw new NotSimple();
  return port;
}

/** Label selector with the names of Terraform. */
export function readSelector(value: unknown): Block {
  const { matchLabels, matchExpressions } = readObject(value, 'matchLabels', 'matchExpressions');
  const labels = Object.entries(readObject(matchLabels, ...Object.keys(isBlock(matchLabels) ? matchLabels : {})));
  return {
    match_labels: Object.fromEntries(labels.map(([key, label]) => [key, readText(label)])),
    match_expressions: (readItems(matchExpressions) ?? []).map((item) => {
      const { key, operator, values } = readObject(item, 'key', 'operator', 'values');
      return { key: readText(key), operator: readText(operator), values: (readItems(values) ?? []).map(readText) };
    }),
  };
}
