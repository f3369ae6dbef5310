import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { BackupArchive, type BackupArchiveProps, type CassandraRing, type CassandraRingProps } from '../../lib/cassandra';
import { findRing, type Ring } from '../../lib/operations';
import { Synthesized } from '../support/synthesized';
import { RingStack } from './ring-stack';

let stack: RingStack;

beforeEach(() => {
  stack = new RingStack();
});

function addArchive(props: Partial<BackupArchiveProps> = {}): BackupArchive {
  return new BackupArchive(stack, 'Archive', { project: stack.project, name: 'parking-archive', location: 'europe-west1', ...props });
}

function addRing(props: Partial<CassandraRingProps> = {}): CassandraRing {
  return stack.addRing({ name: 'ring', archive: addArchive(), ...props });
}

/** The ring as commands find it. */
function described(): Ring {
  return findRing(JSON.parse(JSON.stringify(stack.toTerraform())));
}

interface Grant {
  readonly role: string;
  readonly member: string;
  readonly condition: readonly [{ readonly expression: string }] | { readonly expression: string };
}

/** Grants as role, prefix of the objects, and whether the member is an account of a node. */
function grants(): string[] {
  return Synthesized.from(stack)
    .list(StorageBucketIamMember)
    .map((body) => {
      const { role, condition } = body as unknown as Grant;
      const { expression } = Array.isArray(condition) ? condition[0]! : (condition as { expression: string });
      return `${role} ${/objects\/([^"]+)"\)$/.exec(expression)![1]}`;
    })
    .sort();
}

describe('the bucket', () => {
  test('keeps each object for eight days, and deletes it a day later', () => {
    addArchive();
    expect(Synthesized.from(stack).only(StorageBucket)).toMatchObject({
      name: 'parking-archive',
      location: 'EUROPE-WEST1',
      uniform_bucket_level_access: true,
      public_access_prevention: 'enforced',
      force_destroy: false,
      retention_policy: { retention_period: 8 * 86_400, is_locked: false },
      lifecycle_rule: [{ action: { type: 'Delete' }, condition: { age: 9 } }],
      lifecycle: { prevent_destroy: true },
    });
  });

  test('has a locked retention when asked for', () => {
    addArchive({ retentionDays: 30, isLocked: true });
    expect(Synthesized.from(stack).only(StorageBucket)).toMatchObject({
      retention_policy: { retention_period: 30 * 86_400, is_locked: true },
    });
  });

  test.each(['Parking', 'goog-archive', 'my-google-bucket', 'ab', 'a.b'])("fails for the name '%s'", (name) => {
    expect(() => addArchive({ name })).toThrow(`'name' must be 3 to 63 lower case letters, digits, hyphens and underscores`);
  });

  test('fails without a retention', () => {
    expect(() => addArchive({ retentionDays: 0 })).toThrow(
      "'retentionDays' must be a whole number from 1 to 3650, got 0 (at staging/Archive)",
    );
  });
});

describe('a ring with an archive', () => {
  test('lets each node create its own objects, and read those of the ring', () => {
    addRing();
    expect(grants()).toEqual([
      ...['b1', 'c1', 'd1'].map((node) => `roles/storage.objectCreator ring/${node}/`),
      ...['b1', 'c1', 'd1'].map(() => 'roles/storage.objectViewer ring/'),
    ]);
  });

  test('lets nodes with one account create the objects of the ring', () => {
    addRing({ sharedServiceAccount: true });
    expect(grants()).toEqual(['roles/storage.objectCreator ring/', 'roles/storage.objectViewer ring/']);
  });

  test('writes the bucket to the scripts of its nodes, and commands find it', () => {
    addRing();
    const synthesized = Synthesized.from(stack);
    const [{ metadata }] = synthesized.list(ComputeInstance) as unknown as [{ metadata: Record<string, string> }];
    expect(metadata['startup-script']).toContain('{"bucket":"parking-archive","prefix":"ring/');
    expect(metadata['startup-script']).toContain('archive_command=/usr/local/sbin/cassandra-archive keep %path %name');
    expect(described()).toMatchObject({ archive: 'parking-archive', archiveRetentionDays: 8 });
  });

  test('archives the manifests of its snapshots', () => {
    addRing();
    const [{ metadata }] = Synthesized.from(stack).list(ComputeInstance) as unknown as [{ metadata: Record<string, string> }];
    expect(metadata['startup-script']).toContain("['/usr/local/sbin/cassandra-archive', 'manifest']");
  });

  test('has an alert policy for commit logs that are not archived', () => {
    addRing({ archiveWithinMinutes: 20 });
    const policies = Synthesized.from(stack).list(MonitoringAlertPolicy) as unknown as { display_name: string; conditions: object[] }[];
    const policy = policies.find(({ display_name }) => display_name.includes('archived'));
    expect(JSON.stringify(policy)).toContain('archive_lag_seconds');
    expect(JSON.stringify(policy)).toContain('> 1200');
  });

  test('fails with another interval of commit log writes', () => {
    expect(() => addRing({ settings: { commitlog_sync_period: '60s' } })).toThrow(
      "'settings' must not have 'commitlog_sync_period' with 'archive', got 60s",
    );
  });
});

test('a ring without an archive has no bucket, and its scripts remove the configuration of one', () => {
  stack.addRing({ name: 'ring' });
  const synthesized = Synthesized.from(stack);
  const [{ metadata }] = synthesized.list(ComputeInstance) as unknown as [{ metadata: Record<string, string> }];
  expect(metadata['startup-script']).toContain('rm -f /etc/cassandra-archive.json');
  expect(metadata['startup-script']).not.toContain('archive_manifest');
  expect(described().archive).toBeUndefined();
  expect(described().archiveRetentionDays).toBeUndefined();
  expect(synthesized.list(StorageBucket)).toEqual([]);
});
