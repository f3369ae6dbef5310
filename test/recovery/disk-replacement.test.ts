import type { DiskGenerations } from '../../lib/cassandra-contract/disk-generations';
import { findRing } from '../../lib/operations';
import { DiskReplacement, type ReplacementOptions, type ReplacementTools } from '../../lib/recovery/disk-replacement';
import { stackWithRing } from '../operations/rings';

const RING = findRing(stackWithRing());
const DONE = { done: [], remaining: [], problem: undefined };

/** Replacement of all disks by blank ones, with one prepared snapshot. */
class Replacement extends DiskReplacement<ReplacementOptions, 'snapshot', 'unchanged'> {
  public readonly removed: string[] = [];

  public run() {
    return this.replace();
  }

  protected async takeSteps(): Promise<void> {
    this.enter('snapshot');
    this.prepared = ['prepared'];
    await this.writeDisksFile('test', ({ name: node }, existing) => ({ node, existing }));
    await this.attach(false);
  }

  protected async removeClones(): Promise<void> {
    this.removed.push('clones');
  }

  protected async removePrepared(names: readonly string[]): Promise<void> {
    this.removed.push(...names);
  }
}

let generations: DiskGenerations;
let calls: string[];

function createTools(changes: Partial<ReplacementTools> = {}): ReplacementTools {
  const plan = {
    ...{ isEmpty: false, summary: 'three disks' },
    apply: async () => void calls.push('apply'),
    discard: () => void calls.push('discard'),
  };
  return {
    hasDisk: async () => true,
    diskSource: async () => undefined,
    attachedDisks: async (node) => [`staging-cassandra-${node}-data-2`],
    takeSnapshot: async (node) => {
      calls.push(`snapshot ${node}`);
      return node;
    },
    readGenerations: () => generations,
    writeGenerations: (next) => {
      generations = next;
    },
    plan: async () => plan,
    stop: async () => DONE,
    readRows: async () => [],
    repair: async () => undefined,
    remainingChanges: async () => undefined,
    ...changes,
  };
}

beforeEach(() => {
  generations = {};
  calls = [];
});

test('a plan is discarded as soon as it was applied', async () => {
  const replacement = new Replacement({ ring: RING, tools: createTools() });
  expect(await replacement.run()).toMatchObject({ state: 'replaced', done: ['snapshot', 'disks-file', 'plan', 'stop', 'apply'] });
  expect(calls.slice(-2)).toEqual(['apply', 'discard']);
  expect(replacement.removed).toEqual(['clones']);
});

test('a plan is discarded when the ring does not stop, and what nothing uses is removed', async () => {
  const tools = createTools({ stop: async () => ({ done: [], remaining: ['b'], problem: 'b is unreachable' }) });
  const replacement = new Replacement({ ring: RING, tools });
  expect(await replacement.run()).toMatchObject({
    state: 'stopped',
    endedAt: 'stop',
    problem: 'b is unreachable (remaining: b)',
    kept: [],
  });
  expect(calls.at(-1)).toBe('discard');
  expect(generations).toEqual({});
  expect(replacement.removed).toEqual(['prepared', 'clones']);
});

test('a disks file that cannot be written back is reported, and its snapshots stay', async () => {
  let writes = 0;
  const tools = createTools({
    writeGenerations: () => {
      if (++writes > 1) throw new Error('no space left');
    },
    plan: () => Promise.reject(new Error('no plan')),
  });
  const replacement = new Replacement({ ring: RING, tools });
  expect(await replacement.run()).toMatchObject({
    ...{ state: 'unchanged', endedAt: 'plan', error: { message: 'no plan' } },
    problem: 'no plan; the former disks file could not be written back: no space left',
  });
  expect(replacement.removed).toEqual(['clones']);
});

test('snapshots that cannot be removed are reported', async () => {
  const replacement = new Replacement({ ring: RING, tools: createTools({ plan: () => Promise.reject(new Error('no plan')) }) });
  jest.spyOn(replacement as unknown as { removePrepared(): Promise<void> }, 'removePrepared').mockRejectedValue(new Error('HTTP 403'));
  expect((await replacement.run()).problem).toBe('no plan; not removed: snapshots prepared: HTTP 403');
});

test('a snapshot that fails ends the run after the others', async () => {
  const tools = createTools({
    takeSnapshot: async (node) => {
      if (node === 'b') throw new Error('quota');
      await new Promise((resolve) => setTimeout(resolve, 5));
      calls.push(`snapshot ${node}`);
      return node;
    },
  });
  expect(await new Replacement({ ring: RING, tools }).run()).toMatchObject({ state: 'unchanged', endedAt: 'snapshot', problem: 'quota' });
  expect(calls).toEqual(['snapshot c', 'snapshot d']);
  expect(generations).toEqual({});
});
