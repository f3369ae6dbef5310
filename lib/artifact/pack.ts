import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { replaceOwnedFolder } from '../terraform/owned-folder';
import { LOCK_FILE } from './artifact';
import { ARTIFACT_FOLDER } from './artifact-folder';

/**
 * Copies the parts of a synthesized output that an artifact has: the manifest, and the `cdk.tf.json` and the assets of each stack, without
 * files of Terraform. The lock file of providers comes from the repository: one that `terraform init` left behind pins what it happened to
 * install.
 *
 * @param lockFiles folder of the lock files that the repository keeps, `<stack>.hcl`; a stack without one has none in the artifact
 * @param acknowledgements accepted findings of the guard, as data: the job with credentials runs no code of the pull request
 */
export function packArtifact(synthesized: string, target: string, lockFiles: string, acknowledgements: readonly unknown[]): void {
  replaceOwnedFolder(target, ARTIFACT_FOLDER);
  cpSync(path.join(synthesized, 'manifest.json'), path.join(target, 'manifest.json'));
  for (const stack of readdirSync(path.join(synthesized, 'stacks'))) {
    for (const [source, part] of [
      [path.join(synthesized, 'stacks', stack, 'cdk.tf.json'), 'cdk.tf.json'],
      [path.join(synthesized, 'stacks', stack, 'assets'), 'assets'],
      [path.join(lockFiles, `${stack}.hcl`), LOCK_FILE],
    ] as const) {
      if (existsSync(source)) cpSync(source, path.join(target, 'stacks', stack, part), { recursive: true });
    }
  }
  writeFileSync(path.join(target, 'acknowledgements.json'), `${JSON.stringify(acknowledgements, undefined, 2)}\n`);
}
