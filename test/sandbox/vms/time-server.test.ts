import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { TimeServer } from '../../../lib/sandbox/vms/time-server';

let server: Socket;
let client: Socket;
let time: TimeServer;
beforeEach(async () => {
  [server, client] = [createSocket('udp4'), createSocket('udp4')];
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  time = new TimeServer();
  time.serve(server);
});
afterEach(() => {
  server.close();
  client.close();
});

async function ask(): Promise<Buffer> {
  const request = Buffer.alloc(48);
  request[0] = (4 << 3) | 3;
  request.writeUInt32BE(0xcafe, 40);
  client.send(request, server.address().port, '127.0.0.1');
  const [answer] = await once(client, 'message');
  return answer;
}

test('answers with the time of the host and the timestamp of the request', async () => {
  const answer = await ask();
  const seconds = answer.readUInt32BE(40) - 2_208_988_800;
  expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(5);
  expect(answer[0]! & 0b111).toBe(4);
  expect(answer.readUInt32BE(24)).toBe(0xcafe);
});

test('reports its synchronisation in leap indicator and stratum', async () => {
  const known = await ask();
  expect([known[0]! >> 6, known[1]]).toEqual([0, 1]);
  time.unknownTo.add('127.0.0.1');
  const unknown = await ask();
  expect([unknown[0]! >> 6, unknown[1]]).toEqual([3, 16]);
  time.unknownTo.clear();
  time.unknownTo.add('127.0.0.2');
  expect((await ask())[1]).toBe(1);
});
