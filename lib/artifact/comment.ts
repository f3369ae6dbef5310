import { ReportedError } from '../core/reported-error';
import { toPrintable } from './printable';

/** Pull request on GitHub, and the author of its comments. */
export interface CommentTarget {
  /** Base of the API, for example `https://api.github.com`. */
  readonly api: string;
  readonly token: string;

  /** `owner/name`. */
  readonly repository: string;

  /** Number of the pull request, or its head: `owner:branch`, and the commit that must be at its end. */
  readonly pullRequest: number | { readonly head: string; readonly sha: string };

  /** Commit that comments name. @default - that of the head, when one is given */
  readonly commit?: string;

  /** Login of the author whose comment is updated. @default 'github-actions[bot]' */
  readonly author?: string;

  /** Maximum total wait in seconds, for rate limits and unavailable servers. @default 120 */
  readonly maxWaitSeconds?: number;

  /** Waits for a time. @default - by the clock */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** Properties for `postComment`. */
export interface PostCommentOptions extends CommentTarget {
  /** Topic of the comment: there is one comment for each. */
  readonly topic: string;

  /** Markdown. */
  readonly body: string;

  /** Body that is posted when `body` is too long for GitHub. */
  readonly shortBody: string;
}

/** Properties for `withdrawPlans`. */
export interface WithdrawPlansOptions extends CommentTarget {
  /** Stacks that get a comment, besides those that have one. @default - none */
  readonly stacks?: readonly string[];

  /** Reasons of the refusal, as text. @default - the preview is in progress or failed */
  readonly reasons?: string;

  /** URL of the run. @default - none */
  readonly more?: string;
}

/** Comment that was created or updated. */
export interface PostedComment {
  readonly kind: 'created' | 'updated';
  readonly url: string;
  readonly isShort: boolean;
}

/** Maximum length of a comment on GitHub, in characters. */
const MAX_CHARACTERS = 65_536;

/** Author of the comments of a workflow. */
const WORKFLOW_AUTHOR = 'github-actions[bot]';

/**
 * Creates one comment on a pull request, and updates it from then on. An invisible mark and the author identify it, so comments of others
 * that copy the mark are not changed.
 *
 * @throws ReportedError when GitHub refuses the comment, or does not answer in time
 */
export async function postComment(options: PostCommentOptions): Promise<PostedComment> {
  const github = new GitHub(options);
  const number = await github.requirePullRequest();
  const mark = createMark(options.topic);
  const own = (await github.ownComments(number)).find(({ body }) => body.startsWith(mark))?.id;
  return write(github, number, own, options);
}

/**
 * Replaces the comments of earlier plans on a pull request: its last commit has no plan, so no digest of another one may stay. Stacks without
 * a comment get one. Without an open pull request that ends with the commit, no comment is changed.
 *
 * @throws ReportedError when GitHub refuses a comment, or does not answer in time
 */
export async function withdrawPlans(options: WithdrawPlansOptions): Promise<PostedComment[]> {
  const { stacks = [] } = options;
  const github = new GitHub(options);
  const number = await github.findPullRequest();
  if (number === undefined) return [];
  const own = (await github.ownComments(number)).flatMap(({ id, body }) => {
    const [, topic] = MARK.exec(body) ?? [];
    return topic === undefined ? [] : [{ id, topic }];
  });
  const missing = stacks.filter((stack) => !own.some(({ topic }) => topic === stack));
  const posted: PostedComment[] = [];
  let failure: unknown;
  for (const { id, topic } of [...own, ...missing.map((stack) => ({ id: undefined, topic: stack }))]) {
    try {
      posted.push(await write(github, number, id, { ...options, topic, ...formatWithdrawal(topic, options) }));
    } catch (error) {
      // The other comments are replaced first.
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return posted;
}

function formatWithdrawal(topic: string, { reasons, more }: WithdrawPlansOptions): Pick<PostCommentOptions, 'body' | 'shortBody'> {
  const run = more === undefined ? '' : ` [Run of the workflow](${more})`;
  if (reasons === undefined) {
    const body = `## ⏳ ${topic}: not planned\n\nThe preview of this commit is in progress, or it failed.${run}\n`;
    return { body, shortBody: body };
  }
  const shortBody = `## ⛔ ${topic}: not planned\n\nThis pull request changes what a plan would run, read or reach, or its artifact is not complete.${run}\n`;
  const advice = 'Merge such a change by itself first, after a review of just that.\n';
  return { body: `${shortBody}\n${formatReasons(reasons)}\n${advice}`, shortBody };
}

async function write(github: GitHub, number: number, own: number | undefined, options: PostCommentOptions): Promise<PostedComment> {
  const { topic, body, shortBody, pullRequest, commit = typeof pullRequest === 'number' ? undefined : pullRequest.sha } = options;
  const end = commit === undefined ? '' : `\nCommit \`${commit.replace(/[^\w.-]/g, '')}\`\n`;
  const text = (content: string): string => `${createMark(topic)}\n${content.replace(/<!-- gke-platform:/g, '<!-- ')}${end}`;
  let isShort = text(body).length > MAX_CHARACTERS;
  let answer = isShort ? undefined : await github.put(number, own, text(body));
  if (answer === undefined || answer.isTooLong) {
    isShort = true;
    answer = await github.put(number, own, text(shortBody));
  }
  if (answer.isTooLong) throw new ReportedError(`GitHub refuses a comment of ${shortBody.length} characters`);
  return { kind: own === undefined ? 'created' : 'updated', url: answer.url, isShort };
}

const MARK = /^<!-- gke-platform:([\w-]+) -->/;

function createMark(topic: string): string {
  return `<!-- gke-platform:${topic.replace(/[^\w-]/g, '')} -->`;
}

/** Formats a text of an untrusted artifact as a block of code that it cannot end: it has no backticks and no control characters. */
function formatReasons(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return `\`\`\`text\n${lines.map((line) => `${toPrintable(line)}\n`).join('')}\`\`\`\n`;
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

class GitHub {
  private waitedSeconds = 0;

  constructor(private readonly options: CommentTarget) {}

  public async findPullRequest(): Promise<number | undefined> {
    const { pullRequest } = this.options;
    if (typeof pullRequest === 'number') return pullRequest;
    const { json } = await this.request('GET', `/pulls?state=open&per_page=100&head=${encodeURIComponent(pullRequest.head)}`);
    const found = listIn(json).find((pull) => (pull.head as { sha?: string } | undefined)?.sha === pullRequest.sha);
    return typeof found?.number === 'number' ? found.number : undefined;
  }

  public async requirePullRequest(): Promise<number> {
    const number = await this.findPullRequest();
    if (number !== undefined) return number;
    const { head, sha } = this.options.pullRequest as { readonly head: string; readonly sha: string };
    throw new ReportedError(`no open pull request of ${head} ends with ${sha}`);
  }

  /** Lists the comments of the author. */
  public async ownComments(number: number): Promise<readonly { readonly id: number; readonly body: string }[]> {
    const { author = WORKFLOW_AUTHOR } = this.options;
    const own: { readonly id: number; readonly body: string }[] = [];
    for (let page = 1; ; page++) {
      const comments = listIn((await this.request('GET', `/issues/${number}/comments?per_page=100&page=${page}`)).json);
      for (const { id, body, user } of comments)
        if ((user as { login?: string } | undefined)?.login === author) own.push({ id: id as number, body: String(body) });
      if (comments.length < 100) return own;
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
