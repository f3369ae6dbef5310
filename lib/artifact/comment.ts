import { ReportedError } from '../core/reported-error';

/** Properties for `postComment`. */
export interface PostCommentOptions {
  /** Base of the API, for example `https://api.github.com`. */
  readonly api: string;
  readonly token: string;

  /** `owner/name`. */
  readonly repository: string;

  /** Number of the pull request, or its head: `owner:branch`, and the commit that must be at its end. */
  readonly pullRequest: number | { readonly head: string; readonly sha: string };

  /** Topic of the comment: there is one comment for each. */
  readonly topic: string;

  /** Markdown. */
  readonly body: string;

  /** Body that is posted when `body` is too long for GitHub. */
  readonly shortBody: string;

  /** Login of the author whose comment is updated. @default 'github-actions[bot]' */
  readonly author?: string;

  /** Maximum total wait in seconds, for rate limits and unavailable servers. @default 120 */
  readonly maxWaitSeconds?: number;

  /** Waits for a time. @default - by the clock */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** Comment that was created or updated. */
export interface PostedComment {
  readonly kind: 'created' | 'updated';
  readonly url: string;
  readonly isShort: boolean;
}

/** Maximum length of a comment on GitHub, in characters. */
const MAX_CHARACTERS = 65_536;

/**
 * Creates one comment on a pull request, and updates it from then on. An invisible mark and the author identify it, so comments of others
 * that copy the mark are not changed.
 *
 * @throws ReportedError when GitHub refuses the comment, or does not answer in time
 */
export async function postComment(options: PostCommentOptions): Promise<PostedComment> {
  const github = new GitHub(options);
  const number = typeof options.pullRequest === 'number' ? options.pullRequest : await github.find(options.pullRequest);
  const mark = `<!-- gke-platform:${options.topic.replace(/[^\w-]/g, '')} -->`;
  const own = await github.ownComment(number, mark, options.author ?? 'github-actions[bot]');
  const text = (body: string): string => `${mark}\n${body.replace(/<!-- gke-platform:/g, '<!-- ')}`;
  let isShort = text(options.body).length > MAX_CHARACTERS;
  let answer = isShort ? undefined : await github.put(number, own, text(options.body));
  if (answer === undefined || answer.isTooLong) {
    isShort = true;
    answer = await github.put(number, own, text(options.shortBody));
  }
  if (answer.isTooLong) throw new ReportedError(`GitHub refuses a comment of ${options.shortBody.length} characters`);
  return { kind: own === undefined ? 'created' : 'updated', url: answer.url, isShort };
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

class GitHub {
  private waitedSeconds = 0;

  constructor(private readonly options: PostCommentOptions) {}

  public async find({ head, sha }: { readonly head: string; readonly sha: string }): Promise<number> {
    const { json } = await this.request('GET', `/pulls?state=open&per_page=100&head=${encodeURIComponent(head)}`);
    const found = listIn(json).find((pull) => (pull.head as { sha?: string } | undefined)?.sha === sha);
    if (typeof found?.number !== 'number') throw new ReportedError(`no open pull request of ${head} ends with ${sha}`);
    return found.number;
  }

  public async ownComment(number: number, mark: string, author: string): Promise<number | undefined> {
    for (let page = 1; ; page++) {
      const comments = listIn((await this.request('GET', `/issues/${number}/comments?per_page=100&page=${page}`)).json);
      const own = comments.find(
        ({ body, user }) => String(body).startsWith(mark) && (user as { login?: string } | undefined)?.login === author,
      );
      if (own !== undefined) return own.id as number;
      if (comments.length < 100) return undefined;
    }
  }

  public async put(number: number, own: number | undefined, body: string): Promise<{ readonly url: string; readonly isTooLong: boolean }> {
    const { status, json } = await (own === undefined
      ? this.request('POST', `/issues/${number}/comments`, { body })
      : this.request('PATCH', `/issues/comments/${own}`, { body }));
    const isTooLong = status === 422 && /too long/i.test(JSON.stringify(json));
    if (status === 422 && !isTooLong) throw createRefusal(status, json);
    return { url: String((json as { html_url?: unknown }).html_url ?? ''), isTooLong };
  }

  /** Sends a request, and retries it after rate limits and server errors. */
  private async request(method: string, below: string, body?: object): Promise<Answer> {
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
      const json = parseJson(text);
      if (response.ok || response.status === 422) return { status: response.status, json };
      const delay = response.status >= 500 ? 2 ** attempt : readRetryDelay(response);
      if (delay === undefined) throw createRefusal(response.status, json);
      await this.wait(delay, `${method} ${below}: HTTP ${response.status}`);
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

/** Reads the wait in seconds that a rate limit requires; undefined for other refusals. */
function readRetryDelay({ status, headers }: Response): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  if (after >= 0) return after;
  if (headers.get('x-ratelimit-remaining') !== '0') return status === 429 ? 60 : undefined;
  return Math.max(1, Math.ceil(Number(headers.get('x-ratelimit-reset') ?? 0) - Date.now() / 1000));
}

function createRefusal(status: number, json: unknown): ReportedError {
  const { message } = (json ?? {}) as { message?: unknown };
  return new ReportedError(`GitHub refuses the comment: HTTP ${status}${typeof message === 'string' ? `, ${message.slice(0, 200)}` : ''}`);
}

function listIn(json: unknown): Record<string, unknown>[] {
  return Array.isArray(json) ? json : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
