import { ContainerNodePool } from '@cdktf/provider-google/lib/container-node-pool';
import { Testing } from 'cdktf';
import { environments, production, staging } from '../../environments';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { Synthesized } from '../support/synthesized';

/** A resource that changes its address is destroyed and made again: a changed line here is a decision. */
test.each(environments)('the addresses of $name are a contract', ({ name, ...values }) => {
  const { json } = Synthesized.from(new EnvironmentStack(Testing.app(), name, values));
  const addresses = Object.entries(json.resource as Record<string, Record<string, unknown>>).flatMap(([type, resources]) =>
    Object.keys(resources).map((id) => `${type}.${id}`),
  );
  expect(addresses.sort()).toMatchSnapshot();
});

/** A pool that changes its name is replaced, with all its nodes. */
test.each([
  { values: staging, names: ['apps-d686b1a8', 'batch-12bd343a'] },
  { values: production, names: ['apps-bcd61e59', 'batch-09e7a129'] },
])('so are the names of the node pools of $values.name', ({ values: { name, ...values }, names }) => {
  const synthesized = Synthesized.from(new EnvironmentStack(Testing.app(), name, values));
  expect(synthesized.list(ContainerNodePool).map((pool) => pool.name)).toEqual(names);
});

test('stack ids are the commands that are documented', () => {
  expect(environments.map(({ name }) => name)).toEqual(['staging', 'production']);
});
