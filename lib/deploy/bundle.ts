import { createHash } from 'node:crypto';
import { cpSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createFolder } from '../core/create-folder';
import { describeFileError } from '../core/file-error';
import { RefusedError } from '../core/reported-error';
import { findShapeProblem, type Shape } from '../core/shape';
import { readConfiguration } from '../terraform/configuration';
import { TerraformDocumentError } from '../terraform/errors';
import { parseJson } from '../terraform/json';
import { holdsJson, MARKER_FILE, markOwnedFolder, type OwnedFolderKind, removeOwnedFolder } from '../terraform/owned-folder';
import type { StateFingerprint } from './state-fingerprint';
import type { Versions } from './versions';

/** Manifest of a bundle. Its digest is the digest of the bundle. */
export interface BundleManifest {
  readonly bundleVersion: 1;
  readonly stack: string;

  /** Creation time in UTC, as ISO 8601. */
  readonly madeAt: string;
  readonly versions: Versions;

  /** State that the plan was created from; null without one. */
  readonly state: StateFingerprint | null;

  /** SHA-256 of each file, by its path in the bundle. */
  readonly files: Readonly<Record<string, string>>;
}

/** Content of a bundle. */
export interface BundleContent {
  readonly stack: string;

  /** Folder of the synthesized stack. */
  readonly stackFolder: string;

  /** Saved plan. */
  readonly planFile: string;
  readonly versions: Versions;
  readonly state: StateFingerprint | undefined;
  readonly acknowledgements: readonly unknown[];

  /** Deployed `cdk.tf.json` that the guard compared with. @default - none */
  readonly base?: unknown;

  /** Report on the plan in Markdown, for the approval of the digest. @default - none */
  readonly report?: string;

  /** Creation time. @default - now */
  readonly now?: Date;
}

/** Bundle whose files match its manifest. */
export interface Bundle {
  readonly manifest: BundleManifest;

  /** `sha256:` and the digest of the manifest, which covers all files. */
  readonly digest: string;
  readonly planFile: string;
  readonly stackFolder: string;
  readonly acknowledgements: unknown;
  readonly base: unknown;
}

// Not manifest.json, which is the manifest of a synthesized output.
const MANIFEST = 'bundle.json';
const PLAN = 'plan';
const STACK = 'stack';
const ACKNOWLEDGEMENTS = 'acknowledgements.json';
const BASE = 'base.json';
const REPORT = 'report.md';

/** A bundle is identified by its manifest, which lists all files. The marker is that of an unfinished one. */
const BUNDLE_FOLDER: OwnedFolderKind = {
  name: 'a bundle',
  marker: 'Unfinished bundle of gke-platform preview, which replaces it.\n',
  isKnown: (folder) => holdsJson(folder, MANIFEST, 'bundleVersion', 'files'),
};

/**
 * Writes a bundle: the plan, the configuration with its assets and lock file, the acknowledgements, the report, and a manifest with the
 * digest of each. An earlier bundle in the folder is replaced.
 *
 * A plan file contains secrets in clear text, so only its owner can read the folder, and git ignores it.
 *
 * @returns digest of the bundle
 */
export function writeBundle(folder: string, content: BundleContent): string {
  const { stack, stackFolder, planFile, versions, state, acknowledgements, base, report, now = new Date() } = content;
  discardBundle(folder);
  createFolder(folder, 0o700);
  markOwnedFolder(folder, BUNDLE_FOLDER);
  writeFileSync(path.join(folder, '.gitignore'), '*\n');
  cpSync(planFile, path.join(folder, PLAN));
  cpSync(stackFolder, path.join(folder, STACK), { recursive: true, filter: (source) => isStackFile(path.relative(stackFolder, source)) });
  writeFileSync(path.join(folder, ACKNOWLEDGEMENTS), JSON.stringify(acknowledgements));
  if (base !== undefined) writeFileSync(path.join(folder, BASE), JSON.stringify(base));
  if (report !== undefined) writeFileSync(path.join(folder, REPORT), report);
  const files = listFiles(folder).filter((file) => file !== MARKER_FILE);
  const manifest: BundleManifest = {
    bundleVersion: 1,
    stack,
    madeAt: now.toISOString(),
    versions,
    state: state ?? null,
    files: Object.fromEntries(files.map((file) => [file, computeDigest(readFileSync(path.join(folder, file)))])),
  };
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  writeFileSync(path.join(folder, MANIFEST), text);
  rmSync(path.join(folder, MARKER_FILE));
  return computeDigest(text);
}

/** Removes the bundle in a folder. Other folders are not changed. */
export function discardBundle(folder: string): void {
  removeOwnedFolder(folder, BUNDLE_FOLDER);
}

/**
 * Copies a bundle to a new folder and verifies the copy against its manifest, so that the verified files are the ones that are used.
 *
 * @throws RefusedError when a file is changed, missing or added, or the digest differs
 */
export function openBundle(folder: string, copy: string, expectedDigest?: string): Bundle {
  let text: string;
  try {
    lstatSync(path.join(folder, MANIFEST));
    cpSync(folder, copy, { recursive: true });
    text = readFileSync(path.join(copy, MANIFEST), 'utf8');
  } catch (error) {
    throw new RefusedError(`'${folder}' is not a bundle: ${describeFileError(error, 'run a preview first')}`);
  }
  const digest = computeDigest(text);
  if (expectedDigest !== undefined && digest !== expectedDigest) {
    throw new RefusedError(
      `the digest of the bundle in '${folder}' must be ${expectedDigest}, got ${digest}: a different bundle was approved`,
    );
  }
  const manifest = parseManifest(text, folder);
  const actual = listFiles(copy);
  const changed = Object.entries(manifest.files).find(
    ([file, expected]) => actual.includes(file) && computeDigest(readFileSync(path.join(copy, file))) !== expected,
  );
  if (changed) throw new RefusedError(`${changed[0]} of the bundle in '${folder}' does not match its manifest: run a new preview`);
  const missing = Object.keys(manifest.files).find((file) => !actual.includes(file));
  if (missing !== undefined) throw new RefusedError(`${missing} of the bundle in '${folder}' is missing: run a new preview`);
  const added = actual.find((file) => !(file in manifest.files));
  if (added !== undefined)
    throw new RefusedError(`the bundle in '${folder}' contains ${added}, which is not in its manifest: run a new preview`);
  const json = (file: string, shape: Shape): unknown => readBundleJson(readFileSync(path.join(copy, file), 'utf8'), file, folder, shape);
  return {
    manifest,
    digest,
    planFile: path.join(copy, PLAN),
    stackFolder: path.join(copy, STACK),
    acknowledgements: json(ACKNOWLEDGEMENTS, { listOf: { members: {} } }),
    base: BASE in manifest.files ? readConfiguration(json(BASE, { members: {} })) : undefined,
  };
}

const MANIFEST_SHAPE: Shape = {
  members: {
    bundleVersion: 'number',
    stack: 'string',
    madeAt: 'string',
    versions: { members: { terraform: 'string', providers: { mapOf: 'string' } } },
    state: { orNull: { members: { 'lineage?': 'string', 'serial?': 'number' } } },
    files: { members: { [PLAN]: 'string', [`${STACK}/cdk.tf.json`]: 'string', [ACKNOWLEDGEMENTS]: 'string' } },
  },
};

function parseManifest(text: string, folder: string): BundleManifest {
  const manifest = readBundleJson(text, MANIFEST, folder, MANIFEST_SHAPE) as BundleManifest;
  const problem = manifest.bundleVersion === 1 ? undefined : `'bundleVersion' must be 1, got ${manifest.bundleVersion}`;
  if (problem !== undefined) throw describeUnsupported(MANIFEST, folder, problem);
  return manifest;
}

/** Parses a JSON file of a bundle and compares it with its shape. */
function readBundleJson(text: string, file: string, folder: string, shape: Shape): unknown {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof TerraformDocumentError)) throw error;
    throw describeUnsupported(file, folder, error.message);
  }
  const problem = findShapeProblem(value, shape);
  if (problem !== undefined) throw describeUnsupported(file, folder, problem);
  return value;
}

function describeUnsupported(file: string, folder: string, problem: string): RefusedError {
  const name = file === MANIFEST ? 'the manifest' : file;
  return new RefusedError(
    `${name} of the bundle in '${folder}' is not supported: ${problem}; run a preview with this release of gke-platform`,
  );
}

/** Tests that a file is part of the stack, and not a file of Terraform, which may be a state. */
function isStackFile(file: string): boolean {
  return !/^(\.terraform|plan|crash\.log|.*\.tfstate(\..*)?|\..*\.lock\.info)$/.test(file);
}

/** Lists all files except for the manifest, with slashes in their paths. */
function listFiles(folder: string, below = ''): string[] {
  return readdirSync(path.join(folder, below), { withFileTypes: true })
    .flatMap((entry) => {
      const file = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return listFiles(folder, file);
      if (!entry.isFile()) throw new RefusedError(`${file} in '${folder}' is neither a file nor a folder`);
      return file === MANIFEST ? [] : [file];
    })
    .sort();
}

function computeDigest(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
