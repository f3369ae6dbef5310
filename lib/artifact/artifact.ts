import { ReportedError } from '../core/reported-error';
import { type Acknowledgement, requireAcknowledgements } from '../guard/acknowledgement';
import { readConfiguration } from '../terraform/configuration';
import { type Block, isBlock } from '../terraform/values';
import { readArtifactFiles } from './artifact-files';
import { parseExactJson } from './exact-json';
import { formatName, quote } from './printable';

/** Stack in an artifact. */
export interface ArtifactStack {
  readonly name: string;

  /** Its `cdk.tf.json`, normalized by `readConfiguration`. */
  readonly json: Block;

  /** Content of the files in its folder of assets, by path with slashes. */
  readonly assets: ReadonlyMap<string, Buffer>;

  /** Lock file of providers. Only that of the base branch is used. */
  readonly lockFile?: Buffer;
}

/** Synthesized output of untrusted code. */
export interface Artifact {
  readonly stacks: readonly ArtifactStack[];

  /** Version of cdktf in its manifest. */
  readonly version?: string;

  /** Names of the stacks in its manifest, those without a readable `cdk.tf.json` included. */
  readonly stackNames: readonly string[];

  /** Accepted findings of the guard. */
  readonly acknowledgements: readonly Acknowledgement[];

  /** Parts that are not allowed, one sentence each. */
  readonly refusals: readonly string[];
}

/** Lock file of providers in the folder of a stack. */
export const LOCK_FILE = '.terraform.lock.hcl';

const MANIFEST = 'manifest.json';
const ACKNOWLEDGEMENTS = 'acknowledgements.json';

/** Stack names that cdktf accepts, without path separators. */
const STACK_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/**
 * Reads the synthesized output of untrusted code. It consists of a manifest, the `cdk.tf.json` and the assets of each stack, a lock file of
 * providers, and an optional list of acknowledgements. Other Terraform files, settings, plugins and links are refused.
 *
 * Each file is read once: what is verified is what `writeCheckedArtifact` writes.
 */
export function readArtifact(folder: string): Artifact {
  const refusals: string[] = [];
  const files = readArtifactFiles(folder, refusals);
  const parse = <T>(file: string, read: (json: unknown) => T): T | undefined => {
    const content = files.get(file);
    if (content === undefined) {
      refusals.push(`${file} must be there`);
      return undefined;
    }
    try {
      return read(parseExactJson(content));
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      refusals.push(`${file}: ${error.message}`);
      return undefined;
    }
  };

  const stacks: ArtifactStack[] = [];
  const manifest = parse(MANIFEST, (value) => value);
  const names = manifest === undefined ? [] : readStackNames(manifest, refusals);
  const version = isBlock(manifest) ? manifest.version : undefined;
  for (const name of names) {
    const assets = `stacks/${name}/assets/`;
    const json = parse(`stacks/${name}/cdk.tf.json`, readConfiguration);
    if (json === undefined) continue;
    const lockFile = files.get(`stacks/${name}/${LOCK_FILE}`);
    stacks.push({
      name,
      json,
      assets: new Map([...files].flatMap(([file, content]) => (file.startsWith(assets) ? [[file.slice(assets.length), content]] : []))),
      ...(lockFile === undefined ? {} : { lockFile }),
    });
  }
  const acknowledgements = files.has(ACKNOWLEDGEMENTS) ? (parse(ACKNOWLEDGEMENTS, requireAcknowledgements) ?? []) : [];

  const isKnown = (file: string): boolean => {
    const [, name, part = ''] = /^stacks\/([^/]+)\/(.+)$/.exec(file) ?? [];
    if (name === undefined) return file === MANIFEST || file === ACKNOWLEDGEMENTS;
    return names.includes(name) && (part === 'cdk.tf.json' || part === LOCK_FILE || part.startsWith('assets/'));
  };
  for (const file of files.keys()) {
    if (!isKnown(file))
      refusals.push(
        `${formatName(file)} is not allowed: an artifact has only manifest, cdk.tf.json, assets, lock files and acknowledgements`,
      );
  }
  return { ...(isVersion(version) ? { version } : {}), stacks, stackNames: names, acknowledgements, refusals };
}

function isVersion(version: unknown): version is string {
  return typeof version === 'string' && /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version);
}

/** Reads the names of the stacks in a manifest, and refuses stacks in other folders than their own. */
function readStackNames(manifest: unknown, refusals: string[]): readonly string[] {
  const stacks = isBlock(manifest) ? manifest.stacks : undefined;
  if (!isBlock(stacks)) {
    refusals.push(`${MANIFEST} must have 'stacks'`);
    return [];
  }
  return Object.entries(stacks).flatMap(([name, entry]) => {
    const { workingDirectory, synthesizedStackPath } = isBlock(entry) ? entry : ({} as Block);
    if (STACK_NAME.test(name) && workingDirectory === `stacks/${name}` && synthesizedStackPath === `stacks/${name}/cdk.tf.json`)
      return [name];
    refusals.push(`${MANIFEST} must have stack ${quote(name)} at stacks/<name>, got ${quote(workingDirectory ?? null)}`);
    return [];
  });
}
