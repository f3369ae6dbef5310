import { createHash } from 'node:crypto';
import type { CloudResource } from './cloud-resource';
import type { TypeExpression } from './schema';
import type { Cloud } from './type-description';
import type { Value } from './values';

/** Generates the value of a computed attribute that no description sets, from its name and type. */
export function generateValue(name: string, type: TypeExpression | undefined, resource: CloudResource, cloud: Cloud): Value {
  if (Array.isArray(type)) return type[0] === 'map' || type[0] === 'object' ? (type[0] === 'map' ? {} : null) : [];
  if (type === 'number') return 0;
  if (type === 'bool') return false;
  if (type !== 'string') return null;
  const hash = createHash('sha256').update(`${resource.type} ${resource.identity} ${name}`).digest('hex');
  if (name === 'self_link') return `https://www.googleapis.com/compute/v1/${resource.identity}`;
  if (name === 'name' && resource.type.startsWith('google_')) return resource.identity;
  if (/(^|_)(creation|create|created|update|updated)_?(timestamp|time|at)$/.test(name)) return cloud.now();
  if (/(etag|fingerprint)$/.test(name)) return Buffer.from(hash.slice(0, 8), 'hex').toString('base64');
  if (name === 'uid') return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  if (name === 'resource_version') return String(cloud.next('resource_version'));
  if (/(^|_)(unique_id|numeric_id|generated_id)$/.test(name) || /_id$/.test(name)) return String(BigInt(`0x${hash.slice(0, 15)}`));
  return '';
}
