import fc from 'fast-check';
import { simulateWeek } from '../../lib/cost/autoscaler';

const WEEK = 7 * 24 * 60;
const MONDAY_NOON = 12 * 60;

/** Creates a load that changes to `high` for some minutes. */
function step(low: number, high: number, from: number, minutes: number): Float64Array {
  return Float64Array.from({ length: WEEK }, (_, minute) => (minute >= from && minute < from + minutes ? high : low));
}

describe('simulateWeek', () => {
  test('a constant load keeps the required nodes', () => {
    const week = simulateWeek(new Float64Array(WEEK).fill(2.4), { minNodes: 1, maxNodes: 10 });
    expect(new Set(week.nodes)).toEqual(new Set([3]));
    expect(week).toMatchObject({ averageNodes: 3, pendingMinutes: 0 });
  });

  test('a load increase adds nodes at once, and pods are pending for two minutes', () => {
    const { nodes, pendingMinutes } = simulateWeek(step(0.9, 5, MONDAY_NOON, 600), { minNodes: 1, maxNodes: 10 });
    expect([...nodes.slice(MONDAY_NOON - 1, MONDAY_NOON + 2)]).toEqual([1, 5, 5]);
    expect(pendingMinutes).toBe(2);
  });

  test('removes a node after ten minutes below half utilization, and then one per minute', () => {
    const end = MONDAY_NOON + 600;
    const { nodes } = simulateWeek(step(0.2, 5, MONDAY_NOON, 600), { minNodes: 1, maxNodes: 10 });
    expect([...nodes.slice(end, end + 10)]).toEqual(Array(10).fill(5));
    expect([...nodes.slice(end + 10, end + 15)]).toEqual([4, 3, 2, 1, 1]);
  });

  test('removes no node at half utilization or above', () => {
    const { nodes } = simulateWeek(step(2.5, 5, MONDAY_NOON, 600), { minNodes: 1, maxNodes: 10 });
    expect([...new Set(nodes)]).toEqual([5]);
    const less = simulateWeek(step(2.4, 5, MONDAY_NOON, 600), { minNodes: 1, maxNodes: 10 });
    // With four nodes, 2.4 is more than half.
    expect(Math.min(...less.nodes)).toBe(4);
  });

  test('removes no node after nine minutes below half utilization', () => {
    const { nodes } = simulateWeek(
      Float64Array.from({ length: WEEK }, (_, minute) => (minute % 60 < 9 ? 0.1 : 4)),
      { minNodes: 1, maxNodes: 10 },
    );
    expect([...new Set(nodes)]).toEqual([4]);
  });

  test('adds no nodes beyond the maximum', () => {
    const { nodes, pendingMinutes } = simulateWeek(new Float64Array(WEEK).fill(12), { minNodes: 1, maxNodes: 10 });
    expect([...new Set(nodes)]).toEqual([10]);
    expect(pendingMinutes).toBe(0);
  });

  test('scales to zero without load', () => {
    const { nodes } = simulateWeek(step(0, 0.5, MONDAY_NOON, 60), { minNodes: 0, maxNodes: 3 });
    expect(nodes.reduce((sum, count) => sum + count, 0)).toBe(60 + 10);
  });

  test('stays within the limits and above the load, and never has fewer nodes on average for a higher load', () => {
    const load = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 7 * 4, maxLength: 7 * 4 });
    fc.assert(
      fc.property(load, fc.integer({ min: 0, max: 3 }), (sixths, minNodes) => {
        const minutes = Float64Array.from({ length: WEEK }, (_, minute) => sixths[Math.floor(minute / 360)]! / 2);
        const limits = { minNodes, maxNodes: 5 };
        const { nodes, averageNodes } = simulateWeek(minutes, limits);
        const isWithin = (count: number, minute: number): boolean =>
          count >= minNodes && count <= 5 && count >= Math.ceil(minutes[minute]!);
        expect(nodes.every(isWithin)).toBe(true);
        expect(
          simulateWeek(
            minutes.map((share) => Math.min(5, share + 0.5)),
            limits,
          ).averageNodes,
        ).toBeGreaterThanOrEqual(averageNodes);
      }),
      { numRuns: 15 },
    );
  });
});
