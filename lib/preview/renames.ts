import type { ConstructPaths } from '../terraform/construct-path';
import { type Plan, type ResourceChange, stripInstanceKeys } from '../terraform/plan';
import { isBlock } from '../terraform/values';

/** Resource that is deleted and created again because its construct path changed. */
export interface Rename {
  readonly from: string;
  readonly to: string;

  /** Call on the new resource that keeps the old one, in TypeScript. */
  readonly moveTo: string | undefined;

  /** Equivalent `moved` block for Terraform. */
  readonly moved: string;
}

/** Finds pairs of a deletion and a creation with the same identity. */
export function findRenames(plan: Plan, paths: ConstructPaths): Rename[] {
  const created = new Map<string, ResourceChange[]>();
  for (const change of plan.changes.filter(isOrdinary('create'))) {
    const key = readIdentity(change.type, change.after);
    if (key !== undefined) created.set(key, [...(created.get(key) ?? []), change]);
  }
  const deleted = new Map<string, ResourceChange[]>();
  for (const change of plan.changes.filter(isOrdinary('delete'))) {
    const key = readIdentity(change.type, change.before);
    if (key !== undefined) deleted.set(key, [...(deleted.get(key) ?? []), change]);
  }
  return [...deleted].flatMap(([key, olds]): Rename[] => {
    const news = created.get(key) ?? [];
    const [from, to] = [olds[0], news[0]];
    if (olds.length !== 1 || news.length !== 1 || from === undefined || to === undefined) return [];
    return [
      {
        from: from.address,
        to: to.address,
        moveTo: createMoveCall(from, to, paths),
        moved: `moved {\n  from = ${from.address}\n  to   = ${to.address}\n}`,
      },
    ];
  });
}

function isOrdinary(action: 'create' | 'delete') {
  return (change: ResourceChange): boolean => change.action === action && change.mode === 'managed' && change.deposed === undefined;
}

/** Reads the identity of a resource, which is unique for its type. */
function readIdentity(type: string, value: unknown): string | undefined {
  if (!isBlock(value)) return undefined;
  const metadata = Array.isArray(value.metadata) ? value.metadata[0] : value.metadata;
  const named = isBlock(metadata) && typeof metadata.name === 'string' ? { name: metadata.name, namespace: metadata.namespace } : value;
  const name = IDENTITIES.map((attribute) => (named as Record<string, unknown>)[attribute]).find((part) => typeof part === 'string');
  if (name !== undefined) return JSON.stringify([type, name, ...PLACES.map((place) => (named as Record<string, unknown>)[place] ?? null)]);
  // Without a name, the identity is a role and its member, for example.
  const parts = Object.entries(value).filter(([key, part]) => MEMBERSHIP.test(key) && typeof part === 'string');
  return parts.length < 2 ? undefined : JSON.stringify([type, ...parts.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

const IDENTITIES = ['name', 'account_id', 'service', 'secret_id', 'role_id', 'dns_name', 'bucket_name'];
const PLACES = ['namespace', 'managed_zone', 'instance', 'cluster', 'disk'];
const MEMBERSHIP = /^(?:role|member|service_account_id|bucket)$/;

function createMoveCall(from: ResourceChange, to: ResourceChange, paths: ConstructPaths): string | undefined {
  // Instances of count and for_each have no construct.
  const isOfConstruct = paths.stackName !== undefined && to.module === '' && stripInstanceKeys(to.address) === to.address;
  return isOfConstruct ? `resource.moveFromId('${from.address.replace(/[\\']/g, '\\$&')}');` : undefined;
}
