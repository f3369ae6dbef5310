import { ContainerNodePool } from '@cdktf/provider-google/lib/container-node-pool';
import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1';
import { Testing } from 'cdktf';
import { environments } from '../../environments';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { Synthesized } from '../support/synthesized';

test.each(environments)('only the statements of $name run on the batch pool', ({ name, ...values }) => {
  const synthesized = Synthesized.from(new EnvironmentStack(Testing.app(), name, values));
  const pool = synthesized.at('Cluster/Batch/Resource', ContainerNodePool).node_config;
  const { spec } = synthesized.at('Apps/Statements/Resource', CronJobV1).spec.job_template.spec.template;

  expect(pool.taint).toEqual([{ key: 'workload', value: 'batch', effect: 'NO_SCHEDULE' }]);
  expect(spec.node_selector).toEqual(pool.labels);
  expect(spec.toleration).toEqual([{ key: 'workload', value: 'batch', effect: 'NoSchedule', operator: 'Equal' }]);
  expect(JSON.stringify(synthesized.json).split('"toleration":[{').length - 1).toBe(1);
});
