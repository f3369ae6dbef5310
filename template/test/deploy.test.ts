import { App } from 'cdktf';
import { Sandbox } from 'cdktf-gke-platform/sandbox';
import { type Environment, environments } from '../environments';
import { EnvironmentStack } from '../stacks/environment-stack';

function createStack({ name, ...values }: Environment): EnvironmentStack {
  return new EnvironmentStack(new App(), name, values);
}

test.each(environments)('$name deploys, and a second plan changes nothing', async (environment) => {
  const sandbox = await Sandbox.start();
  try {
    await sandbox.apply(createStack(environment));
    expect((await sandbox.plan(createStack(environment))).changes).toEqual([]);
  } finally {
    await sandbox.stop();
  }
});
