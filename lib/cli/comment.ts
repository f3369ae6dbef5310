import { statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type * as Artifact from '../artifact';
import { ReportedError } from '../core/reported-error';
import { readText } from './read-text';
import { reportingErrors } from './synthesized-stack';

interface TargetOptions {
  readonly pullRequest?: number;
  readonly head?: string;
  readonly sha?: string;
  readonly more?: string;
  readonly author?: string;
  readonly maxWait?: number;
}

interface CommentCommandOptions extends TargetOptions {
  readonly file: string;
  readonly topic: string;
}

interface WithdrawCommandOptions extends TargetOptions {
  readonly base?: string;
  readonly reasons?: string;
}

const ENVIRONMENT = 'Uses GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL from the environment, as set by GitHub Actions.';

/** `gke-platform comment`: creates or updates one comment on a pull request. */
export function commentCommand(): Command {
  const command = new Command('comment')
    .description('Post a report as a pull request comment, or update the existing one.')
    .requiredOption('--file <file>', 'report in Markdown')
    .requiredOption('--topic <name>', 'topic, such as the stack: there is one comment for each topic');
  return withTarget(command)
    .addHelpText(
      'after',
      `
${ENVIRONMENT}
Exit codes: 0 created or updated, 1 failed.

Examples:
  gke-platform comment --file preview.md --topic staging --pull-request 12`,
    )
    .action((options: CommentCommandOptions) => reportingErrors(() => comment(options)));
}

/** `gke-platform artifact withdraw`: replaces the comments of earlier plans. */
export function withdrawCommand(): Command {
  const command = new Command('withdraw')
    .description('Replace the comments of earlier plans on a pull request, so that none of their digests stays.')
    .option('--base <folder>', 'artifact of the base branch: each of its stacks gets a comment, besides those that have one')
    .option('--reasons <file>', 'refusals of artifact verify (default: the preview is in progress or failed)');
  return withTarget(command)
    .addHelpText(
      'after',
      `
${ENVIRONMENT}
Exit codes: 0 no comment of an earlier plan remains, 1 failed.

Examples:
  gke-platform artifact withdraw --head owner:branch --sha 4f0c... --more https://github.com/owner/repository/actions/runs/1`,
    )
    .action((options: WithdrawCommandOptions) => reportingErrors(() => withdraw(options)));
}

function withTarget(command: Command): Command {
  return command
    .option('--pull-request <number>', 'number of the pull request', parseNumber)
    .option('--head <owner:branch>', 'head of the pull request, with --sha, instead of its number')
    .option('--sha <commit>', 'commit that the comment names; with --head, the required head commit')
    .option('--more <url>', 'URL of the complete report, for a report that is too long for a comment')
    .option('--author <login>', 'author of the comment to update (default: github-actions[bot])')
    .option('--max-wait <seconds>', 'maximum total wait for GitHub (default: 120)', parseNumber);
}

async function comment(options: CommentCommandOptions): Promise<void> {
  const { postComment } = require('../artifact') as typeof Artifact;
  const { file, topic, more } = options;
  const target = readTarget(options);
  const body = readText(file);
  const [headline = ''] = body.split('\n');
  const where = more === undefined ? 'It is in the artifacts of the workflow run.' : `[Complete report](${more})`;
  const shortBody = `${headline.slice(0, 500)}\n\nThe report is too long for a comment. ${where}\n`;
  print(await postComment({ ...target, topic, body, shortBody }));
}

async function withdraw(options: WithdrawCommandOptions): Promise<void> {
  const { readArtifact, withdrawPlans } = require('../artifact') as typeof Artifact;
  const { base, reasons, more } = options;
  const target = readTarget(options);
  if (base !== undefined && statSync(base, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ReportedError(`there is no folder '${base}'`);
  const posted = await withdrawPlans({
    ...target,
    stacks: base === undefined ? [] : readArtifact(base).stackNames,
    ...(reasons === undefined ? {} : { reasons: readText(reasons) }),
    more,
  });
  for (const each of posted) print(each);
  if (posted.length === 0) process.stdout.write('no comment to replace\n');
}

function print({ kind, url, isShort }: Artifact.PostedComment): void {
  process.stdout.write(`${kind}${isShort ? ' a short comment' : ''} ${url}\n`);
}

function readTarget({ pullRequest, head, sha, author, maxWait }: TargetOptions): Artifact.CommentTarget {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL: api = 'https://api.github.com' } = process.env;
  if (!token || !repository) throw new ReportedError('GITHUB_TOKEN and GITHUB_REPOSITORY must be set');
  if (pullRequest === undefined && (head === undefined || sha === undefined))
    throw new ReportedError('--pull-request, or --head and --sha, must be given');
  return {
    api,
    token,
    repository,
    pullRequest: pullRequest ?? { head: head!, sha: sha! },
    commit: sha,
    author,
    maxWaitSeconds: maxWait,
  };
}

function parseNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('must be a positive integer.');
  return Number(text);
}
