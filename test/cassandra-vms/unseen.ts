import { setTimeout } from 'node:timers/promises';
import { startRing } from '../../lib/operations';
import type { RealRing } from './real-ring';
import { progress, step } from './steps';

/** Time in milliseconds after which an echo that was not answered is lost: `request_timeout` is 10 s. */
const ECHO_MS = 15_000;

export function isSeenAgain(ring: () => RealRing): void {
  step(
    'two nodes that did not reach each other during a restart see each other again, which Cassandra alone does not achieve (CASSANDRA-21428)',
    ring,
    async () => {
      const route = (action: string) => ring().run('c', `ip route ${action} blackhole ${ring().address('d')}/32`);
      await route('add');
      try {
        await ring().run('d', 'nodetool drain && systemctl restart cassandra');
        await ring().ready(['d']);
        await setTimeout(ECHO_MS);
      } finally {
        await route('del');
      }
      const report = progress();
      const reported: string[] = [];
      const { problem } = await startRing({
        ...{ shell: ring().shell, ring: ring().described(), timeoutMinutes: 4 },
        onProgress: (text) => {
          reported.push(text);
          report(text);
        },
      });
      expect(problem).toBeUndefined();
      expect(reported).toContainEqual(expect.stringMatching(/^[cd] runs, and is DN as seen by [cd]: restarting its gossip$/));
      await ring().allUp();
    },
    400,
  );
}
