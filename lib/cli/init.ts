import path from 'node:path';
import { Command } from 'commander';
import type * as Init from '../init';
import { reportingErrors } from './synthesized-stack';

interface InitOptions {
  readonly directory?: string;
  readonly library?: string;
}

/** `gke-platform init`: creates an infrastructure repository. */
export function initCommand(): Command {
  return new Command('init')
    .description('Create an infrastructure repository: environments, a stack, tests, CI and preview workflows.')
    .argument('<name>', 'name of the repository; project ids begin with it')
    .option('--directory <folder>', 'folder to create; without it, the name')
    .option('--library <file>', 'packed library (npm pack) to install in place of the one on npm; kept in vendor/')
    .addHelpText(
      'after',
      `
The folder must not exist, or be empty. Existing files are never overwritten.

Exit codes: 0 created, 1 failed, 2 refused.

Examples:
  gke-platform init tickets
  gke-platform init tickets --directory ../tickets --library cdktf-gke-platform-0.1.0.tgz`,
    )
    .action((name: string, options: InitOptions) => reportingErrors(() => init(name, options)));
}

function init(name: string, { directory, library }: InitOptions): void {
  const { createRepository } = require('../init') as typeof Init;
  const { folder, files } = createRepository({ name, folder: directory, library });
  const relative = path.relative(process.cwd(), folder);
  process.stdout.write(`Created ${relative} (${files.length} files). Next steps:

  cd ${/^[\w./-]+$/.test(relative) ? relative : JSON.stringify(relative)}
  npm install
  npm test                                                     # types, tests, a deploy of each environment to the sandbox
  npm run sandbox -- npx cdktf deploy staging --auto-approve   # the real command, against a simulated Google Cloud
  git init

README.md has the steps of a deploy to Google Cloud, and of the workflows for pull requests.
`);
}
