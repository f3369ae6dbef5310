import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createProgram } from '../../lib/cli/program';
import { commandsOf, createCliReference, exitCodesOf } from './cli-reference';
import { ROOT, read } from './documents';

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

test.each(commandsOf(createProgram()).map((each) => [each.name, each] as const))(
  '%s lists its exit codes, options and arguments',
  (name, named) => {
    expect(exitCodesOf(named)).toMatch(/\d|the exit code of the command/);
    const [, section] = reference.split(`\n## ${name}\n`);
    const { options, registeredArguments } = named.command;
    for (const { flags } of options) expect(section).toContain(`| \`${flags}\` |`);
    for (const argument of registeredArguments) expect(section).toMatch(new RegExp(`\\| \`[<[]${argument.name()}[>\\]]\` \\|`));
    expect(named.command.helpInformation()).not.toMatch(/default: (?:false|\{\}|\[\])/);
  },
);
