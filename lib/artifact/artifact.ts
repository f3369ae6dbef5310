import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readConfiguration } from '../terraform/configuration';
import { TerraformDocumentError } from '../terraform/errors';
import { parseJson } from '../terraform/json';
import { type Block, isBlock } from '../terraform/values';

/** Stack in an artifact. */
export interface ArtifactStack {
  readonly name: string;

  /** Its `cdk.tf.json`, normalized by `readConfiguration`. */
  readonly json: Block;

  /** Files in its folder of assets. */
  readonly assets: ReadonlySet<string>;
}

/** Synthesized output of untrusted code. */
export interface Artifact {
  readonly stacks: readonly ArtifactStack[];

  /** Parts that are not allowed, one sentence each. */
  readonly refusals: readonly string[];
}

const MAX_FILES = 5_000;
const MAX_FILE_MIB = 20;

/** Stack names that cdktf accepts, without path separators. */
const STACK_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/**
 * Reads the synthesized output of untrusted code. It consists of a manifest, the `cdk.tf.json` and the assets of each stack, and an
 * optional list of acknowledgements. Other Terraform files, settings, plugins and links are refused.
 */
export function readArtifact(folder: string): Artifact {
  const refusals: string[] = [];
  const files = listFiles(folder, refusals);
  const stacks: ArtifactStack[] = [];
  const parse = <T>(file: string, read: (json: unknown) => T): T | undefined => {
    if (!files.has(file)) {
      refusals.push(`${file} must be there`);
      return undefined;
    }
    try {
      return read(parseJson(readFileSync(path.join(folder, file), 'utf8')));
    } catch (error) {
      if (!(error instanceof TerraformDocumentError)) throw error;
      refusals.push(`${file}: ${error.message}`);
      return undefined;
    }
  };

  const manifest = parse('manifest.json', (value) => value as { readonly stacks?: Record<string, unknown> } | null);
  if (manifest !== undefined && !isBlock(manifest?.stacks)) refusals.push("manifest.json must have 'stacks'");
  const names = isBlock(manifest?.stacks) ? Object.keys(manifest.stacks) : [];
  for (const name of names) {
    const { workingDirectory, synthesizedStackPath } = (manifest!.stacks![name] ?? {}) as Record<string, unknown>;
    if (!STACK_NAME.test(name) || workingDirectory !== `stacks/${name}` || synthesizedStackPath !== `stacks/${name}/cdk.tf.json`) {
      refusals.push(
        `manifest.json must have stack ${JSON.stringify(name)} at stacks/<name>, got ${JSON.stringify(workingDirectory ?? null)}`,
      );
      continue;
    }
    const assets = `stacks/${name}/assets/`;
    const stackJson = parse(`stacks/${name}/cdk.tf.json`, readConfiguration);
    if (stackJson !== undefined)
      stacks.push({
        name,
        json: stackJson,
        assets: new Set([...files].filter((file) => file.startsWith(assets)).map((file) => file.slice(assets.length))),
      });
  }
  const known = (file: string): boolean =>
    file === 'manifest.json' ||
    file === 'acknowledgements.json' ||
    names.some((name) => file === `stacks/${name}/cdk.tf.json` || file.startsWith(`stacks/${name}/assets/`));
  for (const file of files)
    if (!known(file)) refusals.push(`${file} is not allowed: an artifact has only manifest, cdk.tf.json, assets and acknowledgements`);
  return { stacks, refusals };
}

/** Lists all files, by path with slashes. Other kinds of entries, large files and too many files are refused. */
function listFiles(folder: string, refusals: string[]): Set<string> {
  const files = new Set<string>();
  const pending = [''];
  for (const below of pending) {
    for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
      const file = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) pending.push(file);
      else if (!entry.isFile()) refusals.push(`${file} must be a file, got a link or something else`);
      else if (lstatSync(path.join(folder, file)).size > MAX_FILE_MIB * 2 ** 20)
        refusals.push(`${file} must be at most ${MAX_FILE_MIB} MiB`);
      else files.add(file);
      if (files.size + pending.length > MAX_FILES) {
        refusals.push(`an artifact has at most ${MAX_FILES} files`);
        return files;
      }
    }
  }
  return files;
}
