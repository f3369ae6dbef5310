import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}

/** The part of GitHub's API that comments need, with troubles to order. */
export class FakeGitHub {
  public static async start(): Promise<FakeGitHub> {
    const github = new FakeGitHub();
    await new Promise<void>((resolve) => github.server.listen(0, '127.0.0.1', resolve));
    return github;
  }

  public readonly comments: Comment[] = [];
  public readonly pulls: { readonly number: number; readonly head: { readonly ref: string; readonly sha: string } }[] = [];
  public readonly requests: string[] = [];

  /** Answers that come before the proper ones, one for each request. */
  public readonly troubles: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }[] = [];

  private readonly server = createServer((request, response) => {
    void this.answer(request).then(({ status, headers = {}, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body ?? {}));
    });
  });

  public get api(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; headers?: Record<string, string>; body?: unknown }> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const url = new URL(request.url!, this.api);
    const [below] = /(?<=^\/repos\/[^/]+\/[^/]+)\/.*/.exec(url.pathname) ?? [''];
    this.requests.push(`${request.method} ${below}`);
    const trouble = this.troubles.shift();
    if (trouble) return trouble;
    if (request.headers.authorization !== 'Bearer token') return { status: 401, body: { message: 'Bad credentials' } };
    const { body } = (text === '' ? {} : JSON.parse(text)) as { body?: string };
    if (body !== undefined && body.length > 65_536)
      return {
        status: 422,
        body: { message: 'Validation Failed', errors: [{ message: 'body is too long (maximum is 65536 characters)' }] },
      };
    if (below === '/pulls')
      return { status: 200, body: this.pulls.filter(({ head }) => url.searchParams.get('head')?.endsWith(`:${head.ref}`)) };
    const [, own] = /^\/issues\/comments\/(\d+)$/.exec(below!) ?? [];
    if (own !== undefined) {
      const comment = this.comments.find(({ id }) => id === Number(own));
      if (!comment) return { status: 404, body: { message: 'Not Found' } };
      comment.body = body!;
      return { status: 200, body: { html_url: `https://github.example/${own}` } };
    }
    if (request.method === 'GET') {
      const page = Number(url.searchParams.get('page') ?? 1);
      return { status: 200, body: this.comments.slice((page - 1) * 100, page * 100) };
    }
    const comment = { id: this.comments.length + 1, body: body!, user: { login: 'github-actions[bot]' } };
    this.comments.push(comment);
    return { status: 201, body: { html_url: `https://github.example/${comment.id}` } };
  }
}
