import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIB = join(__dirname, '../../lib');

/** Files of lib that delete whole folders, each only such as the same file or its caller made under a name of its own. */
const OWN_FOLDERS = [
  'cli/base-output.ts',
  'deploy/deploy.ts',
  'operations/node-plan.ts',
  'preview/terraform-plan.ts',
  'sandbox/configuration.ts',
  'sandbox/sandbox.ts',
  'sandbox/vms/cache.ts',
  'sandbox/vms/cassandra-package.ts',
  'sandbox/vms/local-compute-engine.ts',
  'sandbox/vms/local-vm.ts',
  'sandbox/vms/package-repository.ts',
  'terraform/owned-folder.ts',
];

test('a folder that a user names is deleted in owned-folder.ts alone', () => {
  const sources = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const deletes = (file: string): boolean =>
    /\brm(?:Sync|dirSync|dir)?\([^;]*recursive|\['rm', '--recursive'|rimraf|emptyDir\(/.test(readFileSync(join(LIB, file), 'utf8'));
  expect(sources.filter(deletes).sort()).toEqual(OWN_FOLDERS);
});
