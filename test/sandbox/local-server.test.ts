import { request } from 'node:http';
import { LocalServer, sendJson } from '../../lib/sandbox/local-server';

const TOKEN = 'sandbox-token';
let answered: number;
let server: LocalServer;

beforeEach(async () => {
  answered = 0;
  server = new LocalServer((_, response) => {
    answered++;
    sendJson(response, 200, {});
  }, TOKEN);
  await server.listen();
});
afterEach(() => server.stop());

/** Sends a request with the headers of a client, also ones that `fetch` forbids. */
const call = (headers: Record<string, string>) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asking = request(server.url, { method: 'DELETE', headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    });
    asking.once('error', reject);
    asking.end();
  });

test.each(['Bearer sandbox-token', 'bearer sandbox-token'])('a request with %s is answered', async (authorization) => {
  expect((await call({ authorization })).status).toBe(200);
  expect(answered).toBe(1);
});

test('the server is also called by the name localhost', async () => {
  const { port } = new URL(server.url);
  expect((await call({ authorization: `Bearer ${TOKEN}`, host: `localhost:${port}` })).status).toBe(200);
});

test.each<[string, Record<string, string>]>([
  ['no token', {}],
  ['another token', { authorization: 'Bearer sandbox' }],
  ['the start of the token', { authorization: 'Bearer sandbox-toke' }],
  ['an empty token', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: `Basic ${TOKEN}` }],
])('a request with %s is refused with 401', async (_, headers) => {
  const { status, body } = await call(headers);
  expect(status).toBe(401);
  expect(JSON.parse(body)).toMatchObject({ error: { code: 401, status: 'UNAUTHENTICATED', message: expect.stringContaining('token') } });
  expect(answered).toBe(0);
});

test.each(['attacker.example', 'localhost.attacker.example', '127.0.0.1', '127.0.0.1:1'])(
  'a request to the host name %s is refused with 403, also with the token',
  async (host) => {
    expect((await call({ authorization: `Bearer ${TOKEN}`, host })).status).toBe(403);
    expect(answered).toBe(0);
  },
);
