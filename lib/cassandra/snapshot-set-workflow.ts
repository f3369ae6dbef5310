import {
  CLUSTER_LABEL,
  DATACENTER_LABEL,
  NODE_LABEL,
  RACK_LABEL,
  RING_LABEL,
  SNAPSHOT_SET_LABEL,
  SNAPSHOT_SET_SIZE_LABEL,
  SNAPSHOT_SET_STATE_LABEL,
  UNFINISHED,
  VALID,
} from '../cassandra-contract/labels';
import { createSetSubworkflows, labelAndReport, projectUrl } from './snapshot-set-steps';
import type { WorkflowBlock, WorkflowDefinition } from './workflow-definition';
import { AUTH, attempt, call, ex, problem, retried } from './workflow-steps';

/** Data disk of a node, for a set. */
export interface SetDisk {
  /** Name of the node in its ring, for example `b`. */
  readonly node: string;

  /** Name of the node's VM, from which the names of its snapshots begin. */
  readonly vm: string;
  readonly zone: string;
  readonly rack: string;

  /** Name of the disk. */
  readonly disk: string;
}

/** Options of `createSnapshotSetWorkflow`. */
export interface SnapshotSetWorkflowOptions {
  readonly projectId: string;
  readonly ringName: string;

  /** Value of the label `cassandra-cluster`. */
  readonly clusterLabel: string;
  readonly datacenter: string;
  readonly disks: readonly SetDisk[];
  readonly maxSkewSeconds: number;
  readonly retentionDays: number;
  readonly minimumSets: number;

  /** Region or multi-region of the snapshots. @default - the project's setting, otherwise the multi-region nearest to the disk */
  readonly storageLocation?: string;
}

/** Time limit of a set in seconds, from its start to its last READY snapshot. */
export const TIME_LIMIT_SECONDS = 3_600;

/**
 * Creates the workflow that takes a set: a snapshot of each disk at once after a flush of its guest, a check of the times, the label that
 * makes the set valid, and the deletion of expired sets.
 *
 * A set is `unfinished` until the workflow has read back that all of its snapshots are READY. An error fails the execution.
 */
export function createSnapshotSetWorkflow(options: SnapshotSetWorkflowOptions): WorkflowDefinition {
  return {
    main: createMain(options),
    take_snapshot: takeSnapshot(options),
    ...createSetSubworkflows(options, options),
  };
}

function createMain(options: SnapshotSetWorkflowOptions): WorkflowBlock {
  const { maxSkewSeconds, ringName } = options;
  const project = projectUrl(options.projectId);
  const zone = `"${project}/zones/" + disk.zone`;
  return {
    steps: [
      {
        prepare: {
          assign: [
            { started: ex`sys.now()` },
            { deadline: ex`started + ${TIME_LIMIT_SECONDS}` },
            { stamp: ex`text.substring(time.format(started), 0, 19)` },
            { set: ex`text.replace_all(text.replace_all(text.replace_all(stamp, "-", ""), ":", ""), "T", "-")` },
            { disks: options.disks.map((disk) => describeDisk(disk, options)) },
            { operations: {} },
            { ready: [] },
            { problems: [] },
            { first: ex`started + 86400` },
            { last: 0 },
            { state: VALID },
          ],
        },
      },
      {
        take: {
          parallel: {
            shared: ['operations', 'problems'],
            for: {
              value: 'disk',
              in: ex`disks`,
              steps: [
                {
                  take_one: attempt(
                    [
                      { call_api: call('take_snapshot', { disk: ex`disk`, set: ex`set` }, 'operation') },
                      { keep_operation: { assign: [{ 'operations[disk.node]': ex`operation` }] } },
                    ],
                    problem(ex`disk.node`, 'not-started'),
                  ),
                },
              ],
            },
          },
        },
      },
      {
        finish: {
          for: {
            value: 'disk',
            in: ex`disks`,
            steps: [
              { is_started: { switch: [{ condition: ex`not (disk.node in operations)`, next: 'continue' }] } },
              {
                finish_one: attempt(
                  [
                    {
                      wait: call('wait_for_operation', {
                        operation: ex`${zone} + "/operations/" + operations[disk.node]`,
                        deadline: ex`deadline`,
                      }),
                    },
                    {
                      wait_ready: call(
                        'wait_until_ready',
                        { url: ex`"${project}/global/snapshots/" + disk.vm + "-" + set`, deadline: ex`deadline` },
                        'snapshot',
                      ),
                    },
                    {
                      keep_snapshot: {
                        assign: [
                          { created: ex`time.parse(snapshot.creationTimestamp)` },
                          { first: ex`math.min(first, created)` },
                          { last: ex`math.max(last, created)` },
                          { ready: ex`list.concat(ready, snapshot.name)` },
                        ],
                      },
                    },
                  ],
                  problem(ex`disk.node`, 'not-ready'),
                ),
              },
            ],
          },
        },
      },
      {
        judge: {
          switch: [
            { condition: ex`len(problems) > 0`, steps: [{ invalid: { assign: [{ state: ex`problems[0].reason` }] } }] },
            {
              condition: ex`last - first > ${maxSkewSeconds}`,
              steps: [
                {
                  skewed: {
                    assign: [
                      { state: 'skewed' },
                      { problem: { node: 'all', reason: 'skewed', cause: ex`string(last - first) + " s"` } },
                      { problems: ex`list.concat(problems, problem)` },
                    ],
                  },
                },
              ],
            },
          ],
        },
      },
      ...labelAndReport(ringName),
      {
        success: {
          assign: [{ result: { ring: ringName, set: ex`set`, state: ex`state`, skewSeconds: ex`last - first`, snapshots: ex`ready` } }],
        },
      },
      // The alert policy counts these entries.
      { log_success: call('sys.log', { json: ex`result`, severity: 'NOTICE' }) },
      { retain: call('delete_expired_sets', {}, 'deleted') },
      { done: { return: { set: ex`set`, state: ex`state`, deleted: ex`deleted` } } },
    ],
  };
}

function describeDisk({ node, vm, zone, rack, disk }: SetDisk, options: SnapshotSetWorkflowOptions) {
  return {
    node,
    vm,
    zone,
    disk,
    labels: {
      [CLUSTER_LABEL]: options.clusterLabel,
      [RING_LABEL]: options.ringName,
      [DATACENTER_LABEL]: options.datacenter.toLowerCase(),
      [RACK_LABEL]: rack.toLowerCase(),
      [NODE_LABEL]: node,
      [SNAPSHOT_SET_SIZE_LABEL]: String(options.disks.length),
      [SNAPSHOT_SET_STATE_LABEL]: UNFINISHED,
    },
  };
}

/** Starts a snapshot. The id of the request makes a repeated one the same snapshot. */
function takeSnapshot({ projectId, storageLocation }: SnapshotSetWorkflowOptions): WorkflowBlock {
  return {
    params: ['disk', 'set'],
    steps: [
      {
        prepare: {
          assign: [
            { labels: ex`disk.labels` },
            { [`labels["${SNAPSHOT_SET_LABEL}"]`]: ex`set` },
            { request: ex`uuid.generate()` },
            { url: ex`"${projectUrl(projectId)}/zones/" + disk.zone + "/disks/" + disk.disk + "/createSnapshot"` },
          ],
        },
      },
      {
        send: retried(
          call(
            'http.post',
            {
              url: ex`url`,
              auth: AUTH,
              query: { guestFlush: 'true', requestId: ex`request` },
              body: {
                name: ex`disk.vm + "-" + set`,
                labels: ex`labels`,
                storageLocations: storageLocation === undefined ? undefined : [storageLocation],
              },
            },
            'response',
          ),
        ),
      },
      { done: { return: ex`response.body.name` } },
    ],
  };
}
