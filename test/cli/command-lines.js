/**
 * Runs command lines of `gke-platform`, one after the other, in one process that loads the program once. The parent gets a list of all
 * commands first. Then it sends the words of a line, and gets its exit code, its output, and the files that it left in the folder given.
 */
const { readdirSync } = require('node:fs');
const path = require('node:path');
const { createProgram, runCommandLine } = require(path.join(__dirname, '../../dist/lib/cli/program'));

const [root] = process.argv.slice(2);
const files = () => readdirSync(root, { recursive: true });

/** Exit code of a command line that ended the process. Nothing is written after that. */
let ended;
process.exit = (code) => {
  ended ??= code;
  throw new Error('the process has ended');
};

async function run(words) {
  const before = new Set(files());
  const written = { stdout: '', stderr: '' };
  const writes = Object.keys(written).map((name) => [name, process[name].write]);
  for (const [name] of writes) {
    process[name].write = (text) => {
      if (ended === undefined) written[name] += text;
      return true;
    };
  }
  ended = undefined;
  process.exitCode = 0;
  await runCommandLine(words);
  for (const [name, write] of writes) process[name].write = write;
  return { status: ended ?? process.exitCode, ...written, left: files().filter((file) => !before.has(file)) };
}

function commandsIn(command, words) {
  if (command.commands.length > 0) return command.commands.flatMap((each) => commandsIn(each, [...words, each.name()]));
  const options = command.options.filter(({ required }) => required).map(({ long }) => long);
  const required = command.registeredArguments.filter((argument) => argument.required).length;
  return [{ words, options, required, isVariadic: command.registeredArguments.some(({ variadic }) => variadic) }];
}

// Commands wait for signals until their process ends.
process.setMaxListeners(0);
process.send(commandsIn(createProgram(), []));
process.on('message', async (words) => process.send(await run(words)));
