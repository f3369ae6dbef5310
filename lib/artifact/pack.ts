import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { replaceOwnedFolder } from '../terraform/owned-folder';
import { LOCK_FILE } from './artifact';
import { ARTIFACT_FOLDER } from './artifact-folder';

/**
 * Copies the parts of a synthesized output that an artifact has: the manifest, and the `cdk.tf.json`, the assets and the lock file of
 * providers of each stack, without other files of Terraform.
 *
 * @param acknowledgements accepted findings of the guard, as data: the job with credentials runs no code of the pull request
 */
export function packArtifact(synthesized: string, target: string, acknowledgements: readonly unknown[]): void {
  replaceOwnedFolder(target, ARTIFACT_FOLDER);
  cpSync(path.join(synthesized, 'manifest.json'), path.join(target, 'manifest.json'));
  for (const stack of readdirSync(path.join(synthesized, 'stacks'))) {
    for (const part of ['cdk.tf.json', 'assets', LOCK_FILE]) {
      const source = path.join(synthesized, 'stacks', stack, part);
      if (existsSync(source)) cpSync(source, path.join(target, 'stacks', stack, part), { recursive: true });
    }
  }
  writeFileSync(path.join(target, 'acknowledgements.json'), `${JSON.stringify(acknowledgements, undefined, 2)}\n`);
}
