import { App, TerraformResource } from 'cdktf';
import { environments, staging } from '../../environments';
import { Sandbox } from '../../lib/sandbox';
import { readRecorded } from '../../scripts/providers/sent-requests';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { describeWithTerraform } from '../support/terraform';
import { changedArguments, configuredResources, type SynthesizedStack, sentResources } from './sent-arguments';

/** Expected differences: arguments that a creation does not send, and one that an update restores. */
const MEANT: readonly RegExp[] = [
  // Used by the plugin itself.
  /^google_compute_disk .*: create_snapshot_before_destroy: /,
  /^google_container_cluster .*: (deletion_protection|remove_default_node_pool): /,
  /^google_workflows_workflow .*: deletion_protection: /,
  /^kubernetes_deployment_v1 .*: wait_for_rollout: /,
  /^kubernetes_ingress_v1 .*: wait_for_load_balancer: /,

  // A cluster whose control plane has no IP endpoint has no private one either.
  /^google_container_cluster .*: private_cluster_config.enable_private_endpoint: /,

  // Chosen by the API.
  /^google_compute_global_address .*: address: /,
  /^google_cloud_scheduler_job .*: (http_target\.headers|retry_config\.\w+): .* nothing is configured$/,

  // Enabled in every new project.
  /^google_project_service .*\/(logging|monitoring).googleapis.com: it is configured, and was not sent$/,
];

type Change = (stack: EnvironmentStack) => void;

function build({ name, ...values }: typeof staging, change: Change): EnvironmentStack {
  const stack = new EnvironmentStack(new App(), name, values);
  change(stack);
  return stack;
}

/** Applies an environment, and compares its configuration with its recorded requests. */
async function outdated(sandbox: Sandbox, environment: typeof staging, change: Change = () => {}): Promise<string[]> {
  await sandbox.apply(build(environment, change));
  const stack = build(environment, change);
  stack.prepareStack();
  const synthesized: SynthesizedStack = JSON.parse(JSON.stringify(stack.toTerraform()));
  const lines = changedArguments(await sentResources(readRecorded(environment.name)), configuredResources(sandbox.cloud, synthesized));
  return lines.filter((line) => !MEANT.some((known) => known.test(line)));
}

/** Overrides an argument of a resource; undefined drops it. */
function override(stack: EnvironmentStack, id: string, path: string, value: unknown): void {
  const found = stack.node.findAll().find((each) => TerraformResource.isTerraformResource(each) && each.friendlyUniqueId === id);
  (found as TerraformResource).addOverride(path, value);
}

describeWithTerraform('requests of the real provider plugins', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start();
  });
  afterEach(() => sandbox.stop());

  // After an intended change: npm run record:sent
  test.each(environments)('are those of $name as it is configured', async (environment) => {
    expect(await outdated(sandbox, environment)).toEqual([]);
  });

  test('differ from a configuration in which a construct sets, changes or drops an argument', async () => {
    const changed = await outdated(sandbox, staging, (stack) => {
      override(stack, 'Cluster_Apps_8E6CE015', 'node_config.disk_size_gb', 60);
      override(stack, 'Apps_Billing_E0DD8B0D', 'spec.template.spec.container.0.args', ['--verbose']);
      override(stack, 'Apps_Billing_E0DD8B0D', 'spec.template.spec.container.0.lifecycle', undefined);
      override(stack, 'Apps_Search_7A41B250', 'values', ['{"replicas":3}']);
    });
    const image = '"image":"ghcr.io/stefanprodan/podinfo:6.7.1"';
    expect(changed.map((line) => line.replace(/projects.*nodePools\//, ''))).toEqual([
      'google_container_node_pool apps-d686b1a8: node_config.disk_size_gb: 100 was sent, 60 is configured',
      'kubernetes_deployment_v1 billing/billing: spec.template.spec.container.args: null was sent, ["--verbose"] is configured',
      'kubernetes_deployment_v1 billing/billing: spec.template.spec.container.lifecycle.pre_stop.exec.command: ["sleep","30"] was sent, null is configured',
      `helm_release search/search: values: {${image},"replicas":2} was sent, {${image},"replicas":3} is configured`,
    ]);
  });
});
