import { RING_LABEL, SNAPSHOT_SET_LABEL, SNAPSHOT_SET_SIZE_LABEL, SNAPSHOT_SET_STATE_LABEL, VALID } from '../cassandra-contract/labels';
import type { WorkflowBlock, WorkflowSteps, WorkflowTry } from './workflow-definition';
import { AUTH, attempt, call, ex, problem, raise, retried } from './workflow-steps';

/** Maximum number of expired sets that one run deletes, so that a run ends in time. */
const MAX_DELETED_SETS = 20;

/** Snapshots in a page of a list: all variables of an execution have 512 KB. */
const PAGE_SIZE = 100;

/** Time limit of the deletion of a snapshot and of a change of its labels, in seconds. */
const CHANGE_SECONDS = 3_600;

/** URL of a project in Compute Engine. */
export function projectUrl(projectId: string): string {
  return `https://compute.googleapis.com/compute/v1/projects/${projectId}`;
}

/** Snapshots of the sets of a ring in a project. */
export interface SetSource {
  readonly projectId: string;
  readonly ringName: string;

  /** Further labels that the snapshots have. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Retention of sets. */
export interface SetRetention {
  readonly retentionDays: number;

  /** Number of younger valid sets without which nothing is deleted. */
  readonly minimumSets: number;
}

/** Subworkflows of every workflow that makes sets in a project: it labels, lists and deletes them there. */
export function createSetSubworkflows(source: SetSource, retention: SetRetention): Readonly<Record<string, WorkflowBlock>> {
  const project = projectUrl(source.projectId);
  return {
    wait_for_operation: waitForOperation(),
    wait_until_ready: waitUntilReady(),
    set_state: setState(project),
    list_sets: listSets(source),
    delete_expired_sets: deleteExpiredSets(project, retention),
  };
}

/** Steps that label the snapshots `ready` with `state`, and fail the execution with a log entry if there are `problems`. */
export function labelAndReport(ringName: string): WorkflowSteps {
  return [
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
                      deadline: ex`sys.now() + ${CHANGE_SECONDS}`,
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
  ];
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

/** Waits until a disk or snapshot is READY: the upload of a snapshot goes on after its operation. Returns it. */
function waitUntilReady(): WorkflowBlock {
  return {
    params: ['url', 'deadline'],
    steps: [
      { read: retried(call('http.get', { url: ex`url`, auth: AUTH }, 'response')) },
      {
        is_ready: {
          switch: [
            { condition: ex`response.body.status == "READY"`, return: ex`response.body` },
            {
              condition: ex`response.body.status == "FAILED" or response.body.status == "DELETING"`,
              steps: raise('failed', ex`response.body.status`),
            },
            { condition: ex`sys.now() > deadline`, steps: raise('ready-timeout', ex`response.body.status`) },
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

/** Lists the sets of a ring, by id: names of the snapshots, number of those that are valid and READY, size, and time of the newest one. */
export function listSets({ projectId, ringName, labels = {} }: SetSource): WorkflowBlock {
  const label = (name: string): string => `snapshot.labels["${name}"]`;
  const id = label(SNAPSHOT_SET_LABEL);
  const own = Object.entries({ [RING_LABEL]: ringName, ...labels });
  return {
    steps: [
      {
        prepare: {
          assign: [
            { sets: {} },
            { empty: { names: [], valid: 0, newest: 0 } },
            {
              query: {
                filter: [...own.map(([name, value]) => `labels.${name}=${value}`), `labels.${SNAPSHOT_SET_LABEL}:*`].join(' AND '),
                fields: 'items(name,creationTimestamp,status,labels),nextPageToken',
                maxResults: PAGE_SIZE,
              },
            },
          ],
        },
      },
      { list: retried(call('http.get', { url: `${projectUrl(projectId)}/global/snapshots`, auth: AUTH, query: ex`query` }, 'response')) },
      {
        group: {
          for: {
            value: 'snapshot',
            in: ex`default(map.get(response.body, "items"), [])`,
            steps: [
              {
                is_own: {
                  switch: [
                    ...own.map(([name, value]) => ({ condition: ex`${label(name)} != "${value}"`, next: 'continue' })),
                    { condition: ex`not text.match_regex(snapshot.name, "^${ringName}-.*-" + ${id} + "$")`, next: 'continue' },
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
      { is_listed: { switch: [{ condition: ex`not ("nextPageToken" in response.body)`, return: ex`sets` }] } },
      { next_page: { assign: [{ 'query.pageToken': ex`response.body.nextPageToken` }], next: 'list' } },
    ],
  };
}

/**
 * Deletes sets that are older than the retention, and only while enough valid sets are younger: when sets fail, the last valid ones stay.
 * Returns the ids of the deleted sets.
 */
function deleteExpiredSets(project: string, { retentionDays, minimumSets }: SetRetention): WorkflowBlock {
  return {
    steps: [
      { prepare: { assign: [{ cutoff: ex`sys.now() - ${retentionDays * 86_400}` }, { kept: 0 }, { expired: [] }] } },
      { list: call('list_sets', {}, 'sets') },
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
                          deadline: ex`sys.now() + ${CHANGE_SECONDS}`,
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
