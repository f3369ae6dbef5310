import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../api-client';
import { buildPath, type Condition, type KubernetesObject } from '../objects';

interface WithStatus extends KubernetesObject {
  readonly status?: object;
}

/** Updates fields of an object's status if they differ. */
export async function updateStatus(
  api: ApiClient,
  collection: string,
  object: WithStatus,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const before = (object.status ?? {}) as Record<string, unknown>;
  const conditions = fields.conditions && {
    conditions: withTimes(fields.conditions as Condition[], (before.conditions ?? []) as Condition[]),
  };
  const wanted: Record<string, unknown> = { ...fields, ...(conditions || {}) };
  if (Object.keys(wanted).every((key) => isDeepStrictEqual(comparable(before[key]), comparable(wanted[key])))) return;
  await api.patch(`${buildPath(collection, object.metadata)}/status`, { status: wanted });
}

/** Compares values; zeros and empty lists equal absent ones, which the API server omits. */
function comparable(value: unknown): unknown {
  return value === 0 || value === null || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

/** Builds a condition; keeps the present one while its status is the same. */
function withTimes(conditions: readonly Condition[], before: readonly Condition[]): Condition[] {
  return conditions.map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    const isSame = old?.status === condition.status && old.reason === condition.reason && old.message === condition.message;
    return isSame ? old : { ...condition, lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z') };
  });
}
