import { readdirSync } from 'node:fs';
import path from 'node:path';
import { holdsJson, type OwnedFolderKind, requireOwnedFolder } from './owned-folder';

/**
 * Returns the output folder of an app, when it does not exist or was created by an earlier synth.
 *
 * cdktf accepts any folder: it overwrites `manifest.json`, and the cdktf command deletes every folder in `stacks` that is not a stack of the
 * app. Call this function before creating the app: `new App({ outdir: requireOutputFolder() })`.
 *
 * @param folder output folder; by default the one that the cdktf command passes to the app, from `--output` or `output` in `cdktf.json`
 * @throws RefusedError when the path is a file, a link, or a folder that was not created by a synth
 */
export function requireOutputFolder(folder: string = process.env.CDKTF_OUTDIR ?? 'cdktf.out'): string {
  requireOwnedFolder(folder, OUTPUT_FOLDER);
  return folder;
}

/** An output is identified by its manifest. After a failed first synth there is no manifest, but only files of cdktf and Terraform. */
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
