import { findRing, IapShell } from '../../lib/operations';
import { FakeGcloud } from './fake-gcloud';
import { stackWithRing } from './rings';

const ring = findRing(stackWithRing());
const [b, c] = ring.nodes;
let gcloud: FakeGcloud;
let shell: IapShell;

beforeEach(() => {
  gcloud = new FakeGcloud(['staging-cassandra-b']);
  shell = new IapShell({ ring, environment: gcloud.environment });
});
afterEach(() => gcloud.remove());

test('runs a script as root through Identity-Aware Proxy, without expansion by an intermediate shell', async () => {
  const script = `echo 'it''s' "$((1 + 1))" '$HOME' \`echo ok\`; echo no >&2; exit 3`;
  expect(await shell.run(b!, script)).toEqual({ status: 3, stdout: 'its 2 $HOME ok\n', stderr: 'no\n' });
  expect(gcloud.calls).toEqual([
    'compute ssh staging-cassandra-b --project=parking-staging --zone=europe-west1-b --tunnel-through-iap --quiet --command=sudo -n bash -s',
  ]);
});

test('distinguishes a failed script from an unreachable VM', async () => {
  expect(await shell.run(b!, 'false')).toMatchObject({ status: 1 });
  await expect(shell.run(c!, 'true')).rejects.toThrow('(gcloud.compute.ssh) Could not fetch resource:');
  await expect(shell.run(b!, 'kill -9 $$; sleep 1')).rejects.toMatchObject({ name: 'UnreachableError' });
});

test('kills a script that exceeds its timeout, with its child processes', async () => {
  const begun = Date.now();
  await expect(shell.run(b!, `sleep 60; echo late >"$VM/late"`, 0.5)).rejects.toThrow('no answer within 0.5 s');
  expect(Date.now() - begun).toBeLessThan(30_000);
});

test('fails with a sentence when there is no gcloud', async () => {
  const without = new IapShell({ ring, environment: { PATH: '/nowhere' } });
  await expect(without.run(b!, 'true')).rejects.toThrow(/^'gcloud' was not found on PATH, and is needed to reach nodes: https:/);
});

test('formats a command as an operator would type it', () => {
  expect(shell.formatCommand(b!, 'nodetool drain')).toBe(
    "gcloud compute ssh staging-cassandra-b --project=parking-staging --zone=europe-west1-b --tunnel-through-iap --quiet --command='sudo nodetool drain'",
  );
});
