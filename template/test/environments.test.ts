import { Testing } from 'cdktf';
import { Reachability } from 'cdktf-gke-platform/testing';
import { type Environment, environments } from '../environments';
import { EnvironmentStack } from '../stacks/environment-stack';

function createStack({ name, ...values }: Environment): EnvironmentStack {
  return new EnvironmentStack(Testing.app(), name, values);
}

test.each(environments)('in $name, only web reaches api', (environment) => {
  Reachability.from(createStack(environment)).expectOnlyFrom('api', 9898, ['web']);
});

test('each environment has a name, a project and a state bucket of its own', () => {
  for (const prop of ['name', 'projectId', 'projectNumber', 'stateBucket'] as const) {
    expect(new Set(environments.map((environment) => environment[prop])).size).toBe(environments.length);
  }
});
