import { ComputeResourcePolicy } from '@cdktf/provider-google/lib/compute-resource-policy';
import { App } from 'cdktf';
import { Sandbox } from '../../lib/sandbox';
import { CaseStack } from '../../scripts/providers/case-stack';
import { LIFE_CYCLE_CASES, type LifeCycleCase } from '../../scripts/providers/cases';
import { liveThrough } from '../../scripts/providers/life-cycle';
import { describeWithTerraform } from '../support/terraform';

describeWithTerraform('the life of a case', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    // Resources outside of the network do not wait for its APIs.
    sandbox = await Sandbox.start({ enabledApis: 'all' });
  });

  afterEach(() => sandbox.stop());

  test.each(['network', 'sets'])('%s is applied, changed, imported, repaired and destroyed', async (wanted) => {
    const { read, repaired, ...life } = await liveThrough(sandbox, LIFE_CYCLE_CASES.find(({ name }) => name === wanted)!);
    expect(life).toEqual({ name: wanted, resources: expect.any(Number), change: expect.stringContaining('update'), faults: [] });
    expect(life.resources).toBeGreaterThan(15);
    // The change of the sets and their copies disables their alerts.
    const removed = wanted === 'sets' ? 6 : 0;
    expect(new Set(read.map(({ address }) => address)).size).toBe(life.resources - removed);
    expect(repaired).toBeGreaterThanOrEqual(4);
  });

  test('reports a resource whose second plan is not empty, with its values', async () => {
    const faulty: LifeCycleCase = {
      name: 'faulty',
      stacks: [
        () => {
          const stack = new CaseStack(new App(), 'faulty');
          new ComputeResourcePolicy(stack, 'Schedule', {
            name: 'schedule',
            region: 'europe-west1',
            snapshotSchedulePolicy: {
              schedule: { dailySchedule: { daysInCycle: 1, startTime: '04:00' } },
              snapshotProperties: { guestFlush: false },
            },
          });
          return stack;
        },
      ],
    };
    const { faults } = await liveThrough(sandbox, faulty);
    expect(faults[0]).toMatch(/^the plan after the first apply wants to update google_compute_resource_policy\.Schedule.*\n {2}snapshot_/);
  });
});
