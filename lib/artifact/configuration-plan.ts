import { isDeepStrictEqual } from 'node:util';
import { type Block, isBlock } from '../terraform/values';

/**
 * Creates a plan from the difference of two configurations, for reports without credentials. It has no state, and does not determine
 * replacements.
 */
export function createConfigurationPlan(before: unknown, after: unknown): unknown {
  const [was, is] = [readResources(before), readResources(after)];
  const addresses = [...new Set([...was.keys(), ...is.keys()])].sort();
  return {
    format_version: '1.2',
    resource_changes: addresses.flatMap((address) => {
      const [old, now] = [was.get(address), is.get(address)];
      const [type, name] = address.split('.') as [string, string];
      const action = old === undefined ? 'create' : now === undefined ? 'delete' : isDeepStrictEqual(old, now) ? 'no-op' : 'update';
      return [
        { address, mode: 'managed', type, name, change: { actions: [action], before: old ?? null, after: now ?? null, after_unknown: {} } },
      ];
    }),
  };
}

/** Reads the arguments of the resources, without meta-arguments and notes. */
function readResources(json: unknown): Map<string, Block> {
  const resources = isBlock(json) && isBlock(json.resource) ? json.resource : {};
  return new Map(
    Object.entries(resources).flatMap(([type, named]) =>
      Object.entries(isBlock(named) ? named : {}).map(([name, body]): [string, Block] => {
        const { '//': _, lifecycle, provisioner, connection, provider, depends_on, ...rest } = isBlock(body) ? body : ({} as Block);
        return [`${type}.${name}`, rest];
      }),
    ),
  );
}
