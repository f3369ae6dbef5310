import type { Command } from 'commander';

/** A command with its full name, such as `cassandra status`. */
interface NamedCommand {
  readonly name: string;
  readonly command: Command;
  readonly parents: readonly Command[];
}

/** Reference of a command line in Markdown: every command with its arguments, options, defaults and exit codes. */
export function createCliReference(program: Command): string {
  const commands = listCommands(program);
  const list = commands.map(({ name, command }) => `| [\`${name}\`](#${name.replaceAll(' ', '-')}) | ${cell(command.description())} |`);
  return `# Command line

Generated from the commands; \`${program.name()} COMMAND --help\` prints the same. Options without a default are off or not set.

Errors end with exit code 1, refusals with 2, unless a command lists other codes. Options that every command has: \`-h\`, \`--help\`; the program has \`-V\`, \`--version\`, too.

| command | description |
|---|---|
${list.join('\n')}

${commands.map((each) => section(program.name(), each)).join('\n\n')}
`;
}

/** Commands that run, in the order of the help: a command with subcommands is listed by these. */
export function listCommands(parent: Command, prefix = '', parents: readonly Command[] = []): NamedCommand[] {
  return parent.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`;
    const own = { name, command, parents: [...parents, parent] };
    return command.commands.length === 0 ? [own] : listCommands(command, `${name} `, own.parents);
  });
}

/** Exit codes of a command, from its help or from that of the command above it. */
export function findExitCodes({ command, parents }: NamedCommand): string | undefined {
  const texts = [command, ...[...parents].reverse()].flatMap((each) => paragraphsAfter(each));
  return texts.map((text) => /^Exit codes: (.*)$/ms.exec(text)?.[1]?.replace(/\s+/g, ' ')).find((codes) => codes !== undefined);
}

function section(program: string, named: NamedCommand): string {
  const { name, command } = named;
  const paragraphs = paragraphsAfter(command);
  const aliases = aliasesOf(named).map((alias) => `\`${alias}\``);
  return [
    `## ${name}`,
    prose(command.description()),
    ...(aliases.length > 0 ? [`Alias: ${aliases.join(', ')}.`] : []),
    `\`\`\`text\n${program} ${name} ${command.usage()}\n\`\`\``,
    ...table(
      'argument',
      command.registeredArguments.map((argument) => [
        argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
        ...describe(argument.description, defaultOf(argument.defaultValue, argument.defaultValueDescription)),
      ]),
    ),
    ...table(
      'option',
      command.options
        .filter((option) => !option.hidden)
        .map((option) => [
          option.flags,
          ...describe(
            `${option.description}${option.mandatory ? ' (required)' : ''}`,
            option.negate ? '' : defaultOf(option.defaultValue, option.defaultValueDescription),
          ),
        ]),
    ),
    ...paragraphs.filter((text) => !/^(Exit codes|Examples|For example)/m.test(text)).map(prose),
    ...paragraphs.flatMap((text) => /^([\s\S]*)\nExit codes:/.exec(text)?.[1] ?? []).map(prose),
    `Exit codes: ${prose(findExitCodes(named) ?? '')}`,
    ...paragraphs.filter((text) => /^(Examples|For example)/.test(text)).map(example),
  ].join('\n\n');
}

/** Other names of a command, also by another name of the command above it. */
function aliasesOf({ name, command, parents }: NamedCommand): string[] {
  const names = [...parents.slice(1), command].map((each) => [each.name(), ...each.aliases()]);
  const combined = names.reduce<string[]>((before, next) => before.flatMap((start) => next.map((word) => `${start} ${word}`.trim())), ['']);
  return combined.filter((alias) => alias !== name);
}

/** Paragraphs that a command adds below its options. */
function paragraphsAfter(command: Command): string[] {
  let help = '';
  const { writeOut } = command.configureOutput();
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  command.configureOutput({ writeOut });
  return help
    .slice(command.helpInformation().length)
    .split(/\n{2,}/)
    .map((text) => text.trim())
    .filter(Boolean);
}

function example(text: string): string {
  const [first, ...lines] = text.split('\n');
  return `${prose(first!)}\n\n\`\`\`sh\n${lines.map((line) => line.trim()).join('\n')}\n\`\`\``;
}

function table(kind: string, rows: readonly (readonly [name: string, description: string, value: string])[]): string[] {
  if (rows.length === 0) return [];
  const lines = rows.map(([name, description, value]) => `| \`${name.replaceAll('|', '\\|')}\` | ${cell(description)} | ${value} |`);
  return [[`| ${kind} | description | default |`, '|---|---|---|', ...lines].join('\n')];
}

/** Description and default; some descriptions name a default that depends on arguments. */
function describe(description: string, value: string): [description: string, value: string] {
  const [, text, named] = /^(.*) \(default: ([^)]*)\)$/s.exec(description) ?? [];
  return named === undefined ? [description, value] : [text!, `\`${named}\``];
}

function defaultOf(value: unknown, description: string | undefined): string {
  if (description !== undefined) return `\`${description}\``;
  if (value === undefined || value === false || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)) return '';
  return `\`${String(value)}\``;
}

/** Text in which angle brackets are no HTML. */
const prose = (text: string): string => text.replace(/\n/g, ' ').replaceAll('<', '\\<');

const cell = (text: string): string => prose(text).replaceAll('|', '\\|');
