import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type * as Artifact from '../artifact';
import { describeFileError } from '../core/file-error';
import { ReportedError } from '../core/reported-error';
import { reportingErrors } from './synthesized-stack';

interface CommentCommandOptions {
  readonly file: string;
  readonly topic: string;
  readonly pullRequest?: number;
  readonly head?: string;
  readonly sha?: string;
  readonly more?: string;
  readonly author?: string;
  readonly maxWait?: number;
}

/** `gke-platform comment`: creates or updates one comment on a pull request. */
export function commentCommand(): Command {
  return new Command('comment')
    .description('Post a report as a pull request comment, or update the existing one.')
    .requiredOption('--file <file>', 'report in Markdown')
    .requiredOption('--topic <name>', 'topic, such as the stack: there is one comment for each topic')
    .option('--pull-request <number>', 'number of the pull request', parseNumber)
    .option('--head <owner:branch>', 'head of the pull request, with --sha, instead of its number')
    .option('--sha <commit>', 'required head commit')
    .option('--more <url>', 'URL of the complete report, for a report that is too long for a comment')
    .option('--author <login>', 'author of the comment to update (default: github-actions[bot])')
    .option('--max-wait <seconds>', 'maximum total wait for GitHub (default: 120)', parseNumber)
    .addHelpText(
      'after',
      `
Uses GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL from the environment, as set by GitHub Actions.
Exit codes: 0 created or updated, 1 failed.

Examples:
  gke-platform comment --file preview.md --topic staging --pull-request 12`,
    )
    .action((options: CommentCommandOptions) => reportingErrors(() => comment(options)));
}

async function comment(options: CommentCommandOptions): Promise<void> {
  const { postComment } = require('../artifact') as typeof Artifact;
  const { file, topic, pullRequest, head, sha, more, author, maxWait } = options;
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL: api = 'https://api.github.com' } = process.env;
  if (!token || !repository) throw new ReportedError('GITHUB_TOKEN and GITHUB_REPOSITORY must be set');
  if (pullRequest === undefined && (head === undefined || sha === undefined))
    throw new ReportedError('--pull-request, or --head and --sha, must be given');
  let body: string;
  try {
    body = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ReportedError(`cannot read '${file}': ${describeFileError(error)}`);
  }
  const [headline = ''] = body.split('\n');
  const where = more === undefined ? 'It is in the artifacts of the workflow run.' : `[Complete report](${more})`;
  const { kind, url, isShort } = await postComment({
    api,
    token,
    repository,
    pullRequest: pullRequest ?? { head: head!, sha: sha! },
    topic,
    body,
    shortBody: `${headline.slice(0, 500)}\n\nThe report is too long for a comment. ${where}\n`,
    author,
    maxWaitSeconds: maxWait,
  });
  process.stdout.write(`${kind}${isShort ? ' a short comment' : ''} ${url}\n`);
}

function parseNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('must be a positive integer.');
  return Number(text);
}
