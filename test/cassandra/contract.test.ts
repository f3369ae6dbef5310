import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const LIB = path.join(__dirname, '..', '..', 'lib');
const CONTRACT = 'cassandra-contract';

/** Constants whose value stands in a file with another meaning. */
const OTHER_MEANINGS: Readonly<Record<string, readonly string[]>> = {
  // Tag of log lines.
  'cassandra/boot/messages.ts': ['NODE_LABEL'],
  // A Java package.
  'sandbox/vms/cassandra-package.ts': ['CASSANDRA_SERVICE'],
  // Debian's PATH.
  'sandbox/vms/guest-scripts.ts': ['COMMAND_DIRECTORY'],
  'sandbox/vms/local-vm.ts': ['COMMAND_DIRECTORY'],
};

interface Constant {
  readonly name: string;
  readonly isPort: boolean;
  readonly pattern: RegExp;
}

function sourcesIn(folder: string): string[] {
  return readdirSync(path.join(LIB, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

function constants(): Constant[] {
  return sourcesIn(CONTRACT).flatMap((file) =>
    Object.entries(require(path.join(LIB, file)) as Record<string, unknown>).flatMap(([name, value]): Constant[] => {
      if (typeof value === 'number') return [{ name, isPort: true, pattern: new RegExp(`(?<![\\w.])${value}(?![\\w.])`) }];
      // A single word, such as `state`, is found everywhere.
      if (typeof value !== 'string' || !/[-./]/.test(value)) return [];
      return [{ name, isPort: false, pattern: new RegExp(`(?<![\\w-])${value.replace(/[.]/g, '\\$&')}(?![\\w-])`) }];
    }),
  );
}

/** Lines of code: comments and imports are none. */
function codeIn(file: string): string[] {
  const lines = readFileSync(path.join(LIB, file), 'utf8').split('\n');
  return lines.filter((line) => !/^\s*(\/\/|\/\*\*|\* |\*\/)|^(import|export) .* from /.test(line));
}

/** Folders in which the number of a port is that of Cassandra; elsewhere it is an example. */
const WITH_PORTS = /^(cassandra|operations|sandbox\/vms)\//;

test('values that nodes and operations share are written only in the contract', () => {
  const known = constants();
  expect(known.length).toBeGreaterThan(25);
  const files = sourcesIn('.').filter((file) => !file.startsWith(`${CONTRACT}/`));
  const repeated = files.flatMap((file) =>
    codeIn(file).flatMap((line) =>
      known
        .filter(
          ({ name, isPort, pattern }) => pattern.test(line) && (!isPort || WITH_PORTS.test(file)) && !OTHER_MEANINGS[file]?.includes(name),
        )
        .map(({ name }) => `${file}: ${name}: ${line.trim()}`),
    ),
  );
  expect(repeated).toEqual([]);
});

test('names of secrets are composed only in the contract', () => {
  const files = sourcesIn('.').filter((file) => codeIn(file).some((line) => /\}-(superuser|tls|ca|ca-key)`/.test(line)));
  expect(files).toEqual([`${CONTRACT}/secret-names.ts`]);
});
