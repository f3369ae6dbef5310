import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holdsJson, type OwnedFolderKind, replaceOwnedFolder } from '../terraform/owned-folder';

const PARTS: readonly string[] = ['acknowledgements.json', 'manifest.json', 'stacks'];

const HANDOVER_FOLDER: OwnedFolderKind = {
  name: 'a handover',
  // Its reader refuses every file that it does not know, so there is no marker.
  marker: '',
  isKnown: (folder, entries) =>
    entries.every((entry) => PARTS.includes(entry)) &&
    entries.includes('acknowledgements.json') &&
    holdsJson(folder, 'manifest.json', 'stacks'),
};

/**
 * Copies what is handed over of a synthesized output: the manifest, and the `cdk.tf.json` and assets of each stack, without what Terraform left there.
 *
 * @param acknowledgements what the guard may let pass, as data: whoever takes it over runs no code of the pull request
 */
export function pack(synthesized: string, target: string, acknowledgements: readonly unknown[]): void {
  replaceOwnedFolder(target, HANDOVER_FOLDER);
  cpSync(path.join(synthesized, 'manifest.json'), path.join(target, 'manifest.json'));
  for (const stack of readdirSync(path.join(synthesized, 'stacks'))) {
    for (const part of ['cdk.tf.json', 'assets']) {
      const source = path.join(synthesized, 'stacks', stack, part);
      if (existsSync(source)) cpSync(source, path.join(target, 'stacks', stack, part), { recursive: true });
    }
  }
  writeFileSync(path.join(target, 'acknowledgements.json'), `${JSON.stringify(acknowledgements, undefined, 2)}\n`);
}
