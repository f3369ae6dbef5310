import { clip } from '../core/clip';
import type { Attribute, Entry } from './report';

/** Arguments that describe a resource to readers, most important first: its name, place and size. */
const KEYS = [
  'name',
  'display_name',
  'namespace',
  'account_id',
  'secret_id',
  'role',
  'member',
  'service',
  'bucket',
  'dns_name',
  'location',
  'region',
  'zone',
  'size',
  'type',
  'machine_type',
  'tier',
  'node_count',
  'database_version',
  'version',
  'ip_cidr_range',
  'address',
];

const MAX_KEYS = 5;
const MAX_LENGTH = 60;

/** Tests for changes after which Terraform does not have the resource any more. */
export function isDeletion({ action }: Entry): boolean {
  return action === 'delete' || action === 'forget';
}

/** Selects values that tell which resource a deleted one was. Without known names, its first values. */
export function keyValues({ attributes }: Entry): { readonly name: string; readonly value: string }[] {
  const open = attributes.filter(
    ({ name, before, isMasked, lines }) => name !== 'id' && before !== undefined && !isMasked && lines === undefined,
  );
  const ranked = open
    .map((attribute) => ({ attribute, rank: rank(attribute) }))
    .filter(({ rank: place }) => place !== -1)
    .sort((a, b) => a.rank - b.rank)
    .map(({ attribute }) => attribute);
  const chosen = ranked.length > 0 ? ranked : open;
  return chosen.slice(0, MAX_KEYS).map(({ name, before }) => ({ name, value: clip(before!, MAX_LENGTH) }));
}

/** Rank of an argument of the resource or of one of its blocks; -1 for others. */
function rank({ name }: Attribute): number {
  const [, key = ''] = /^(?:\w+\[[^\]]*\]\.)?(\w+)$/.exec(name) ?? [];
  return KEYS.indexOf(key);
}
