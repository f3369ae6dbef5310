import { once } from 'node:events';
import { createServer, type Server } from 'node:tls';
import { RENDEZVOUS_SCRIPT } from '../../../lib/cassandra/node-files/rendezvous';
import { Authority } from '../authority';
import { ScriptMachine } from './python-script';

describe('seeds with empty disks', () => {
  const machines: ScriptMachine[] = [];
  const servers: Server[] = [];
  let authority: Authority;
  let addresses: readonly string[];

  beforeEach(() => {
    authority = new Authority();
    addresses = newMachine().addresses;
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    for (const machine of machines.splice(0)) machine.remove();
  });

  function newMachine(): ScriptMachine {
    const machine = new ScriptMachine();
    machines.push(machine);
    return machine;
  }

  /** Starts a node whose cassandra-cql knows rings by address: the role that may log in, and its keyspaces. */
  function start(address: string, rings: Readonly<Record<string, string>> = {}, { seconds = '20', key = authority.key({ address }) } = {}) {
    const machine = newMachine();
    machine.write('etc/cassandra/tls/ca.pem', authority.certificate);
    machine.write('etc/cassandra/tls/node.pem', key);
    const cases = Object.entries(rings).map(([seed, answer]) => {
      const [role, ...keyspaces] = answer.split(' ');
      const words = role === 'cassandra' ? `--default-role --host ${seed}` : `--host ${seed}`;
      return `'${words} '*) printf '%s\\n' ${keyspaces.join(' ')} ;;`;
    });
    machine.write('usr/local/sbin/cassandra-cql', `#!/bin/bash\ncase "$* " in\n${cases.join('\n')}\n*) exit 4 ;;\nesac\n`);
    machine.write('usr/local/sbin/cassandra-rendezvous', RENDEZVOUS_SCRIPT);
    return machine.run('usr/local/sbin/cassandra-rendezvous', [address, seconds, addresses.join(',')]);
  }

  /** Server at Cassandra's port, which waits for a message of the client in the native protocol. */
  async function cassandra(address: string): Promise<void> {
    const pem = authority.key({ address });
    const server = createServer({ key: pem, cert: pem }, (socket) => socket.on('error', () => {})).listen(7000, address);
    await once(server, 'listening');
    servers.push(server);
  }

  test('bootstrap the ring together', async () => {
    const answers = await Promise.all(addresses.map((address) => start(address)));
    expect(answers.map(({ status, stdout }) => `${status} ${stdout}`)).toEqual(['0 begin\n', '0 begin\n', '0 begin\n']);
  });

  test('bootstrap the ring with a seed that has started Cassandra, while that seed holds no rows', async () => {
    const [one, two, three] = addresses as [string, string, string];
    await cassandra(one);
    const rings = { [one]: 'cassandra system system_auth system_schema' };
    const answers = await Promise.all([start(two, rings), start(three, rings)]);
    expect(answers.map(({ stdout }) => stdout)).toEqual(['begin\n', 'begin\n']);
  });

  test.each([
    ['has its superuser', 'operator system system_auth'],
    ['holds rows', 'cassandra system system_auth shop'],
  ])('join a ring that %s', async (_, ring) => {
    const [one, two] = addresses as [string, string];
    await cassandra(two);
    expect(await start(one, { [two]: ring })).toMatchObject({ status: 0, stdout: 'join\n' });
  });

  test('do not bootstrap while one of them does not answer, and report its address', async () => {
    const [one, two, three] = addresses as [string, string, string];
    const answers = await Promise.all([start(one, {}, { seconds: '8' }), start(two, {}, { seconds: '8' })]);
    expect(answers.map(({ status, stdout }) => `${status} ${stdout}`)).toEqual([`1 ${three}\n`, `1 ${three}\n`]);
  });

  test('trust no node without a key that the CA of the ring signed', async () => {
    const [one, two, three] = addresses as [string, string, string];
    const answers = await Promise.all([
      start(one, {}, { seconds: '8' }),
      start(two, {}, { seconds: '8' }),
      start(three, {}, { seconds: '8', key: new Authority('other').key({ address: three }) }),
    ]);
    expect(answers.map(({ stdout }) => stdout)).toEqual([`${three}\n`, `${three}\n`, `${one}, ${two}\n`]);
  });

  test('never bootstrap a ring on a node that is not a seed', async () => {
    const outsider = newMachine().addresses[0]!;
    const [one] = addresses as [string];
    const [seed, other] = await Promise.all([start(one, {}, { seconds: '4' }), start(outsider, {}, { seconds: '4' })]);
    expect(seed).toMatchObject({ status: 1 });
    expect(other).toMatchObject({ status: 1, stdout: `${addresses.join(', ')}\n` });
    await cassandra(one);
    expect(await start(outsider, { [one]: 'operator system' })).toMatchObject({ status: 0, stdout: 'join\n' });
  });
});
