import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../lib/cli/program';
import { createCliReference, findExitCodes, listCommands } from './cli-reference';
import { DOCUMENTS, filesBelow, ROOT, read } from './documents';

const FILE = 'docs/reference/cli.md';
const reference = createCliReference(createProgram());

test('the reference of the command line is current; UPDATE_DOCS=1 writes it', () => {
  const file = path.join(ROOT, FILE);
  if (process.env.UPDATE_DOCS === '1') {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, reference);
  }
  expect(existsSync(file) && read(FILE)).toBe(reference);
});

test.each(listCommands(createProgram()).map((each) => [each.name, each] as const))(
  '%s lists its exit codes, options and arguments',
  (name, named) => {
    expect(findExitCodes(named)).toMatch(/\d|the exit code of the command/);
    const [, section] = reference.split(`\n## ${name}\n`);
    const { options, registeredArguments } = named.command;
    for (const { flags } of options) expect(section).toContain(`| \`${flags}\` |`);
    for (const argument of registeredArguments) expect(section).toMatch(new RegExp(`\\| \`[<[]${argument.name()}[>\\]]\` \\|`));
    expect(named.command.helpInformation()).not.toMatch(/default: (?:false|\{\}|\[\])/);
  },
);

/** Command lines in guides, templates and scripts; the changelog names former commands. */
const NAMED = [...new Set([...DOCUMENTS, ...filesBelow('template'), ...filesBelow('scripts/ci')])]
  .filter((file) => file !== 'CHANGELOG.md')
  .flatMap((file) =>
    [...read(file).matchAll(/(?:\bnpx cdktf-|(?<![\w-]))gke-platform ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)].map(
      ([text, first, second]) => ({ text: `${file}: ${text}`, first: first!, second }),
    ),
  );

test('command lines in the documents are commands of the program', () => {
  const program = createProgram();
  const find = (parent: Command, name: string) => parent.commands.find((each) => [each.name(), ...each.aliases()].includes(name));
  const isCommand = (first: string, second: string | undefined): boolean => {
    const command = find(program, first);
    if (command === undefined) return false;
    return second === undefined || command.commands.length === 0 || find(command, second) !== undefined;
  };
  expect(NAMED.length).toBeGreaterThan(60);
  expect(NAMED.filter(({ first, second }) => !isCommand(first, second)).map(({ text }) => text)).toEqual([]);
  expect(isCommand('cassandra', 'secrets')).toBe(false);
});
