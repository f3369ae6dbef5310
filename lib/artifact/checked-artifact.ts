import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { RefusedError } from '../core/reported-error';
import { readConfiguration } from '../terraform/configuration';
import { parseJson } from '../terraform/json';
import { removeOwnedFolder } from '../terraform/owned-folder';
import { type Artifact, type ArtifactStack, LOCK_FILE } from './artifact';
import { ARTIFACT_FOLDER } from './artifact-folder';

/**
 * Removes the result of an earlier verification, so that a refused artifact leaves nothing to plan.
 *
 * @param inputs folders of the artifacts that are verified
 * @throws RefusedError for a folder that is not an artifact, or that holds one of the inputs
 */
export function removeCheckedArtifact(folder: string, inputs: readonly string[]): void {
  const target = path.resolve(folder);
  for (const input of inputs.map((each) => realpathSync(each))) {
    for (const [inner, outer] of [
      [input, target],
      [target, input],
    ] as const) {
      if (inner === outer || inner.startsWith(`${outer}${path.sep}`))
        throw new RefusedError(`'${folder}' cannot be used for a checked artifact: it overlaps '${input}', which is verified`);
    }
  }
  removeOwnedFolder(folder, ARTIFACT_FOLDER);
}

/**
 * Writes a verified artifact again, from what was read and verified: nothing of the untrusted folder is copied. Only this folder is planned.
 *
 * The folder appears complete or not at all.
 *
 * @param head verified artifact, without refusals
 * @param base artifact of the base branch: the lock files of providers are those of its stacks
 * @throws RefusedError when a file reads back as something else than what was verified
 */
export function writeCheckedArtifact(head: Artifact, base: Artifact, folder: string): void {
  const parent = path.dirname(path.resolve(folder));
  mkdirSync(parent, { recursive: true });
  const draft = mkdtempSync(path.join(parent, '.checked-'));
  try {
    const lockFiles = new Map(base.stacks.map(({ name, lockFile }) => [name, lockFile]));
    writeJson(draft, 'manifest.json', createManifest(head));
    writeJson(draft, 'acknowledgements.json', head.acknowledgements);
    for (const stack of head.stacks) writeStack(draft, stack, lockFiles.get(stack.name));
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function createManifest({ version, stacks }: Artifact): unknown {
  return {
    version,
    stacks: Object.fromEntries(
      stacks.map(({ name }) => [
        name,
        {
          name,
          constructPath: name,
          workingDirectory: `stacks/${name}`,
          synthesizedStackPath: `stacks/${name}/cdk.tf.json`,
          annotations: [],
          dependencies: [],
        },
      ]),
    ),
  };
}

function writeStack(draft: string, { name, json, assets }: ArtifactStack, lockFile: Buffer | undefined): void {
  const folder = `stacks/${name}`;
  const written = writeJson(draft, `${folder}/cdk.tf.json`, json);
  if (!isDeepStrictEqual(readConfiguration(parseJson(written)), json)) {
    throw new RefusedError(`stack ${name}: cdk.tf.json must read back as what was verified, got another configuration`);
  }
  for (const [file, content] of assets) write(draft, `${folder}/assets/${file}`, content);
  if (lockFile !== undefined) write(draft, `${folder}/${LOCK_FILE}`, lockFile);
}

/** @returns text of the file, as it was read back */
function writeJson(draft: string, file: string, value: unknown): string {
  write(draft, file, `${JSON.stringify(value, undefined, 2)}\n`);
  return readFileSync(path.join(draft, file), 'utf8');
}

function write(draft: string, file: string, content: string | Buffer): void {
  const target = path.join(draft, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content, { flag: 'wx' });
}
