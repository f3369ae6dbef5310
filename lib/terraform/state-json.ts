import type { Block } from './values';

/** Tests for a state: the output of `terraform show -json` without a plan, or the file `terraform.tfstate`. */
export function isState(json: Block): boolean {
  if ('planned_values' in json || 'resource_changes' in json || 'resource' in json) return false;
  return typeof json.format_version === 'string'
    ? 'values' in json || Object.keys(json).every((key) => /version$/.test(key))
    : isStateFile(json);
}

function isStateFile({ version, serial, lineage }: Block): boolean {
  return typeof version === 'number' && (serial !== undefined || lineage !== undefined);
}
