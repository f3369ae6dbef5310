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
import type { WorkflowBlock, WorkflowCall, WorkflowDefinition, WorkflowSteps, WorkflowTry } from './workflow-definition';

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

/** Maximum number of expired sets that one run deletes, so that a run ends in time. */
const MAX_DELETED_SETS = 20;

/** Snapshots in a page of a list: all variables of an execution have 512 KB. */
const PAGE_SIZE = 100;

const COMPUTE = 'https://compute.googleapis.com/compute/v1';
const AUTH = { type: 'OAuth2' };

/** Requests that are safe to repeat: after 429, 502, 503, 504 and lost connections. */
const RETRY = ex`http.default_retry`;

/**
 * Creates the workflow that takes a set: a snapshot of each disk at once after a flush of its guest, a check of the times, the label that
 * makes the set valid, and the deletion of expired sets.
 *
 * A set is `unfinished` until the workflow has read back that all of its snapshots are READY. An error fails the execution.
 */
export function createSnapshotSetWorkflow(options: SnapshotSetWorkflowOptions): WorkflowDefinition {
  const project = `${COMPUTE}/projects/${options.projectId}`;
  return {
    main: createMain(options),
    take_snapshot: takeSnapshot(options, project),
    wait_for_operation: waitForOperation(),
    wait_until_ready: waitUntilReady(project),
    set_state: setState(project),
    delete_expired_sets: deleteExpiredSets(options, project),
  };
}

function createMain(options: SnapshotSetWorkflowOptions): WorkflowBlock {
  const { maxSkewSeconds, ringName } = options;
  const zone = `"${COMPUTE}/projects/${options.projectId}/zones/" + disk.zone`;
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
                      wait_ready: call('wait_until_ready', { name: ex`disk.vm + "-" + set`, deadline: ex`deadline` }, 'snapshot'),
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
      {
        label: {
          for: {
            value: 'name',
            in: ex`ready`,
            steps: [
              {
                label_one: attempt(
                  [
                    {
                      call_set_state: call('set_state', {
                        name: ex`name`,
                        state: ex`state`,
                        deadline: ex`sys.now() + ${TIME_LIMIT_SECONDS}`,
                      }),
                    },
                  ],
                  problem(ex`name`, 'not-labelled'),
                ),
              },
            ],
          },
        },
      },
      {
        report: {
          switch: [
            {
              condition: ex`len(problems) > 0`,
              steps: [
                { failure: { assign: [{ result: { ring: ringName, set: ex`set`, state: ex`state`, problems: ex`problems` } }] } },
                { log_failure: call('sys.log', { json: ex`result`, severity: 'ERROR' }) },
                { fail: { raise: ex`result` } },
              ],
            },
          ],
        },
      },
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
function takeSnapshot({ storageLocation }: SnapshotSetWorkflowOptions, project: string): WorkflowBlock {
  return {
    params: ['disk', 'set'],
    steps: [
      {
        prepare: {
          assign: [
            { labels: ex`disk.labels` },
            { [`labels["${SNAPSHOT_SET_LABEL}"]`]: ex`set` },
            { request: ex`uuid.generate()` },
            { url: ex`"${project}/zones/" + disk.zone + "/disks/" + disk.disk + "/createSnapshot"` },
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

/** Waits for the end of an operation. The API holds a request up to two minutes. */
function waitForOperation(): WorkflowBlock {
  return {
    params: ['operation', 'deadline'],
    steps: [
      { wait: retried(call('http.post', { url: ex`operation + "/wait"`, auth: AUTH, timeout: 180 }, 'response')) },
      { is_done: { switch: [{ condition: ex`response.body.status == "DONE"`, next: 'check' }] } },
      {
        is_late: {
          switch: [{ condition: ex`sys.now() > deadline`, steps: raise('operation-timeout', ex`operation`) }],
          next: 'wait',
        },
      },
      {
        check: {
          switch: [
            { condition: ex`"error" in response.body`, steps: raise('operation-failed', ex`json.encode_to_string(response.body.error)`) },
          ],
        },
      },
    ],
  };
}

/** Waits for the upload of a snapshot, which goes on after its operation. */
function waitUntilReady(project: string): WorkflowBlock {
  return {
    params: ['name', 'deadline'],
    steps: [
      { read: retried(call('http.get', { url: ex`"${project}/global/snapshots/" + name`, auth: AUTH }, 'response')) },
      {
        is_ready: {
          switch: [
            { condition: ex`response.body.status == "READY"`, return: ex`response.body` },
            {
              condition: ex`response.body.status == "FAILED" or response.body.status == "DELETING"`,
              steps: raise('snapshot-failed', ex`response.body.status`),
            },
            { condition: ex`sys.now() > deadline`, steps: raise('snapshot-timeout', ex`response.body.status`) },
          ],
        },
      },
      { pause: { ...call('sys.sleep', { seconds: 15 }), next: 'read' } },
    ],
  };
}

/** Sets the state of a snapshot, and reads it back. */
function setState(project: string): WorkflowBlock {
  const read = (result: string): WorkflowTry => retried(call('http.get', { url: ex`url`, auth: AUTH }, result));
  return {
    params: ['name', 'state', 'deadline'],
    steps: [
      { prepare: { assign: [{ url: ex`"${project}/global/snapshots/" + name` }] } },
      { read: read('snapshot') },
      {
        change: {
          assign: [{ labels: ex`snapshot.body.labels` }, { [`labels["${SNAPSHOT_SET_STATE_LABEL}"]`]: ex`state` }],
        },
      },
      {
        send: retried(
          call(
            'http.post',
            {
              url: ex`url + "/setLabels"`,
              auth: AUTH,
              body: { labels: ex`labels`, labelFingerprint: ex`snapshot.body.labelFingerprint` },
            },
            'response',
          ),
        ),
      },
      {
        wait: call('wait_for_operation', {
          operation: ex`"${project}/global/operations/" + response.body.name`,
          deadline: ex`deadline`,
        }),
      },
      { read_back: read('after') },
      {
        check: {
          switch: [
            {
              condition: ex`after.body.status != "READY" or after.body.labels["${SNAPSHOT_SET_STATE_LABEL}"] != state`,
              steps: raise('not-read-back', ex`after.body.status`),
            },
          ],
        },
      },
    ],
  };
}

/**
 * Deletes sets that are older than the retention, and only while enough valid sets are younger: when sets fail, the last valid ones stay.
 * Returns the ids of the deleted sets.
 */
function deleteExpiredSets({ ringName, retentionDays, minimumSets }: SnapshotSetWorkflowOptions, project: string): WorkflowBlock {
  const label = (name: string): string => `snapshot.labels["${name}"]`;
  const id = label(SNAPSHOT_SET_LABEL);
  return {
    steps: [
      {
        prepare: {
          assign: [
            { cutoff: ex`sys.now() - ${retentionDays * 86_400}` },
            { sets: {} },
            { empty: { names: [], valid: 0, newest: 0 } },
            { kept: 0 },
            { expired: [] },
            {
              query: {
                filter: `labels.${RING_LABEL}=${ringName} AND labels.${SNAPSHOT_SET_LABEL}:*`,
                fields: 'items(name,creationTimestamp,status,labels),nextPageToken',
                maxResults: PAGE_SIZE,
              },
            },
          ],
        },
      },
      { list: retried(call('http.get', { url: `${project}/global/snapshots`, auth: AUTH, query: ex`query` }, 'response')) },
      {
        group: {
          for: {
            value: 'snapshot',
            in: ex`default(map.get(response.body, "items"), [])`,
            steps: [
              {
                is_own: {
                  switch: [
                    {
                      condition: ex`${label(RING_LABEL)} != "${ringName}" or not text.match_regex(snapshot.name, "^${ringName}-.*-" + ${id} + "$")`,
                      next: 'continue',
                    },
                  ],
                },
              },
              {
                add: {
                  assign: [
                    { id: ex`${id}` },
                    { entry: ex`default(map.get(sets, id), empty)` },
                    { 'entry.names': ex`list.concat(entry.names, snapshot.name)` },
                    { 'entry.size': ex`int(${label(SNAPSHOT_SET_SIZE_LABEL)})` },
                    {
                      'entry.valid': ex`entry.valid + if(${label(SNAPSHOT_SET_STATE_LABEL)} == "${VALID}" and snapshot.status == "READY", 1, 0)`,
                    },
                    { 'entry.newest': ex`math.max(entry.newest, time.parse(snapshot.creationTimestamp))` },
                    { 'sets[id]': ex`entry` },
                  ],
                },
              },
            ],
          },
        },
      },
      { is_listed: { switch: [{ condition: ex`not ("nextPageToken" in response.body)`, next: 'select' }] } },
      { next_page: { assign: [{ 'query.pageToken': ex`response.body.nextPageToken` }], next: 'list' } },
      {
        select: {
          for: {
            value: 'set',
            in: ex`keys(sets)`,
            steps: [
              {
                sort: {
                  switch: [
                    {
                      condition: ex`sets[set].newest < cutoff and len(expired) < ${MAX_DELETED_SETS}`,
                      steps: [{ expire: { assign: [{ expired: ex`list.concat(expired, set)` }] } }],
                    },
                    {
                      condition: ex`sets[set].newest >= cutoff and sets[set].valid == sets[set].size`,
                      steps: [{ count: { assign: [{ kept: ex`kept + 1` }] } }],
                    },
                  ],
                },
              },
            ],
          },
        },
      },
      { has_enough: { switch: [{ condition: ex`kept < ${minimumSets}`, return: [] }] } },
      {
        delete: {
          for: {
            value: 'set',
            in: ex`expired`,
            steps: [
              {
                delete_set: {
                  for: {
                    value: 'name',
                    in: ex`sets[set].names`,
                    steps: [
                      {
                        send: retried(call('http.delete', { url: ex`"${project}/global/snapshots/" + name`, auth: AUTH }, 'response')),
                      },
                      {
                        wait: call('wait_for_operation', {
                          operation: ex`"${project}/global/operations/" + response.body.name`,
                          deadline: ex`sys.now() + ${TIME_LIMIT_SECONDS}`,
                        }),
                      },
                    ],
                  },
                },
              },
            ],
          },
        },
      },
      { done: { return: ex`expired` } },
    ],
  };
}

/** Expression of Workflows. */
function ex(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return `\${${String.raw({ raw: parts }, ...values)}}`;
}

function call(name: string, args: WorkflowCall['args'], result?: string): WorkflowCall {
  return { call: name, args, result };
}

function retried(request: WorkflowCall): WorkflowTry {
  return { try: request, retry: RETRY };
}

function attempt(steps: WorkflowSteps, onFailure: WorkflowSteps): WorkflowTry {
  return { try: { steps }, except: { as: 'e', steps: onFailure } };
}

/** Adds a problem with the cause of the error `e`. @param node expression of the node or snapshot */
function problem(node: string, reason: string): WorkflowSteps {
  return [
    {
      [`keep_${reason.replaceAll('-', '_')}`]: {
        assign: [{ problem: { node, reason, cause: ex`json.encode_to_string(e)` } }, { problems: ex`list.concat(problems, problem)` }],
      },
    },
  ];
}

function raise(reason: string, cause: string): WorkflowSteps {
  return [{ [`fail_${reason.replaceAll('-', '_')}`]: { raise: { reason, cause } } }];
}
