import { POD_ADDRESS, type RealRing } from './real-ring';
import { step } from './steps';

/** First start of a ring whose third node is lost before it is a member: the default superuser exists, and no client may reach it. */
export function staysClosed(ring: () => RealRing): void {
  const login = (user: string) => ring().client(POD_ADDRESS, 'login.js', [ring().address('b'), user], user);
  const asNode = async (from: string) =>
    (
      await ring()
        .vm(from)
        .exec(DEFAULT_LOGIN(ring().address('b')))
    ).status;

  step('clients are not let in while a node of the new ring is missing', ring, async () => {
    await lose(ring(), 'd');
    await ring()
      .vm('b')
      .waitFor('starting: waits until', { seconds: 150, endsOn: ['refused', 'failed'] });
    // The superuser with the published password is there, for the nodes of the ring alone.
    await until(async () => (await asNode('c')) === 0, 60);
    expect(await login('cassandra')).toMatch(/timed out|timeout|ETIMEDOUT|EHOSTUNREACH|unreachable/i);
    expect(await metric(ring(), 'b')).toBe(0);
  });

  step('a reboot does not let clients in', ring, async () => {
    await ring().vm('b').reset();
    await until(async () => (await asNode('c')) === 0, 120);
    expect(await login('cassandra')).toMatch(/timed out|timeout|ETIMEDOUT|EHOSTUNREACH|unreachable/i);
  });

  step(
    'clients are let in once the missing node has come, without the default superuser',
    ring,
    async () => {
      await ring().vm('d').start();
      await ring().ready(undefined, 400);
      expect(await asNode('c')).toBe(3);
      expect(await ring().client(POD_ADDRESS, 'login.js', [ring().address('b'), 'operator'])).toBe('in');
      expect(await metric(ring(), 'b')).toBe(1);
    },
    420,
  );
}

const DEFAULT_LOGIN = (address: string): string => `cassandra-cql --host ${address} --default-role </dev/null`;

/** Powers a node off when its Cassandra starts. */
async function lose(ring: RealRing, node: string): Promise<void> {
  await until(async () => ring.vm(node).serialConsole().includes('start_cassandra: begins'), 150);
  await ring.vm(node).powerOff();
}

/** Value of the metric that tells whether a node lets clients in. */
async function metric(ring: RealRing, node: string): Promise<number> {
  const { stdout } = await ring.run(node, ['cassandra-metrics', '--print']);
  const { timeSeries } = JSON.parse(stdout) as {
    timeSeries: readonly { metric: { type: string }; points: readonly { value: { int64Value?: string } }[] }[];
  };
  return Number(timeSeries.find((one) => one.metric.type.endsWith('/clients_let_in'))?.points[0]?.value.int64Value);
}

async function until(holds: () => Promise<boolean>, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not so after ${seconds} s`);
    await new Promise((done) => setTimeout(done, 500));
  }
}
