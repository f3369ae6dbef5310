import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../lib/cli/program';
import { ROOT, read } from './documents';

/** Page for operators. Every command of its blocks is run by a test. */
export interface OperatorPage {
  readonly file: string;

  /** @default - the whole page */
  readonly chapter?: RegExp;

  /** Commands that the sandbox cannot run, with the test that runs their operation. */
  readonly elsewhere: Readonly<Record<string, Elsewhere>>;
}

export interface Elsewhere {
  readonly reason: string;

  /** File of the test. */
  readonly test: string;
}

const STOPS: Elsewhere = { reason: 'stops and starts real nodes', test: 'test/cassandra-vms/stopped.ts' };
const RESTORES: Elsewhere = { reason: 'asks for confirmation, and restores a real ring', test: 'test/cassandra-vms/restored.ts' };
const RECOVERS: Elsewhere = { reason: 'starts Cassandra on the clone of a disk', test: 'test/restore/recover.test.ts' };
const KUBERNETES: Elsewhere = { reason: 'needs the Kubernetes that is left', test: 'test/restore/recover.test.ts' };
const SECOND: Elsewhere = { reason: 'needs another data center', test: 'test/restore/second-datacenter.test.ts' };
const GROWS: Elsewhere = { reason: 'needs a ring of six nodes', test: 'test/cassandra-vms/growing.ts' };
const WORKFLOWS: Elsewhere = { reason: 'needs Workflows in Google Cloud', test: 'test/cassandra/snapshot-set-workflow.test.ts' };
const COPIES: Elsewhere = { reason: 'needs a project with copies', test: 'test/recovery/copied-sets.test.ts' };
const VAULT: Elsewhere = { reason: 'needs a backup vault in Google Cloud', test: 'test/restore/recover.test.ts' };
const REPLAYS: Elsewhere = { reason: 'needs the archive of real nodes', test: 'test/restore/archive.test.ts' };
const TABLES: Elsewhere = { reason: 'imports tables of real nodes', test: 'test/restore/table.test.ts' };

export const PAGES: readonly OperatorPage[] = [
  {
    file: 'docs/cassandra.md',
    chapter: /## Day 2[\s\S]*/,
    elsewhere: {
      'npx gke-platform cassandra stop staging': STOPS,
      'npx gke-platform cassandra start staging': STOPS,
      'sudo systemctl restart google-startup-scripts': GROWS,
      "sudo cassandra-cql \"ALTER KEYSPACE gke_platform WITH replication = {'class': 'NetworkTopologyStrategy', 'europe-west1': 6}\"":
        GROWS,
      'sudo nodetool repair --full gke_platform': GROWS,
      'gcloud workflows executions list staging-cassandra-sets --location=europe-west1': WORKFLOWS,
      'gcloud workflows executions describe EXECUTION --workflow=staging-cassandra-sets --location=europe-west1': WORKFLOWS,
      'npx gke-platform cassandra backups staging --copies parking-vault': COPIES,
      'npx gke-platform cassandra drill staging --copies parking-vault': COPIES,
      'gcloud scheduler jobs run staging-cassandra-sets --location=europe-west1': WORKFLOWS,
    },
  },
  {
    file: 'docs/restore.md',
    elsewhere: {
      'npx gke-platform cassandra restore staging': RESTORES,
      'npx gke-platform cassandra restore staging --at 2026-11-29T12:34:56Z --dry-run': REPLAYS,
      'npx gke-platform cassandra restore staging --at 2026-11-29T12:34:56Z': REPLAYS,
      'npx gke-platform cassandra backups staging --copies parking-vault': COPIES,
      'npx gke-platform cassandra restore staging --copies parking-vault --dry-run': COPIES,
      'npx gke-platform cassandra restore staging --copies parking-vault': COPIES,
      'npx gke-platform cassandra restore staging --leftover dropped-1764482400000-orders --dry-run': TABLES,
      'npx gke-platform cassandra restore staging --leftover dropped-1764482400000-orders': TABLES,
      'npx gke-platform cassandra restore staging --table shop.orders --as shop.orders_yesterday': TABLES,
      'npx gke-platform cassandra recover staging --disk staging-cassandra-c-data': RECOVERS,
      'npx gke-platform cassandra recover staging --disk from-vault': RECOVERS,
      'gcloud backup-dr backups restore disk BACKUP --project=parking-vault --location=europe-west1 --backup-vault=VAULT --data-source=SOURCE --name=from-vault --target-project=parking-staging --target-zone=europe-west1-c':
        VAULT,
      'npx gke-platform cassandra recover staging --snapshot SNAPSHOT --into NODE --dry-run': RECOVERS,
      'npx gke-platform cassandra recover staging --snapshot SNAPSHOT --into NODE': RECOVERS,
    },
  },
  {
    file: 'docs/leaving-kubernetes.md',
    elsewhere: {
      'kubectl get pv -o custom-columns=CLAIM:.spec.claimRef.name,DISK:.spec.csi.volumeHandle': KUBERNETES,
      'gcloud compute snapshots create k8s-volume --source-disk=pvc-8d1f0c1e --source-disk-zone=europe-west1-b': KUBERNETES,
      'gcloud compute snapshots create k8s-last --source-disk=pvc-8d1f0c1e --source-disk-zone=europe-west1-b': KUBERNETES,
      'npx gke-platform cassandra recover staging --snapshot k8s-volume': RECOVERS,
      'npx gke-platform cassandra recover staging --snapshot k8s-last --into b --dry-run': RECOVERS,
      'npx gke-platform cassandra recover staging --snapshot k8s-last --into b': RECOVERS,
      'gcloud secrets versions access latest --secret=staging-cassandra-ca --project=parking-staging': SECOND,
      'gcloud secrets versions access latest --secret=staging-cassandra-superuser --project=parking-staging': SECOND,
      'npx gke-platform cassandra rebuild staging --dry-run': SECOND,
      'npx gke-platform cassandra rebuild staging': SECOND,
      'npx gke-platform cassandra rolling-restart staging --only-pending': SECOND,
      'npx gke-platform cassandra rolling-restart staging': SECOND,
      'gcloud compute ssh staging-cassandra-b --zone=europe-west1-b --tunnel-through-iap --command="sudo cassandra-cql \'SELECT keyspace_name, replication FROM system_schema.keyspaces\'"':
        SECOND,
    },
  },
];

/** Commands in the blocks of a page, as they are printed. */
export function listBlockCommands(page: OperatorPage): string[] {
  return [...textOf(page).matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => block!.split('\n'))
    .map((line) => line.replace(/ +#.*$/, ''))
    .filter(Boolean);
}

/** Commands of a page that the sandbox runs. */
export function listSandboxCommands(page: OperatorPage): string[] {
  return listBlockCommands(page).filter((line) => page.elsewhere[line] === undefined);
}

/** Problems of the commands of a page: commands and options that the program does not have, and wrong lists of the commands elsewhere. */
export function findPageProblems(page: OperatorPage): string[] {
  const lines = listBlockCommands(page);
  return [
    ...lines.flatMap((line) => {
      if (!line.startsWith(PROGRAM)) return page.elsewhere[line] === undefined ? [`'${line}' is not run by a test`] : [];
      const problem = parse(line.slice(PROGRAM.length).split(' '));
      return problem === undefined ? [] : [`'${line}': ${problem}`];
    }),
    ...listInlineCode(page).flatMap(findInlineProblem),
    ...Object.entries(page.elsewhere).flatMap(([line, { test }]) => [
      ...(lines.includes(line) ? [] : [`'${line}' is not on the page`]),
      ...(existsSync(path.join(ROOT, test)) ? [] : [`there is no ${test}, which runs '${line}'`]),
    ]),
  ];
}

const PROGRAM = 'npx gke-platform ';

function textOf({ file, chapter }: OperatorPage): string {
  const text = read(file);
  return chapter === undefined ? text : chapter.exec(text)![0];
}

/** Code in sentences and tables that is a command of the program, or options. */
function listInlineCode(page: OperatorPage): string[] {
  const prose = textOf(page).replace(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!).filter((code) => /^(?:(?:npx )?gke-platform |--)/.test(code));
}

/** Incomplete commands are good, for example without the name of the stack. */
function findInlineProblem(code: string): string[] {
  const [first, ...words] = code.replace(/^npx /, '').split(' ');
  const known = first === 'gke-platform' ? findCommand(words)?.options : allOptions(createProgram());
  if (known === undefined) return [`'${code}' is not a command`];
  const unknown = code.match(/(?<= |^)--[a-z-]+/g)?.filter((flag) => !known.some(({ long }) => long === flag)) ?? [];
  return unknown.map((flag) => `'${code}': there is no option ${flag}`);
}

function allOptions(command: Command): Command['options'][number][] {
  return [...command.options, ...command.commands.flatMap(allOptions)];
}

/** The command that words begin with, without its subcommands. */
function findCommand(words: readonly string[]): Command | undefined {
  let command: Command = createProgram();
  for (const word of words) {
    if (command.commands.length === 0) break;
    const found = command.commands.find((each) => [each.name(), ...each.aliases()].includes(word));
    if (found === undefined) return undefined;
    command = found;
  }
  return command;
}

/** Parses a command line without running it. @returns the problem */
function parse(words: readonly string[]): string | undefined {
  const command = findCommand(words);
  if (command === undefined) return 'is not a command';
  const own = words.slice(words.indexOf(command.name()) + 1);
  try {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .action(() => {})
      .parse(own, { from: 'user' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
