import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { Network, Project } from 'cdktf-gke-platform';
import { Sandbox } from 'cdktf-gke-platform/sandbox';

function networkStack(flowLogs: boolean): TerraformStack {
  const stack = new TerraformStack(new App(), 'tickets');
  new GoogleProvider(stack, 'Google', { project: 'tickets-123456' });
  const project = new Project(stack, 'Project', { projectId: 'tickets-123456', projectNumber: '123456789012' });
  new Network(stack, 'Network', { project, region: 'europe-west1', flowLogs });
  return stack;
}

test('flow logs are switched off in place', async () => {
  const sandbox = await Sandbox.start();
  try {
    await sandbox.apply(networkStack(true));
    const plan = await sandbox.plan(networkStack(false));
    expect(plan.changes.map(({ type, action }) => [type, action])).toEqual([
      ['google_compute_subnetwork', 'update'],
      ['google_compute_subnetwork', 'update'],
    ]);
  } finally {
    await sandbox.stop();
  }
});
