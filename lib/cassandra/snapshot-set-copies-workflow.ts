import {
  COPIES_LABEL,
  COPY_DISK_LABEL,
  COPY_OF_LABEL,
  COPY_PROJECT_LABEL,
  COPY_TIME_LABEL,
  COPY_ZONE_LABEL,
  projectLabel,
  SNAPSHOT_SET_LABEL,
  SNAPSHOT_SET_STATE_LABEL,
  UNFINISHED,
  VALID,
} from '../cassandra-contract/labels';
import { createSetSubworkflows, labelAndReport, listSets, projectUrl, type SetRetention } from './snapshot-set-steps';
import type { WorkflowBlock, WorkflowDefinition, WorkflowSteps } from './workflow-definition';
import { AUTH, attempt, call, ex, problem, raise, retried } from './workflow-steps';

/** Options of `createSnapshotSetCopiesWorkflow`. */
export interface SnapshotSetCopiesWorkflowOptions extends SetRetention {
  /** Project of the copies. */
  readonly projectId: string;
  readonly sourceProjectId: string;
  readonly ringName: string;

  /** Value of the label `cassandra-copies` of the temporary disks. */
  readonly name: string;

  /** Zone of the temporary disks. */
  readonly zone: string;

  /** Region or multi-region of the copies. @default - the project's setting, otherwise the multi-region nearest to the zone */
  readonly storageLocation?: string;

  /** Cloud KMS key of the copies. @default - a key of Google */
  readonly kmsKeyName?: string;
}

/** Time limit of a run in seconds, from its start to its last READY snapshot. */
export const COPY_LIMIT_SECONDS = 5 * 3_600;

/** Prefix of the names of temporary disks of a ring. */
export function copyDiskPrefix(ringName: string): string {
  return `${ringName}-copy-`;
}

/**
 * Creates the workflow that copies the newest valid set of a ring from another project: of each snapshot it makes a temporary disk, and of that
 * a snapshot, since Compute Engine copies no snapshots between projects. Then it labels the copies valid, and deletes expired ones.
 *
 * A copied set is `unfinished` until all of its snapshots were read back as READY, with the size and the labels of the originals. A run continues
 * what another one has left. Temporary disks are deleted whatever happens; the next run deletes those of a run that was stopped.
 */
export function createSnapshotSetCopiesWorkflow(options: SnapshotSetCopiesWorkflowOptions): WorkflowDefinition {
  const { projectId, sourceProjectId, ringName } = options;
  const labels = { [COPY_PROJECT_LABEL]: projectLabel(sourceProjectId) };
  return {
    main: createMain(options),
    copy_snapshot: copySnapshot(options),
    delete_disk: deleteDisk(options),
    delete_leftovers: deleteLeftovers(options),
    list_source_sets: listSets({ projectId: sourceProjectId, ringName }),
    ...createSetSubworkflows({ projectId, ringName, labels }, options),
  };
}

function createMain({ ringName, sourceProjectId }: SnapshotSetCopiesWorkflowOptions): WorkflowBlock {
  return {
    steps: [
      {
        prepare: {
          assign: [
            { started: ex`sys.now()` },
            { deadline: ex`started + ${COPY_LIMIT_SECONDS}` },
            { set: '' },
            { newest: 0 },
            { none: { names: [], valid: 0, size: 1 } },
            { ready: [] },
            { problems: [] },
            { left: [] },
            { state: VALID },
          ],
        },
      },
      { delete_leftovers: call('delete_leftovers', { before: ex`started - ${COPY_LIMIT_SECONDS}` }, 'left') },
      { list_sources: call('list_source_sets', {}, 'sources') },
      {
        choose: {
          for: {
            value: 'id',
            in: ex`keys(sources)`,
            steps: [
              { read: { assign: [{ source: ex`sources[id]` }] } },
              {
                compare: {
                  switch: [
                    {
                      condition: ex`source.valid == source.size and len(source.names) == source.size and source.newest > newest`,
                      steps: [{ keep_newest: { assign: [{ set: ex`id` }, { newest: ex`source.newest` }] } }],
                    },
                  ],
                },
              },
            ],
          },
        },
      },
      {
        has_source: {
          switch: [{ condition: ex`set == ""`, steps: raise('no-valid-set', `${ringName} in ${sourceProjectId}`) }],
        },
      },
      { list_copies: call('list_sets', {}, 'copies') },
      { find_copy: { assign: [{ copy: ex`default(map.get(copies, set), none)` }] } },
      { is_new: { switch: [{ condition: ex`copy.valid != copy.size`, next: 'copy_set' }] } },
      { is_present: { assign: [{ state: 'present' }], next: 'retain' } },
      {
        copy_set: {
          parallel: {
            shared: ['ready', 'problems', 'left'],
            for: {
              value: 'name',
              in: ex`sources[set].names`,
              steps: [
                {
                  copy_one: attempt(
                    [
                      {
                        call_copy: call(
                          'copy_snapshot',
                          { name: ex`name`, set: ex`set`, exists: ex`name in copy.names`, deadline: ex`deadline` },
                          'copied',
                        ),
                      },
                      { keep_copied: { assign: [{ ready: ex`list.concat(ready, name)` }] } },
                      {
                        is_left: {
                          switch: [
                            {
                              condition: ex`copied != ""`,
                              steps: [{ keep_left: { assign: [{ left: ex`list.concat(left, copied)` }] } }],
                            },
                          ],
                        },
                      },
                    ],
                    problem(ex`name`, 'not-copied'),
                  ),
                },
              ],
            },
          },
        },
      },
      {
        judge: {
          switch: [{ condition: ex`len(problems) > 0`, steps: [{ invalid: { assign: [{ state: ex`problems[0].reason` }] } }] }],
        },
      },
      ...labelAndReport(ringName),
      {
        success: {
          assign: [{ result: { ring: ringName, project: sourceProjectId, set: ex`set`, state: ex`state`, snapshots: ex`ready` } }],
        },
      },
      // The alert policy counts these entries.
      { log_success: call('sys.log', { json: ex`result`, severity: 'NOTICE' }) },
      { retain: call('delete_expired_sets', {}, 'deleted') },
      {
        has_left: {
          switch: [
            {
              condition: ex`len(left) > 0`,
              steps: [
                { describe_left: { assign: [{ result: { ring: ringName, set: ex`set`, reason: 'disks-left', disks: ex`left` } }] } },
                { log_left: call('sys.log', { json: ex`result`, severity: 'ERROR' }) },
                { fail_left: { raise: ex`result` } },
              ],
            },
          ],
        },
      },
      { done: { return: { set: ex`set`, state: ex`state`, deleted: ex`deleted` } } },
    ],
  };
}

/** Copies a snapshot, unless it exists, and reads it back. Returns the name of the temporary disk if that could not be deleted. */
function copySnapshot(options: SnapshotSetCopiesWorkflowOptions): WorkflowBlock {
  const { projectId, sourceProjectId, ringName, name, zone, storageLocation, kmsKeyName } = options;
  const key = kmsKeyName === undefined ? undefined : { kmsKeyName };
  const place = `${projectUrl(projectId)}/zones/${zone}`;
  const operation = ex`"${place}/operations/" + response.body.name`;
  return {
    params: ['name', 'set', 'exists', 'deadline'],
    steps: [
      {
        prepare: {
          assign: [
            { disk: ex`"${copyDiskPrefix(ringName)}" + text.substring(uuid.generate(), 0, 8)` },
            { disk_url: ex`"${place}/disks/" + disk` },
            { failure: null },
            { left: '' },
            { create_request: ex`uuid.generate()` },
            { snapshot_request: ex`uuid.generate()` },
          ],
        },
      },
      {
        read_source: retried(
          call('http.get', { url: ex`"${projectUrl(sourceProjectId)}/global/snapshots/" + name`, auth: AUTH }, 'source'),
        ),
      },
      {
        check_source: {
          switch: [
            {
              condition: ex`source.body.status != "READY" or source.body.labels["${SNAPSHOT_SET_LABEL}"] != set`,
              steps: raise('source-changed', ex`name`),
            },
            {
              condition: ex`source.body.labels["${SNAPSHOT_SET_STATE_LABEL}"] != "${VALID}"`,
              steps: raise('source-invalid', ex`name`),
            },
          ],
        },
      },
      {
        describe: {
          assign: [
            { path: ex`text.split(source.body.sourceDisk, "/")` },
            { labels: ex`source.body.labels` },
            { [`labels["${SNAPSHOT_SET_STATE_LABEL}"]`]: UNFINISHED },
            { [`labels["${COPY_OF_LABEL}"]`]: ex`source.body.id` },
            { [`labels["${COPY_PROJECT_LABEL}"]`]: projectLabel(sourceProjectId) },
            { [`labels["${COPY_DISK_LABEL}"]`]: ex`path[len(path) - 1]` },
            { [`labels["${COPY_ZONE_LABEL}"]`]: ex`path[len(path) - 3]` },
            { [`labels["${COPY_TIME_LABEL}"]`]: ex`string(int(time.parse(source.body.creationTimestamp)))` },
          ],
        },
      },
      { is_copied: { switch: [{ condition: ex`exists`, next: 'read_back' }] } },
      {
        make: {
          try: {
            steps: [
              {
                create: retried(
                  call(
                    'http.post',
                    {
                      url: `${place}/disks`,
                      auth: AUTH,
                      query: { requestId: ex`create_request` },
                      body: {
                        name: ex`disk`,
                        sourceSnapshot: ex`"projects/${sourceProjectId}/global/snapshots/" + name`,
                        type: `projects/${projectId}/zones/${zone}/diskTypes/pd-balanced`,
                        labels: { [COPIES_LABEL]: name },
                        diskEncryptionKey: key,
                      },
                    },
                    'response',
                  ),
                ),
              },
              { wait_created: call('wait_for_operation', { operation, deadline: ex`deadline` }) },
              { wait_disk: call('wait_until_ready', { url: ex`disk_url`, deadline: ex`deadline` }, 'made') },
              {
                check_disk: {
                  switch: [{ condition: ex`made.sourceSnapshotId != source.body.id`, steps: raise('other-source', ex`name`) }],
                },
              },
              {
                take: retried(
                  call(
                    'http.post',
                    {
                      url: ex`disk_url + "/createSnapshot"`,
                      auth: AUTH,
                      query: { requestId: ex`snapshot_request` },
                      body: {
                        name: ex`name`,
                        labels: ex`labels`,
                        storageLocations: storageLocation === undefined ? undefined : [storageLocation],
                        snapshotEncryptionKey: key,
                      },
                    },
                    'response',
                  ),
                ),
              },
              { wait_taken: call('wait_for_operation', { operation, deadline: ex`deadline` }) },
              {
                wait_snapshot: call('wait_until_ready', {
                  url: ex`"${projectUrl(projectId)}/global/snapshots/" + name`,
                  deadline: ex`deadline`,
                }),
              },
            ],
          },
          except: { as: 'e', steps: [{ keep_failure: { assign: [{ failure: ex`e` }] } }] },
        },
      },
      {
        remove: attempt([{ call_remove: call('delete_disk', { name: ex`disk` }) }], [{ keep_disk: { assign: [{ left: ex`disk` }] } }]),
      },
      {
        has_failed: {
          switch: [
            {
              condition: ex`failure != null`,
              steps: [{ fail: { raise: { reason: 'copy-failed', cause: ex`failure`, diskLeft: ex`left` } } }],
            },
          ],
        },
      },
      {
        read_back: call(
          'wait_until_ready',
          { url: ex`"${projectUrl(projectId)}/global/snapshots/" + name`, deadline: ex`deadline` },
          'copy',
        ),
      },
      {
        check_size: {
          switch: [{ condition: ex`copy.diskSizeGb != source.body.diskSizeGb`, steps: raise('other-size', ex`copy.diskSizeGb`) }],
        },
      },
      ...(kmsKeyName === undefined ? [] : checkKey(kmsKeyName)),
      {
        check_labels: {
          for: {
            value: 'label',
            in: ex`keys(labels)`,
            steps: [
              {
                check_label: {
                  switch: [
                    {
                      condition: ex`label != "${SNAPSHOT_SET_STATE_LABEL}" and default(map.get(copy.labels, label), "") != labels[label]`,
                      steps: raise('other-labels', ex`label`),
                    },
                  ],
                },
              },
            ],
          },
        },
      },
      { done: { return: ex`left` } },
    ],
  };
}

/** Steps that fail unless the copy is encrypted with a version of the key. */
function checkKey(kmsKeyName: string): WorkflowSteps {
  return [
    { read_key: { assign: [{ key: ex`default(map.get(copy, ["snapshotEncryptionKey", "kmsKeyName"]), "")` }] } },
    {
      check_key: {
        switch: [
          {
            condition: ex`not text.match_regex(key, "^${kmsKeyName}(/cryptoKeyVersions/[0-9]+)?$")`,
            steps: raise('other-key', ex`key`),
          },
        ],
      },
    },
  ];
}

/** Deletes a disk. No effect if there is none. */
function deleteDisk({ projectId, zone }: SnapshotSetCopiesWorkflowOptions): WorkflowBlock {
  return {
    params: ['name'],
    steps: [
      { prepare: { assign: [{ place: `${projectUrl(projectId)}/zones/${zone}` }] } },
      {
        send: {
          ...retried(call('http.delete', { url: ex`place + "/disks/" + name`, auth: AUTH }, 'response')),
          except: {
            as: 'e',
            steps: [
              { is_gone: { switch: [{ condition: ex`default(map.get(e, "code"), 0) == 404`, return: null }] } },
              { fail: { raise: ex`e` } },
            ],
          },
        },
      },
      {
        wait: call('wait_for_operation', {
          operation: ex`place + "/operations/" + response.body.name`,
          deadline: ex`sys.now() + 3600`,
        }),
      },
    ],
  };
}

/** Deletes the temporary disks of runs that were stopped before a time. Returns the names of those that could not be deleted. */
function deleteLeftovers({ projectId, zone, ringName, name }: SnapshotSetCopiesWorkflowOptions): WorkflowBlock {
  return {
    params: ['before'],
    steps: [
      {
        prepare: {
          assign: [
            { left: [] },
            { query: { filter: `labels.${COPIES_LABEL}=${name}`, fields: 'items(name,creationTimestamp,labels)', maxResults: 100 } },
          ],
        },
      },
      {
        list: retried(call('http.get', { url: `${projectUrl(projectId)}/zones/${zone}/disks`, auth: AUTH, query: ex`query` }, 'response')),
      },
      {
        each: {
          for: {
            value: 'disk',
            in: ex`default(map.get(response.body, "items"), [])`,
            steps: [
              {
                is_own: {
                  switch: [
                    { condition: ex`disk.labels["${COPIES_LABEL}"] != "${name}"`, next: 'continue' },
                    { condition: ex`not text.match_regex(disk.name, "^${copyDiskPrefix(ringName)}[0-9a-f]{8}$")`, next: 'continue' },
                    { condition: ex`time.parse(disk.creationTimestamp) > before`, next: 'continue' },
                  ],
                },
              },
              {
                remove: attempt(
                  [{ call_remove: call('delete_disk', { name: ex`disk.name` }) }],
                  [{ keep_disk: { assign: [{ left: ex`list.concat(left, disk.name)` }] } }],
                ),
              },
            ],
          },
        },
      },
      { done: { return: ex`left` } },
    ],
  };
}
