import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Request that a `FakeCompute` received. */
export interface ComputeRequest {
  readonly method: string;

  readonly project: string;

  /** Path below the project. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly authorization: string | undefined;
}

export interface ComputeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;

  /** The connection ends without an answer. */
  readonly isCut?: boolean;
}

/** Compute Engine's REST API on this machine, with the answers of a test. */
export class FakeCompute {
  public static async start(): Promise<FakeCompute> {
    const compute = new FakeCompute();
    compute.server.listen(0, '127.0.0.1');
    await once(compute.server, 'listening');
    return compute;
  }

  public readonly requests: ComputeRequest[] = [];

  /** Answers that come before the others, one for each request. */
  public readonly faults: ComputeAnswer[] = [];

  /** Answer to a request without a fault. */
  public answer: (request: ComputeRequest) => ComputeAnswer | Promise<ComputeAnswer> = () => ({ body: { items: [] } });

  private readonly server = createServer((request, response) => {
    void this.receive(request).then(({ status = 200, headers = {}, body = {}, isCut }) => {
      if (isCut) {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    });
  });

  /** Variables that lead a client here. */
  public get environment(): Readonly<Record<string, string>> {
    const { port } = this.server.address() as AddressInfo;
    return { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/compute/v1/`, GOOGLE_OAUTH_ACCESS_TOKEN: 'token' };
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(message: IncomingMessage): Promise<ComputeAnswer> {
    let text = '';
    for await (const chunk of message) text += chunk;
    const url = new URL(message.url!, 'http://127.0.0.1');
    const request = {
      method: message.method!,
      project: /\/projects\/([^/]+)\//.exec(url.pathname)?.[1] ?? '',
      path: url.pathname.replace(/^\/compute\/v1\/projects\/[^/]+\//, ''),
      query: url.searchParams,
      body: text === '' ? undefined : JSON.parse(text),
      authorization: message.headers.authorization,
    };
    this.requests.push(request);
    return this.faults.shift() ?? this.answer(request);
  }
}

/** Error as the API returns it. */
export function apiError(status: number, message: string, reason = 'any', headers: Readonly<Record<string, string>> = {}): ComputeAnswer {
  return { status, headers, body: { error: { code: status, message, errors: [{ message, reason, domain: 'global' }] } } };
}
