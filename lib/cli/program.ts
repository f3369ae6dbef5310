import { Command, Help, type Option } from 'commander';
import { ReportedError } from '../core/reported-error';
import { readPackageJson } from '../init/package-folder';
import { artifactCommand } from './artifact';
import { cassandraCommand } from './cassandra';
import { checkCommand } from './check';
import { commentCommand } from './comment';
import { costCommand } from './cost';
import { deployCommand } from './deploy';
import { guardCommand } from './guard';
import { initCommand } from './init';
import { previewCommand } from './preview';
import { reachCommand } from './reach';
import { sandboxCommand } from './sandbox';
import { topologyCommand } from './topology';
import { vmCommand } from './vm';

/**
 * Runs a command line of `gke-platform`, and sets the exit code: 0 succeeded, 1 failed, 2 refused. A command that runs another program
 * exits with the code of that program. A defect of the library exits with 70, and shows its stack trace with `DEBUG`.
 *
 * @param words arguments, without the name of the program
 */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(words, { from: 'user' });
  } catch (error) {
    reportError(error);
  }
}

/** Exit code of a defect of the library: `EX_SOFTWARE` of sysexits.h, which differs from a failure and a refusal. */
const DEFECT = 70;

/** Prints an error and sets the exit code. A defect is one line; the stack trace is shown with `DEBUG`. */
export function reportError(error: unknown): void {
  const isReported = error instanceof ReportedError;
  process.stderr.write(`${isReported ? error.message : describeDefect(error)}\n`);
  process.exitCode = isReported ? error.exitCode : DEFECT;
}

function describeDefect(error: unknown): string {
  if (process.env.DEBUG) return (error as Error).stack ?? String(error);
  const summary = String(error).split('\n')[0];
  return `gke-platform has a defect: ${summary}. Set DEBUG=1 for the stack trace, and report it with the command line`;
}

/** Prints what no command handles, for example an error of a server. A reader that ends, such as `head`, is no error: the command goes on. */
export function handleProcessErrors(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.on('uncaughtException', (error) => {
    reportError(error);
    process.exit();
  });
  // google-auth-library warns of what its error reports as well.
  const printing = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'MetadataLookupWarning') for (const print of printing) print(warning);
  });
}

export function createProgram(): Command {
  const program = new Command('gke-platform')
    .description('Commands for a GKE platform that is built with cdktf-gke-platform.')
    .version(readPackageJson().version)
    .enablePositionalOptions()
    .addCommand(initCommand())
    .addCommand(sandboxCommand())
    .addCommand(previewCommand())
    .addCommand(deployCommand())
    .addCommand(reachCommand())
    .addCommand(topologyCommand())
    .addCommand(costCommand())
    .addCommand(checkCommand())
    .addCommand(guardCommand())
    .addCommand(artifactCommand())
    .addCommand(commentCommand())
    .addCommand(cassandraCommand())
    .addCommand(vmCommand());
  hideEmptyDefaults(program);
  return program;
}

/** Hides defaults that are off or empty in the help of a command and those below it. */
function hideEmptyDefaults(command: Command): void {
  command.configureHelp({
    optionDescription: (option) => new Help().optionDescription(isEmpty(option.defaultValue) ? withoutDefault(option) : option),
  });
  command.commands.forEach(hideEmptyDefaults);
}

function withoutDefault(option: Option): Option {
  return Object.create(option, { defaultValue: { value: undefined } }) as Option;
}

function isEmpty(value: unknown): boolean {
  return value === false || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
