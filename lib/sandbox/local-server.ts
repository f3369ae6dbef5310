import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * HTTP server on a free port of 127.0.0.1, to which every user and every web page of this machine can connect.
 *
 * It answers requests that name it by its address, not by a host name that a web page has pointed to 127.0.0.1, and that carry its token.
 */
export class LocalServer {
  private readonly server: Server;

  /**
   * @param token access token that requests must carry. @default - none: only for tests of one server
   */
  constructor(
    listener: RequestListener,
    private readonly token?: string,
  ) {
    // Terraform and its providers keep connections open while they run, and do not retry a request on a closed one.
    this.server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      const refusal = this.findRefusal(request);
      if (refusal) sendJson(response, refusal.code, { error: refusal });
      else listener(request, response);
    });
  }

  /** URL without a trailing slash, once the server listens. */
  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  public async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
  }

  /** Stops the server and closes all connections. */
  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  private findRefusal({ headers }: IncomingMessage): { code: number; status: string; message: string } | undefined {
    if (this.token === undefined) return undefined;
    if (![`127.0.0.1:${this.port}`, `localhost:${this.port}`].includes(headers.host ?? '')) {
      return { code: 403, status: 'PERMISSION_DENIED', message: 'The sandbox is not called by this host name.' };
    }
    const [, given = ''] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
    if (isSame(given, this.token)) return undefined;
    return { code: 401, status: 'UNAUTHENTICATED', message: 'The access token of the sandbox is required: it is in its environment only.' };
  }
}

/** Compares texts in constant time. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((value) => createHash('sha256').update(value).digest()) as [Buffer, Buffer];
  return timingSafeEqual(first, second);
}

/**
 * Reads the JSON body of a request; an empty object if it has none.
 *
 * @param invalid creates the error for invalid JSON
 */
export async function readJson<Body>(request: IncomingMessage, invalid: () => Error): Promise<Body> {
  const content = await text(request);
  if (content === '') return {} as Body;
  try {
    return JSON.parse(content);
  } catch {
    throw invalid();
  }
}

export function sendJson(response: ServerResponse, code: number, value: object): void {
  response.writeHead(code, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(value));
}
