import { Testing } from 'cdktf';
import { environments } from '../../environments';
import { EnvironmentStack } from '../../stacks/environment-stack';

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON is as wide as its providers
type Json = any;

/** The `cdk.tf.json` of an environment of this repository. */
export function synthesizedEnvironment(name: string): Json {
  const { name: id, ...values } = environments.find((environment) => environment.name === name)!;
  const stack = new EnvironmentStack(Testing.app(), id, values);
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform()));
}
