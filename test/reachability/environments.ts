import { Testing } from 'cdktf';
import { production } from '../../environments/production';
import { staging } from '../../environments/staging';
import { EnvironmentStack } from '../../stacks/environment-stack';

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON is as wide as its providers
type Json = any;

/** The `cdk.tf.json` of an environment of this repository. */
export function synthesizedEnvironment(name: 'staging' | 'production'): Json {
  const { name: id, ...values } = { staging, production }[name];
  const stack = new EnvironmentStack(Testing.app(), id, values);
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform()));
}
