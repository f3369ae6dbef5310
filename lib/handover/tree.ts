import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readConfiguration } from '../terraform/configuration';
import { TerraformDocumentError } from '../terraform/errors';
import { parseJson } from '../terraform/json';
import { type Block, isBlock } from '../terraform/values';

/** A stack, where a folder was handed over has it. */
export interface HandedStack {
  readonly name: string;

  /** Its `cdk.tf.json`, in the one shape of `readConfiguration`. */
  readonly json: Block;

  /** Its folder of assets, with what is in it. */
  readonly assets: ReadonlySet<string>;
}

/** What was handed over, as far as it is what it may be. */
export interface HandedTree {
  readonly stacks: readonly HandedStack[];

  /** In a sentence each, what must not be there. */
  readonly refusals: readonly string[];
}

const MAX_FILES = 5_000;
const MAX_FILE_MIB = 20;

/** Names of stacks as cdktf takes them, and no path. */
const STACK_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/**
 * Reads a synthesized output that somebody else made. It holds a manifest, the `cdk.tf.json` and the assets of each stack, perhaps a list of
 * acknowledgements, and nothing else: no other Terraform file, no settings of Terraform, no plugin, no link.
 */
export function readTree(folder: string): HandedTree {
  const refusals: string[] = [];
  const files = filesOf(folder, refusals);
  const stacks: HandedStack[] = [];
  const json = <T>(file: string, read: (json: unknown) => T): T | undefined => {
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

  const manifest = json('manifest.json', (value) => value as { readonly stacks?: Record<string, unknown> } | null);
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
    const stackJson = json(`stacks/${name}/cdk.tf.json`, readConfiguration);
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
    if (!known(file)) refusals.push(`${file} must not be there: only manifest, cdk.tf.json, assets and acknowledgements are handed over`);
  return { stacks, refusals };
}

/** Every file, by its path with slashes; what is neither a file nor a folder is refused, and so is too much. */
function filesOf(folder: string, refusals: string[]): Set<string> {
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
        refusals.push(`at most ${MAX_FILES} files are handed over`);
        return files;
      }
    }
  }
  return files;
}
