import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holdsJson, type OwnedFolderKind, replaceOwnedFolder } from '../terraform/owned-folder';

const PARTS: readonly string[] = ['acknowledgements.json', 'manifest.json', 'stacks'];

const ARTIFACT_FOLDER: OwnedFolderKind = {
  name: 'an artifact',
  // Its reader refuses unknown files, so there is no marker.
  marker: '',
  isKnown: (folder, entries) =>
    entries.every((entry) => PARTS.includes(entry)) &&
    entries.includes('acknowledgements.json') &&
    holdsJson(folder, 'manifest.json', 'stacks'),
};

/**
 * Copies the parts of a synthesized output that an artifact has: the manifest, and the `cdk.tf.json` and assets of each stack, without
 * files of Terraform.
 *
 * @param acknowledgements accepted findings of the guard, as data: the job with credentials runs no code of the pull request
 */
export function packArtifact(synthesized: string, target: string, acknowledgements: readonly unknown[]): void {
  replaceOwnedFolder(target, ARTIFACT_FOLDER);
  cpSync(path.join(synthesized, 'manifest.json'), path.join(target, 'manifest.json'));
  for (const stack of readdirSync(path.join(synthesized, 'stacks'))) {
    for (const part of ['cdk.tf.json', 'assets']) {
      const source = path.join(synthesized, 'stacks', stack, part);
      if (existsSync(source)) cpSync(source, path.join(target, 'stacks', stack, part), { recursive: true });
    }
  }
  writeFileSync(path.join(target, 'acknowledgements.json'), `${JSON.stringify(acknowledgements, undefined, 2)}\n`);
}
