import { isDeepStrictEqual } from 'node:util';
import { type Block, isBlock } from '../terraform/values';

/**
 * What would change from one configuration to another, in the form of a plan: for reports where nobody may ask the cloud. It knows no
 * state, and not what has to be replaced for a change.
 */
export function configurationPlan(before: unknown, after: unknown): unknown {
  const [was, is] = [resourcesIn(before), resourcesIn(after)];
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

/** Arguments of the resources, without what is Terraform's and ours. */
function resourcesIn(json: unknown): Map<string, Block> {
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
