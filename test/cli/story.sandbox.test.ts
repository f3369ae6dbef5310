import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Report } from '../../lib/preview';
import { Story } from '../../scripts/story';
import { describeWithTerraform } from '../support/terraform';

const root = path.join(__dirname, '../..');
const command = path.join(root, 'dist/lib/cli/main.js');

/** A team's changes to staging in a week, in a repository of its own. */
describeWithTerraform('from a changed source file to a deployed environment', () => {
  let story: Story;
  let moves: Parameters<Story['move']>[0] = [];

  beforeAll(() => {
    story = new Story(root);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: story.folder });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('commit', '--quiet', '--message', 'deployed');
  });

  afterAll(() => story.remove());

  const gkePlatform = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'sandbox', process.execPath, command, ...args], {
      cwd: story.folder,
      encoding: 'utf8',
      env: { ...process.env, CHECKPOINT_DISABLE: '1', NO_COLOR: '1' },
    });
    return { status, stdout, stderr };
  };

  const preview = (...args: string[]): { status: number | null; stderr: string; report: Report; markdown: string } => {
    const { status, stderr } = gkePlatform('preview', 'staging', '--json', 'preview.json', '--out', 'preview.md', ...args);
    return { status, stderr, report: JSON.parse(story.read('preview.json')), markdown: story.read('preview.md') };
  };

  const refusals = ({ verdicts }: Report) =>
    verdicts.filter(({ severity, acknowledged }) => severity === 'refuse' && acknowledged === undefined).map(({ rule }) => rule);

  test('the first deploy applies the previewed plan', () => {
    expect(preview()).toMatchObject({ status: 0, report: { counts: { change: 0, destroy: 0 } } });
    expect(gkePlatform('deploy', 'staging')).toMatchObject({ status: 0, stderr: expect.stringContaining('a new plan has no changes') });
  }, 240_000);

  test('six changes: the report contains all of them, and losses are refused', () => {
    story.change();
    const { status, report, markdown } = preview('--base', 'HEAD');
    expect(status).toBe(2);
    expect(report).toMatchObject({ isSound: true, countsAgree: 'yes' });
    const changed = report.groups
      .flatMap(({ entries }) => entries)
      .flatMap(({ construct, attributes }) => attributes.map(({ name }) => `${construct}: ${name}`));
    expect(changed).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Cluster \/ Apps: node_config.*machine_type$/),
        expect.stringMatching(/^Snapshots: .*max_retention_days$/),
        'Apps / Search: version',
      ]),
    );
    expect(report.reachability).toMatchObject({
      opened: ['parking-sessions newly reaches search at 9898'],
      closed: expect.arrayContaining(['statements no longer reaches billing at 9898']),
    });
    expect(report.renames).toContainEqual(
      expect.objectContaining({ from: expect.stringContaining('Apps_Notifications_'), to: expect.stringContaining('Apps_Notifier_') }),
    );
    expect(refusals(report).filter((rule) => rule !== 'name-taken')).toEqual(['backup-weakened', 'namespace-destroyed']);
    // An unintended rename: the old and the new resource would have the same name.
    expect(refusals(report)).toContain('name-taken');
    expect(markdown).toContain('### Possible renames');
    expect(gkePlatform('deploy', 'staging')).toMatchObject({ status: 2, stdout: '' });

    // The moves that the report proposes.
    moves = report.renames.map(({ from, to }) => ({ from, to }));
  }, 240_000);

  test('deploys with the proposed moves and two acknowledgements, and no change remains', () => {
    story.move(moves);
    const moved = preview();
    expect(moved.status).toBe(2);
    expect(refusals(moved.report)).toEqual(['backup-weakened', 'namespace-destroyed']);
    expect(moved.report.renames).toEqual([]);

    const acknowledgements = moved.report.verdicts
      .filter(({ severity }) => severity === 'refuse')
      .map(({ rule, address, action }) => ({ rule, address, action, reason: 'decided on Monday', expires: '2999-12-31' }));
    story.acknowledge(acknowledgements);
    const acknowledged = preview();
    expect(acknowledged).toMatchObject({ status: 0, markdown: expect.stringContaining('✍️ **acknowledged**') });

    const { digest } = acknowledged.report.bundle!;
    const deployed = gkePlatform('deploy', 'staging', '--digest', digest);
    expect(deployed.stderr).toContain('staging matches the preview: a new plan has no changes.');
    expect(deployed.status).toBe(0);
    const { status, report } = preview();
    expect({ status, isEmpty: report.isEmpty }).toEqual({ status: 0, isEmpty: true });
    expect(report.unusedAcknowledgements).toHaveLength(2);
  }, 240_000);

  test.each([
    ['what is no commit', 'nowhere', "'nowhere' is neither a folder nor a commit of this repository"],
    ['what would be an option', '--quiet', "'--quiet' is neither a folder nor a commit of this repository"],
  ])('fails on %s to compare with, with one sentence', (_, base, message) => {
    const { status, stderr } = gkePlatform('preview', 'staging', `--base=${base}`);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });

  test('the worktree of the compared commit is removed', () => {
    expect(execFileSync('git', ['worktree', 'list'], { cwd: story.folder, encoding: 'utf8' }).trim().split('\n')).toHaveLength(1);
  });
});
