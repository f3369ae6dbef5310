import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { App, TerraformStack } from 'cdktf';
import { readConfiguration } from '../terraform/configuration';
import { parseJson } from '../terraform/json';
import { block } from '../terraform/values';
import { SandboxError } from './sandbox-error';

/** Terraform configuration: a stack, an app with one stack, or a folder of Terraform files such as `cdktf.out/stacks/staging`. */
export type Configuration = TerraformStack | App | string;

/** Copies configurations into working folders for Terraform. */
export class Configurations {
  private readonly synthesized = new WeakMap<object, { readonly name: string; readonly folder: string }>();
  private count = 0;

  constructor(private readonly workPath: string) {}

  /** Copies a configuration into its working folder. Only files of Terraform itself are kept from earlier runs. */
  public prepare(configuration: Configuration): string {
    if (typeof configuration === 'string') {
      const path = resolve(configuration);
      requireTerraformFiles(path);
      return this.copy(path, `${basename(path)}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`);
    }
    const known = this.synthesized.get(configuration) ?? this.synthesize(configuration);
    this.synthesized.set(configuration, known);
    return this.copy(known.folder, known.name);
  }

  private copy(source: string, name: string): string {
    const folder = join(this.workPath, name);
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(folder)) {
      if (!isTerraformFile(entry)) rmSync(join(folder, entry), { recursive: true });
    }
    cpSync(source, folder, { recursive: true, filter: isCopied });
    localizeState(folder);
    return folder;
  }

  /** Synthesizes a stack as `cdktf synth` does, once: constructs cannot be synthesized repeatedly. */
  private synthesize(construct: TerraformStack | App): { name: string; folder: string } {
    const { Manifest, TerraformStack: Stack } = require('cdktf') as typeof import('cdktf');
    const stacks = construct.node.findAll().filter((each): each is TerraformStack => Stack.isStack(each));
    const [stack] = stacks;
    if (!stack || (stacks.length > 1 && stack !== construct)) {
      throw new SandboxError(`the app has ${stacks.length} stacks (${stacks.map(({ node }) => node.id).join(', ')}): pass one of them`);
    }
    const outdir = join(this.workPath, 'synthesized', String(this.count++));
    mkdirSync(outdir, { recursive: true });
    const manifest = new Manifest('sandbox', outdir, false);
    stack.prepareStack();
    const { name, workingDirectory } = manifest.forStack(stack);
    mkdirSync(join(outdir, workingDirectory), { recursive: true });
    stack.synthesizer.synthesize({ outdir, manifest });
    return { name, folder: join(outdir, workingDirectory) };
  }
}

function requireTerraformFiles(path: string): void {
  if (!existsSync(path) || !statSync(path).isDirectory()) throw new SandboxError(`folder '${path}' does not exist`);
  if (readdirSync(path).some((name) => name.endsWith('.tf') || name.endsWith('.tf.json'))) return;
  throw new SandboxError(`'${path}' contains no Terraform files: pass the folder of one stack, for example cdktf.out/stacks/staging`);
}

/** Tests that a file is copied: not one of Terraform itself, and no pipe or socket, which cannot be copied. */
function isCopied(file: string): boolean {
  const status = lstatSync(file);
  return !isTerraformFile(basename(file)) && (status.isFile() || status.isDirectory() || status.isSymbolicLink());
}

/** Matches files of Terraform itself: plugins, locks and states. */
function isTerraformFile(name: string): boolean {
  return name.startsWith('.terraform') || name.includes('.tfstate');
}

/** Moves a local state into the working folder: cdktf puts that of a stack without a backend into the current one. */
function localizeState(folder: string): void {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.tf.json'))) {
    const path = join(folder, name);
    const json = readConfiguration(parseJson(readFileSync(path, 'utf8')));
    const local = block(json, 'terraform', 'backend', 'local');
    if (!local) continue;
    const backend = { local: { ...local, path: 'terraform.tfstate' } };
    writeFileSync(path, JSON.stringify({ ...json, terraform: { ...block(json, 'terraform'), backend } }, null, 2));
  }
}
