import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { ComputeDiskResourcePolicyAttachment } from '@cdktf/provider-google/lib/compute-disk-resource-policy-attachment';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { type DiskGenerations, readDiskGenerations, writeDiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { findProtectedAddresses, requireProtectedAddresses } from '../../lib/policy';
import { Synthesized } from '../support/synthesized';
import { RingStack } from './ring-stack';

const SNAPSHOT = 'projects/parking-staging/global/snapshots/b1-20261129';
const kept = { generation: 1, replacedBy: 'restore of set 20261129-041500', replacedAt: '2026-11-30', keepUntil: '2026-12-30' };
const RESTORED: DiskGenerations = { b1: { generation: 2, from: SNAPSHOT, kept: [kept] } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'disks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function disksFile(content: unknown): string {
  const file = path.join(folder, 'staging.disks.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function withDisks(content: unknown): RingStack {
  const stack = new RingStack();
  stack.addRing({ disksFile: disksFile(content) });
  return stack;
}

describe('a node with another generation of its data disk', () => {
  test('gets a new disk from the snapshot, and keeps the former one', () => {
    const synthesized = Synthesized.from(withDisks(RESTORED));
    expect(synthesized.at('Cassandra/b1/Disk2/Resource', ComputeDisk)).toMatchObject({
      name: 'staging-cassandra-b1-data-2',
      snapshot: SNAPSHOT,
      lifecycle: { prevent_destroy: true },
      labels: { 'cassandra-node': 'b1' },
    });
    const former = synthesized.at('Cassandra/b1/Disk/Resource', ComputeDisk);
    expect(former).toMatchObject({
      name: 'staging-cassandra-b1-data',
      lifecycle: { prevent_destroy: true },
      labels: { 'replaced-at': '2026-11-30', 'replaced-by': 'restore-of-set-20261129-041500', 'keep-until': '2026-12-30' },
    });
    expect(former.snapshot).toBeUndefined();
    const { attached_disk, metadata } = synthesized.at('Cassandra/b1/Resource', ComputeInstance);
    expect(attached_disk).toEqual([
      { device_name: 'cassandra-data', source: expect.stringMatching(/^\$\{google_compute_disk\.Cassandra_b1_Disk2_\w+\.id\}$/) },
    ]);
    expect(metadata['data-disk-number']).toMatch(/Cassandra_b1_Disk2_\w+\.disk_id/);
    expect(synthesized.list(ComputeDiskResourcePolicyAttachment)).toHaveLength(4);
  });

  test('never gets permission to format the restored disk', () => {
    const synthesized = Synthesized.from(withDisks(RESTORED));
    const first = Object.entries(synthesized.json.resource.terraform_data as Record<string, unknown>).find(([key]) =>
      key.startsWith('Cassandra_b1_FirstDisk'),
    )!;
    // Terraform keeps the first value for ever.
    expect(first[1]).toMatchObject({ input: { number: 'none' }, lifecycle: { ignore_changes: ['input'] } });
  });

  test('leaves the other nodes as they are', () => {
    const [before, after] = [Synthesized.from(withDisks({})), Synthesized.from(withDisks(RESTORED))];
    for (const node of ['c1', 'd1']) {
      expect(after.at(`Cassandra/${node}/Resource`, ComputeInstance)).toEqual(before.at(`Cassandra/${node}/Resource`, ComputeInstance));
      expect(after.at(`Cassandra/${node}/Disk/Resource`, ComputeDisk)).toEqual(before.at(`Cassandra/${node}/Disk/Resource`, ComputeDisk));
    }
  });

  test('is protected without a change of the list of protected addresses, while the former disk stays', () => {
    const protectedAddresses = [...findProtectedAddresses(withDisks({}))];
    const validate = (content: unknown): readonly string[] => {
      const stack = withDisks(content);
      requireProtectedAddresses(stack, { protectedAddresses });
      return stack.node.validate();
    };
    expect(validate({})).toEqual([]);
    expect(validate(RESTORED)).toEqual([]);
    expect(validate({ b1: { generation: 3, from: SNAPSHOT, kept: [{ ...kept, generation: 2 }, kept] } })).toEqual([]);
    expect(validate({ b1: { generation: 2, from: SNAPSHOT } })).toEqual([
      expect.stringMatching(/^'protectedAddresses' names google_compute_disk\.Cassandra_b1_Disk_\w+, which is no longer in this stack/),
      expect.stringMatching(/^'protectedAddresses' must name every protected resource, add 'google_compute_disk\.Cassandra_b1_Disk2_/),
    ]);
  });
});

test.each<[string, unknown, string]>([
  ['no JSON', '{', 'cannot be read: '],
  ['duplicate keys', '{"b1": {"generation": 2}, "b1": {"generation": 3}}', 'cannot be read: '],
  ['a list', [], 'it must be an object, got []'],
  ['an empty operation', { b1: { generation: 2, unfinished: ' ' } }, "'b1.unfinished' must not be empty"],
  ['an unknown member', { b1: { generation: 2, snapshot: 'a' } }, "'b1.snapshot' is not a member of a disk"],
  ['an unknown member of a former disk', { b1: { generation: 2, kept: [{ ...kept, by: 'a' }] } }, "'b1.kept.by' is not a member of a disk"],
  ['a generation as text', { b1: { generation: '2' } }, '\'b1.generation\' must be a number, got "2"'],
  ['the first generation', { b1: { generation: 1 } }, "'b1.generation' must be a whole number from 2 to 999, got 1"],
  ['half a generation', { b1: { generation: 2.5 } }, "'b1.generation' must be a whole number from 2 to 999, got 2.5"],
  ['a disk as source', { b1: { generation: 2, from: 'projects/p/zones/z/disks/d' } }, "'b1.from' must be a snapshot, as projects/"],
  ['a template', { b1: { generation: 2, from: `projects/p/global/snapshots/\${a}` } }, "'b1.from' must be a snapshot, as projects/"],
  [
    'a later generation that is kept',
    { b1: { generation: 2, kept: [{ ...kept, generation: 2 }] } },
    'must be a whole number from 1 to 1, got 2',
  ],
  ['a former disk twice', { b1: { generation: 3, kept: [kept, kept] } }, "'b1.kept' has generation 1 twice"],
  ['no day', { b1: { generation: 2, kept: [{ ...kept, keepUntil: '2026-13-45' }] } }, "'b1.kept.keepUntil' must be a day, as YYYY-MM-DD"],
  ['no reason', { b1: { generation: 2, kept: [{ ...kept, replacedBy: ' ' }] } }, "'b1.kept.replacedBy' must not be empty"],
  ['an unknown node', { e1: { generation: 2 } }, "'disksFile' must name nodes of the ring (b1, c1, d1), got 'e1' in "],
  ['an inherited name', { constructor: { generation: 2 } }, "'disksFile' must name nodes of the ring (b1, c1, d1), got 'constructor' in "],
])('a disks file with %s is refused', (_, content, message) => {
  expect(() => withDisks(content)).toThrow(message);
});

test('a missing disks file is refused', () => {
  expect(() => new RingStack().addRing({ disksFile: path.join(folder, 'missing.json') })).toThrow(/missing\.json' cannot be read: /);
});

test('a disks file that is written is read back, sorted by node, with its former mode', () => {
  const file = disksFile({});
  const mode = statSync(file).mode;
  writeDiskGenerations(file, { c1: { generation: 2 }, ...RESTORED });
  expect(readDiskGenerations(file)).toEqual({ ...RESTORED, c1: { generation: 2 } });
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')))).toEqual(['b1', 'c1']);
  expect(statSync(file).mode).toBe(mode);
  expect(() => writeDiskGenerations(file, { b1: { generation: 0 } })).toThrow("'b1.generation' must be a whole number");
  expect(readDiskGenerations(file)).toEqual({ ...RESTORED, c1: { generation: 2 } });
});
