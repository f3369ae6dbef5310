import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type * as Artifact from '../artifact';
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

/** `gke-platform comment`: one comment on a pull request, kept up to date. */
export function commentCommand(): Command {
  return new Command('comment')
    .description('Leave a report as one comment on a pull request of GitHub, or change the one that is there.')
    .requiredOption('--file <file>', 'the report, in Markdown')
    .requiredOption('--topic <name>', 'what it is about, such as the stack: there is one comment for each')
    .option('--pull-request <number>', 'number of the pull request', parseNumber)
    .option('--head <owner:branch>', 'or where it comes from, with --sha')
    .option('--sha <commit>', 'the commit that must be at its end')
    .option('--more <url>', 'where the whole report is, when it is too long for a comment')
    .option('--author <login>', 'whose comment is ours (default: github-actions[bot])')
    .option('--max-wait <seconds>', 'how long to wait for GitHub in all (default: 120)', parseNumber)
    .addHelpText(
      'after',
      `
Takes GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL from the environment, as GitHub Actions have them.
Exit codes: 0 there, 1 not.

Examples:
  gke-platform comment --file preview.md --topic staging --pull-request 12`,
    )
    .action((options: CommentCommandOptions) => reportingErrors(() => comment(options)));
}

async function comment(options: CommentCommandOptions): Promise<void> {
  const { postComment } = require('../artifact') as typeof Artifact;
  const { file, topic, pullRequest, head, sha, more, author, maxWait } = options;
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL: api = 'https://api.github.com' } = process.env;
  if (!token || !repository) throw new ReportedError('GITHUB_TOKEN and GITHUB_REPOSITORY must be in the environment');
  if (pullRequest === undefined && (head === undefined || sha === undefined))
    throw new ReportedError('name --pull-request, or --head with --sha');
  let body: string;
  try {
    body = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ReportedError(`cannot read '${file}': ${(error as Error).message}`);
  }
  const [headline = ''] = body.split('\n');
  const where = more === undefined ? 'It is among the artifacts of the run.' : `[The whole report](${more})`;
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
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('it is a whole number above 0.');
  return Number(text);
}
