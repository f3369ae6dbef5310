import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SupervisedProcess } from '../../../lib/sandbox/kubernetes-api/supervised-process';

const COMPILED = join(__dirname, '../../../dist/lib/sandbox/kubernetes-api/supervised-process.js');

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'supervised-'));
  server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Words of a program that connects to the test, so that its end is seen whatever ends it. */
function connecting(script = ''): string[] {
  const { port } = server.address() as AddressInfo;
  return [process.execPath, '-e', `${script}; require('node:net').connect(${port}, '127.0.0.1').resume()`];
}

function connection(): Promise<Socket> {
  return new Promise((done) => server.once('connection', (socket) => done(socket.on('error', () => {}).resume())));
}

function closed(socket: Socket): Promise<unknown> {
  return new Promise((done) => socket.once('close', done));
}

function start(words: readonly string[]): SupervisedProcess {
  return new SupervisedProcess({ words, folder, log: join(folder, 'log') });
}

test.each([
  ['a program that obeys SIGTERM', '', 143],
  ['a program that ignores SIGTERM', "process.on('SIGTERM', () => {})", 137],
])('%s is stopped', async (_, script, status) => {
  const connected = connection();
  const supervised = start(connecting(script));
  const socket = await connected;
  const end = closed(socket);
  await supervised.stop(status === 143 ? 60_000 : 10);
  await end;
  expect(await supervised.ended).toBe(status);
});

test('reports the exit code and the last output of a program that ends', async () => {
  const supervised = start(['/bin/sh', '-c', 'echo one; echo two >&2; exit 3']);
  expect(await supervised.ended).toBe(3);
  expect(supervised.hasEnded).toBe(true);
  expect(supervised.lastOutput).toBe('one\ntwo');
  await supervised.stop();
});

test('a program that cannot be run ends with status 127', async () => {
  const supervised = start([join(folder, 'missing')]);
  expect(await supervised.ended).toBe(127);
});

test('a program ends when the process that started it is killed', async () => {
  const connected = connection();
  const script = `
    const { SupervisedProcess } = require(${JSON.stringify(COMPILED)});
    new SupervisedProcess(${JSON.stringify({ words: connecting("process.on('SIGTERM', () => {})"), folder, log: join(folder, 'log') })});`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
  const socket = await connected;
  const end = closed(socket);
  parent.kill('SIGKILL');
  await end;
  expect(parent.killed).toBe(true);
});
