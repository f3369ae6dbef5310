import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request, type Server } from 'node:https';
import { buffer } from 'node:stream/consumers';

/** Write request that a Kubernetes API server accepted. */
export interface KubernetesRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH';

  /** Path without query, for example `/apis/apps/v1/namespaces/billing/deployments`. */
  readonly path: string;

  /** Request body; the object in the answer for requests in protobuf. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Properties for `RequestRecorder.start`. */
export interface RequestRecorderOptions {
  /** Address and port of the API server. */
  readonly endpoint: string;

  /** Certificate of the API server, PEM. */
  readonly cert: string;

  /** Private key of the certificate, PEM. */
  readonly key: string;

  /** Certificate authority that signed the certificate, PEM. */
  readonly ca: string;

  /** Called with each accepted write request. */
  readonly onRequest: (request: KubernetesRequest) => void;
}

/**
 * Proxy in front of a Kubernetes API server that records write requests as sent. The server's audit log is no substitute: it adds defaults
 * and omits false and zero. Requests in protobuf are answered in JSON, and the object in the answer is recorded.
 */
export class RequestRecorder {
  public static async start(options: RequestRecorderOptions): Promise<RequestRecorder> {
    const recorder = new RequestRecorder(options);
    await new Promise<void>((resolve, reject) => {
      recorder.server.once('error', reject);
      recorder.server.listen(0, '127.0.0.1', resolve);
    });
    return recorder;
  }

  private readonly server: Server;
  private readonly agent: Agent;

  private constructor(private readonly options: RequestRecorderOptions) {
    const { cert, key, ca } = options;
    this.agent = new Agent({ ca, keepAlive: true });
    this.server = createServer({ cert, key, keepAliveTimeout: 0 }, (asked, answer) => {
      this.forward(asked, answer).catch((error: Error) => answer.destroy(error));
    });
  }

  /** Address and port of the proxy. */
  public get endpoint(): string {
    const { port } = this.server.address() as { port: number };
    return `127.0.0.1:${port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.agent.destroy();
  }

  private async forward(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method, url = '/', headers } = asked;
    const content = await buffer(asked);
    const [host, port] = this.options.endpoint.split(':');
    const isJson = headers['content-type']?.includes('json');
    if (isWrite(method) && !isJson) headers.accept = 'application/json';
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const forwarded = request({ host, port, method, path: url, headers, agent: this.agent }, resolve);
      forwarded.once('error', reject);
      // Ends a watch.
      answer.once('close', () => forwarded.destroy());
      forwarded.end(content);
    });
    const { statusCode = 502 } = response;
    answer.writeHead(statusCode, response.headers);
    if (!isWrite(method) || statusCode >= 300) return void response.pipe(answer);
    const answered = await buffer(response);
    const body = JSON.parse((isJson ? content : answered).toString());
    this.options.onRequest({ method, path: url.split('?')[0]!, body });
    answer.end(answered);
  }
}

function isWrite(method: string | undefined): method is KubernetesRequest['method'] {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}
