import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CertificateAuthority, type ServerCertificate } from '../../../lib/sandbox/certificate-authority';
import { type KubernetesRequest, RequestRecorder } from '../../../lib/sandbox/kubernetes-api/request-recorder';

const PODS = '/api/v1/namespaces/apps/pods';

describe('recorded requests of an API server', () => {
  let folder: string;
  let ca: string;
  let certificate: ServerCertificate;
  let server: Server;
  let recorder: RequestRecorder;
  let recorded: KubernetesRequest[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'recorder-'));
    const authority = await CertificateAuthority.open(folder);
    ca = authority.certificate;
    certificate = await authority.issue(['127.0.0.1']);
    // An API server that adds a default, and refuses an object without a name.
    server = createServer(certificate, async (asked, answer) => {
      const content = await text(asked);
      const isRefused = content === '{}';
      const object = { kind: 'Pod', accepts: asked.headers.accept, authorization: asked.headers.authorization, defaulted: true };
      answer.writeHead(isRefused ? 422 : 201, { 'content-type': 'application/json' }).end(JSON.stringify(object));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    recorded = [];
    const { port } = server.address() as { port: number };
    recorder = await RequestRecorder.start({
      endpoint: `127.0.0.1:${port}`,
      ...certificate,
      ca,
      onRequest: (each) => recorded.push(each),
    });
  });
  afterEach(() => recorder.stop());

  async function send(method: string, path: string, body: string, type = 'application/json'): Promise<Record<string, unknown>> {
    const [host, port] = recorder.endpoint.split(':');
    const headers = { 'content-type': type, accept: type, authorization: 'Bearer t' };
    return new Promise((resolve, reject) => {
      const asking = request({ host, port, method, path, ca, headers }, async (response) => {
        resolve({ code: response.statusCode, ...JSON.parse(await text(response)) });
      });
      asking.once('error', reject).end(body);
    });
  }

  test('are write requests, as sent', async () => {
    const answer = await send('POST', `${PODS}?fieldManager=Terraform`, '{"spec":{"privileged":false}}');
    expect(answer).toEqual({ code: 201, kind: 'Pod', accepts: 'application/json', authorization: 'Bearer t', defaulted: true });
    await send('GET', PODS, '');
    await send('DELETE', `${PODS}/a`, '');
    expect(recorded).toEqual([{ method: 'POST', path: PODS, body: { spec: { privileged: false } } }]);
  });

  test('do not include rejected ones', async () => {
    expect(await send('POST', PODS, '{}')).toMatchObject({ code: 422 });
    expect(recorded).toEqual([]);
  });

  test('of a client that sends protobuf have the object in the answer', async () => {
    await send('POST', PODS, 'k8s', 'application/vnd.kubernetes.protobuf');
    expect(recorded).toMatchObject([{ body: { kind: 'Pod', accepts: 'application/json' } }]);
  });
});
