import { readSavedFile } from '../core/saved-file';
import { isObject } from './saved-json';

/** Terraform state, as far as the sandbox reads it. */
export interface TerraformState {
  readonly version: 4;
  readonly resources: readonly unknown[];
}

/** Resource of a state. */
export interface StateResource {
  readonly type: string;

  /** Identity in the simulated cloud; undefined for a resource of the real plugins. */
  readonly identity?: string;

  /** Attribute `id`; empty if it has none. */
  readonly id: string;
}

export function isTerraformState(value: unknown): value is TerraformState & Record<string, unknown> {
  return isObject(value) && value.version === 4 && Array.isArray(value.resources);
}

/** Reads the resources of a state file; none if it cannot be read, for example while Terraform writes it. */
export function readStateResources(file: string): StateResource[] {
  try {
    const state: unknown = JSON.parse(readSavedFile(file) ?? '');
    return isTerraformState(state) ? listResources(state) : [];
  } catch {
    return [];
  }
}

function listResources({ resources }: TerraformState): StateResource[] {
  return resources.filter(isObject).flatMap(({ mode, type, instances }) => {
    if (mode !== 'managed' || typeof type !== 'string' || !Array.isArray(instances)) return [];
    return instances.filter(isObject).map((instance) => ({
      type,
      identity: decodeIdentity(instance.private),
      id: isObject(instance.attributes) ? String(instance.attributes.id ?? '') : '',
    }));
  });
}

/** Decodes the private data of a simulated provider. */
function decodeIdentity(data: unknown): string | undefined {
  if (typeof data !== 'string' || data === '') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
    return isObject(value) && typeof value.identity === 'string' ? value.identity : undefined;
  } catch {
    return undefined;
  }
}
