import { readdirSync } from 'node:fs';
import path from 'node:path';
import { holdsJson, type OwnedFolderKind, requireOwnedFolder } from './owned-folder';

/**
 * Folder that an app is about to synthesize into, when an earlier synth made it or nothing is there yet.
 *
 * cdktf takes any folder: it overwrites `manifest.json`, and the cdktf command deletes every folder in `stacks` that is no stack of the
 * app. Call it before the app is created: `new App({ outdir: requireOutputFolder() })`.
 *
 * @param folder output folder; by default that of the cdktf command, from `--output` or `output` of `cdktf.json`
 * @throws RefusedError when the path is a file, a link, or a folder that no synth made
 */
export function requireOutputFolder(folder: string = process.env.CDKTF_OUTDIR ?? 'cdktf.out'): string {
  requireOwnedFolder(folder, OUTPUT_FOLDER);
  return folder;
}

/** Identified by its manifest. After a failed first synth there is only the content of stack folders by cdktf and Terraform. */
const OUTPUT_FOLDER: OwnedFolderKind = {
  name: 'a synthesized output',
  marker: '',
  isKnown: (folder, entries) =>
    holdsJson(folder, 'manifest.json', 'version', 'stacks') || (entries.every((entry) => entry === 'stacks') && holdsOnlyStacks(folder)),
};

const STACK_ENTRY = /^(cdk\.tf|cdk\.tf\.json|metadata\.json|assets|\.terraform.*|terraform\..*tfstate.*|plan)$/;

function holdsOnlyStacks(output: string): boolean {
  const stacks = path.join(output, 'stacks');
  return readdirSync(stacks, { withFileTypes: true }).every(
    (entry) => entry.isDirectory() && readdirSync(path.join(stacks, entry.name)).every((name) => STACK_ENTRY.test(name)),
  );
}
