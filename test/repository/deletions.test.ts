import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

/** Deletion of a whole folder, by Node or by a shell. */
const DELETION =
  /\brm(?:Sync|dirSync|dir)?\([^;]*\brecursive\b|\brm['", ]+-(?:-recursive|[fiv]*[rR][fiv]*\b)|\brimraf\b|\bemptyDir(?:Sync)?\(/g;

/**
 * Deletions of whole folders, by file. Each is of a folder that the same file or its caller made under a name of its own. A folder that a user
 * names goes through `owned-folder.ts`.
 */
const DELETIONS: Readonly<Record<string, number>> = {
  'bench/main.ts': 1,
  'bench/measure.ts': 1,
  'lib/artifact/checked-artifact.ts': 1,
  // Folders of mktemp, on a node.
  'lib/cassandra/boot/messages.ts': 1,
  'lib/cassandra/boot/second-datacenter.ts': 1,
  'lib/cassandra/boot/secrets.ts': 1,
  'lib/core/temporary-folder.ts': 2,
  // A folder of its own beside the one that the user names.
  'lib/init/repository.ts': 1,
  'lib/operations/installable.ts': 3,
  // Its staging folder, on a node.
  'lib/operations/table-import.ts': 2,
  'lib/sandbox/configuration.ts': 1,
  'lib/sandbox/vms/cache.ts': 1,
  'lib/sandbox/vms/cassandra-package.ts': 1,
  'lib/sandbox/vms/guest-scripts.ts': 2,
  'lib/sandbox/vms/local-compute-engine.ts': 1,
  'lib/sandbox/vms/local-vm.ts': 1,
  'lib/sandbox/vms/package-repository.ts': 1,
  'lib/terraform/owned-folder.ts': 1,
  'scripts/ci/bundle-report.sh': 1,
  'scripts/ci/deploy.sh': 1,
  'scripts/ci/preview.sh': 2,
  'scripts/compare-providers.ts': 1,
  'scripts/mutate-rules.ts': 1,
  'scripts/story.ts': 1,
};

test('folders that a user names are deleted only in owned-folder.ts', () => {
  const files = ['lib', 'stacks', 'environments', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:[jt]s|sh|py)$/.test(name))
      .map((name) => path.join(folder, name)),
  );
  const counts = files.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8').match(DELETION)?.length ?? 0] as const);
  expect(Object.fromEntries(counts.filter(([, count]) => count > 0))).toEqual(DELETIONS);
});
