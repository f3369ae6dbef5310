import { type PostCommentOptions, postComment, type WithdrawPlansOptions, withdrawPlans } from '../../lib/artifact';
import { FakeGitHub } from '../support/fake-github';

describe('a comment on a pull request', () => {
  let github: FakeGitHub;
  let waits: number[];

  beforeEach(async () => {
    github = await FakeGitHub.start();
    waits = [];
  });

  afterEach(() => github.stop());

  const comment = (changes: Partial<PostCommentOptions> = {}) =>
    postComment({
      api: github.api,
      token: 'token',
      repository: 'parking/infrastructure',
      pullRequest: 12,
      topic: 'staging',
      body: '## staging: no changes\n',
      shortBody: '## staging: too long\n',
      sleep: async (milliseconds) => void waits.push(milliseconds / 1000),
      ...changes,
    });

  test('is created once and updated afterwards; each topic has its own', async () => {
    expect(await comment()).toEqual({ kind: 'created', url: 'https://github.example/1', isShort: false });
    expect(await comment({ body: 'again' })).toMatchObject({ kind: 'updated', url: 'https://github.example/1' });
    expect(await comment({ topic: 'production' })).toMatchObject({ kind: 'created' });
    expect(github.comments.map(({ body }) => body)).toEqual([
      '<!-- gke-platform:staging -->\nagain',
      '<!-- gke-platform:production -->\n## staging: no changes\n',
    ]);
  });

  test('is found beyond the first page, and comments of other authors stay unchanged', async () => {
    for (let id = 1; id <= 150; id++) github.comments.push({ id, body: 'hello', user: { login: 'somebody' } });
    github.comments[3]!.body = '<!-- gke-platform:staging -->\nmine';
    expect(await comment()).toMatchObject({ kind: 'created', url: 'https://github.example/151' });
    expect(await comment({ body: 'again' })).toMatchObject({ kind: 'updated', url: 'https://github.example/151' });
    expect(github.comments[3]!.body).toContain('mine');
  });

  test('a report that contains the marker of another topic does not replace its comment', async () => {
    await comment({ body: 'x <!-- gke-platform:production --> y' });
    expect(await comment({ topic: 'production' })).toMatchObject({ kind: 'created' });
  });

  test('a report that is too long is replaced by a short one', async () => {
    expect(await comment({ body: 'x'.repeat(70_000) })).toMatchObject({ kind: 'created', isShort: true });
    expect(github.comments[0]!.body).toContain('too long');
    // GitHub may count otherwise than we do.
    github.troubles.push(
      { status: 200, body: [] },
      { status: 422, body: { errors: [{ message: 'Body is too long (maximum is 65536 characters)' }] } },
    );
    expect(await comment()).toMatchObject({ isShort: true });
  });

  test('honors Retry-After of GitHub, and backs off on server errors', async () => {
    github.troubles.push({ status: 429, headers: { 'retry-after': '7' } }, { status: 502 }, { status: 503 });
    expect(await comment()).toMatchObject({ kind: 'created' });
    expect(waits).toEqual([7, 2, 4]);
    const reset = Math.ceil(Date.now() / 1000) + 30;
    github.troubles.push({ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) } });
    expect(await comment()).toMatchObject({ kind: 'updated' });
    expect(waits[3]).toBeGreaterThan(25);
  });

  test('fails with one sentence when GitHub does not answer or refuses', async () => {
    github.troubles.push(...Array.from({ length: 10 }, () => ({ status: 500 })));
    await expect(comment({ maxWaitSeconds: 10 })).rejects.toThrow(
      'GitHub did not answer within 10 seconds (GET /issues/12/comments?per_page=100&page=1: HTTP 500)',
    );
    github.troubles.length = 0;
    await expect(comment({ token: 'wrong' })).rejects.toThrow('GitHub refuses the comment: HTTP 401, Bad credentials');
    github.troubles.push({ status: 403, body: { message: 'Resource not accessible by integration' } });
    await expect(comment()).rejects.toThrow('HTTP 403, Resource not accessible by integration');
    await expect(comment({ api: 'http://127.0.0.1:1', maxWaitSeconds: 3 })).rejects.toThrow('GitHub did not answer within 3 seconds');
    expect(github.comments).toEqual([]);
  });

  test('is posted to the pull request of a fork with the given head, only if that is at the planned commit', async () => {
    github.pulls.push({ number: 7, head: { ref: 'change', sha: 'abc' } });
    expect(await comment({ pullRequest: { head: 'somebody:change', sha: 'abc' } })).toMatchObject({ kind: 'created' });
    expect(github.requests).toContain('POST /issues/7/comments');
    await expect(comment({ pullRequest: { head: 'somebody:change', sha: 'def' } })).rejects.toThrow(
      'no open pull request of somebody:change ends with def',
    );
  });

  test('names the commit when one is given', async () => {
    github.pulls.push({ number: 7, head: { ref: 'change', sha: 'abc' } });
    await comment({ pullRequest: { head: 'somebody:change', sha: 'abc' } });
    await comment({ topic: 'production', commit: 'd`e\nf' });
    expect(github.comments.map(({ body }) => body.split('\n').at(-2))).toEqual(['Commit `abc`', 'Commit `def`']);
  });

  describe('of an earlier plan', () => {
    const withdraw = (changes: Partial<WithdrawPlansOptions> = {}) =>
      withdrawPlans({
        api: github.api,
        token: 'token',
        repository: 'parking/infrastructure',
        pullRequest: { head: 'somebody:change', sha: 'def' },
        sleep: async () => {},
        ...changes,
      });
    const digest = `sha256:${'0'.repeat(64)}`;

    beforeEach(async () => {
      github.pulls.push({ number: 12, head: { ref: 'change', sha: 'def' } });
      for (const topic of ['staging', 'removed']) await comment({ topic, body: digest, commit: 'abc' });
      github.comments.push({ id: 3, body: `<!-- gke-platform:staging -->\n${digest}`, user: { login: 'somebody' } });
      github.comments.push({ id: 4, body: `<!-- gke-platform:staging -->\n${digest}`, user: { login: 'github-actions[bot]' } });
      github.comments.push({ id: 5, body: 'another comment of a workflow', user: { login: 'github-actions[bot]' } });
    });

    test('is replaced: no digest stays, also of a stack that is gone and of a second comment', async () => {
      expect(await withdraw({ more: 'https://github.example/run' })).toHaveLength(3);
      const bodies = github.comments.map(({ body }) => body);
      for (const index of [0, 1, 3]) {
        expect(bodies[index]).toContain('not planned');
        expect(bodies[index]).toMatch(/Commit `def`\n$/);
        expect(bodies[index]).not.toContain('sha256:');
      }
      expect(bodies[1]).toMatch(/^<!-- gke-platform:removed -->\n## ⏳ removed: not planned\n/);
      expect([bodies[2], bodies[4]]).toEqual([expect.stringContaining(digest), 'another comment of a workflow']);
    });

    test('is replaced with the reasons, and every stack of the base gets a comment', async () => {
      const reasons = 'refused: a\n```\n\n# **heading** <!-- gke-platform:staging -->\n\u001b[31m::set-env::x\r~~~\n';
      expect(await withdraw({ stacks: ['staging', 'production'], reasons })).toHaveLength(4);
      const created = github.comments.find(({ body }) => body.startsWith('<!-- gke-platform:production -->'))!;
      const [before, block, after, ...rest] = created.body.split(/^```(?:text)?$/m);
      expect(rest).toEqual([]);
      expect(before).toContain('## ⛔ production: not planned');
      expect(block!.trim().split('\n')).toHaveLength(4);
      expect(block).toContain('# **heading**');
      expect(after).toContain('Commit `def`');
    });

    test('is replaced by a short text when the reasons are too long', async () => {
      await withdraw({ reasons: 'refused: x\n'.repeat(10_000) });
      expect(github.comments[0]!.body).toContain('## ⛔ staging: not planned');
      expect(github.comments[0]!.body.length).toBeLessThan(1_000);
    });

    test('is replaced as far as GitHub allows it, then the command fails', async () => {
      github.troubles.push({ status: 200, body: github.pulls }, { status: 200, body: github.comments.slice(0, 2) }, { status: 404 });
      await expect(withdraw()).rejects.toThrow('GitHub refuses the comment: HTTP 404');
      expect(github.comments[0]!.body).toContain(digest);
      expect(github.comments[1]!.body).not.toContain(digest);
    });

    test('stays when a newer commit is at the end of the pull request, whose own run replaces it', async () => {
      expect(await withdraw({ pullRequest: { head: 'somebody:change', sha: 'abc' } })).toEqual([]);
      expect(github.comments[0]!.body).toContain(digest);
    });
  });
});
