import { ReportedError } from '../core/reported-error';

/** Properties for `commentOn`. */
export interface CommentOptions {
  /** Base of the API, for example `https://api.github.com`. */
  readonly api: string;
  readonly token: string;

  /** `owner/name`. */
  readonly repository: string;

  /** Number of the pull request, or its head: `owner:branch`, and the commit that must be at its end. */
  readonly pullRequest: number | { readonly head: string; readonly sha: string };

  /** What the comment is about: there is one comment for each. */
  readonly topic: string;

  /** Markdown. */
  readonly body: string;

  /** What to post when the body is too long for GitHub. */
  readonly shortBody: string;

  /** Login whose comments are ours. @default 'github-actions[bot]' */
  readonly author?: string;

  /** Most seconds to wait in all, when GitHub asks for patience or does not answer. @default 120 */
  readonly maxWaitSeconds?: number;

  /** Waits. @default - by the clock */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** What became of the comment. */
export interface Commented {
  readonly kind: 'created' | 'updated';
  readonly url: string;
  readonly isShort: boolean;
}

/** What GitHub takes, in characters. */
const MOST_CHARACTERS = 65_536;

/**
 * Leaves one comment on a pull request, and changes that one from then on. It is known by a mark that nobody sees and by its author, so a comment of
 * somebody else that copies the mark is left alone.
 *
 * @throws ReportedError when GitHub refuses, or does not answer for too long
 */
export async function commentOn(options: CommentOptions): Promise<Commented> {
  const github = new GitHub(options);
  const number = typeof options.pullRequest === 'number' ? options.pullRequest : await github.find(options.pullRequest);
  const mark = `<!-- gke-platform:${options.topic.replace(/[^\w-]/g, '')} -->`;
  const own = await github.ownComment(number, mark, options.author ?? 'github-actions[bot]');
  const text = (body: string): string => `${mark}\n${body.replace(/<!-- gke-platform:/g, '<!-- ')}`;
  let isShort = text(options.body).length > MOST_CHARACTERS;
  let answer = isShort ? undefined : await github.put(number, own, text(options.body));
  if (answer === undefined || answer.isTooLong) {
    isShort = true;
    answer = await github.put(number, own, text(options.shortBody));
  }
  if (answer.isTooLong) throw new ReportedError(`GitHub takes no comment of ${options.shortBody.length} characters`);
  return { kind: own === undefined ? 'created' : 'updated', url: answer.url, isShort };
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

class GitHub {
  private waitedSeconds = 0;

  constructor(private readonly options: CommentOptions) {}

  public async find({ head, sha }: { readonly head: string; readonly sha: string }): Promise<number> {
    const { json } = await this.ask('GET', `/pulls?state=open&per_page=100&head=${encodeURIComponent(head)}`);
    const found = listIn(json).find((pull) => (pull.head as { sha?: string } | undefined)?.sha === sha);
    if (typeof found?.number !== 'number') throw new ReportedError(`no open pull request of ${head} ends with ${sha}`);
    return found.number;
  }

  public async ownComment(number: number, mark: string, author: string): Promise<number | undefined> {
    for (let page = 1; ; page++) {
      const comments = listIn((await this.ask('GET', `/issues/${number}/comments?per_page=100&page=${page}`)).json);
      const own = comments.find(
        ({ body, user }) => String(body).startsWith(mark) && (user as { login?: string } | undefined)?.login === author,
      );
      if (own !== undefined) return own.id as number;
      if (comments.length < 100) return undefined;
    }
  }

  public async put(number: number, own: number | undefined, body: string): Promise<{ readonly url: string; readonly isTooLong: boolean }> {
    const { status, json } = await (own === undefined
      ? this.ask('POST', `/issues/${number}/comments`, { body })
      : this.ask('PATCH', `/issues/comments/${own}`, { body }));
    const isTooLong = status === 422 && /too long/i.test(JSON.stringify(json));
    if (status === 422 && !isTooLong) throw refusal(status, json);
    return { url: String((json as { html_url?: unknown }).html_url ?? ''), isTooLong };
  }

  /** Asks, and waits as told when it was too often, or a little when the server is in trouble. */
  private async ask(method: string, below: string, body?: object): Promise<Answer> {
    const { api, repository, token } = this.options;
    for (let attempt = 0; ; attempt++) {
      let response: Response;
      try {
        response = await fetch(`${api.replace(/\/$/, '')}/repos/${repository}${below}`, {
          method,
          headers: {
            accept: 'application/vnd.github+json',
            authorization: `Bearer ${token}`,
            'x-github-api-version': '2022-11-28',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(30_000),
        });
      } catch (error) {
        await this.wait(2 ** attempt, `${method} ${below}: ${(error as Error).message}`);
        continue;
      }
      const text = await response.text();
      const json = parsed(text);
      if (response.ok || response.status === 422) return { status: response.status, json };
      const patience = response.status >= 500 ? 2 ** attempt : patienceOf(response);
      if (patience === undefined) throw refusal(response.status, json);
      await this.wait(patience, `${method} ${below}: HTTP ${response.status}`);
    }
  }

  private async wait(seconds: number, why: string): Promise<void> {
    const { maxWaitSeconds = 120, sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)) } = this.options;
    if (this.waitedSeconds + seconds > maxWaitSeconds)
      throw new ReportedError(`GitHub did not answer within ${maxWaitSeconds} seconds (${why})`);
    this.waitedSeconds += seconds;
    await sleep(seconds * 1000);
  }
}

/** Seconds GitHub asks to wait; nothing when it refuses for another reason. */
function patienceOf({ status, headers }: Response): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  if (after >= 0) return after;
  if (headers.get('x-ratelimit-remaining') !== '0') return status === 429 ? 60 : undefined;
  return Math.max(1, Math.ceil(Number(headers.get('x-ratelimit-reset') ?? 0) - Date.now() / 1000));
}

function refusal(status: number, json: unknown): ReportedError {
  const { message } = (json ?? {}) as { message?: unknown };
  return new ReportedError(`GitHub refuses the comment: HTTP ${status}${typeof message === 'string' ? `, ${message.slice(0, 200)}` : ''}`);
}

function listIn(json: unknown): Record<string, unknown>[] {
  return Array.isArray(json) ? json : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
