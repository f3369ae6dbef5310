import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** HTTP server on a free port of 127.0.0.1. */
export class LocalServer {
  private readonly server: Server;

  constructor(listener: RequestListener) {
    // Terraform and its providers keep connections open while they run, and do not retry a request on a closed one.
    this.server = createServer({ keepAliveTimeout: 0 }, listener);
  }

  /** URL without a trailing slash, once the server listens. */
  public get url(): string {
    const { port } = this.server.address() as { port: number };
    return `http://127.0.0.1:${port}`;
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
