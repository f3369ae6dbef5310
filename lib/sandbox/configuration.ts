import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { App, TerraformStack } from 'cdktf';
import { SandboxError } from './sandbox-error';

/** A stack, an app with one stack, or a folder with Terraform files such as `cdktf.out/stacks/staging`. */
export type Configuration = TerraformStack | App | string;

/** Puts configurations into folders that Terraform can work in. */
export class Configurations {
  private readonly folders = new WeakMap<object, string>();

  constructor(private readonly workPath: string) {}

  /** The folder Terraform works in for a configuration. */
  public prepare(configuration: Configuration): string {
    if (typeof configuration === 'string') return this.copy(configuration);
    const known = this.folders.get(configuration);
    if (known) return known;
    const folder = this.synthesize(configuration);
    this.folders.set(configuration, folder);
    return folder;
  }

  private copy(source: string): string {
    const path = resolve(source);
    if (!existsSync(path) || !statSync(path).isDirectory()) throw new SandboxError(`there is no folder '${source}'`);
    if (!readdirSync(path).some((name) => name.endsWith('.tf') || name.endsWith('.tf.json'))) {
      throw new SandboxError(`'${source}' holds no Terraform files: give the folder of one stack, for example cdktf.out/stacks/staging`);
    }
    const folder = join(this.workPath, `${basename(path)}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`);
    this.clear(folder);
    cpSync(path, folder, { recursive: true, filter: (file) => !/^\.terraform|\.tfstate/.test(basename(file)) });
    return this.keepStateInside(folder);
  }

  /** Synthesizes a stack as `cdktf synth` does; a stack can be synthesized once. */
  private synthesize(construct: TerraformStack | App): string {
    const { Manifest, TerraformStack: Stack } = require('cdktf') as typeof import('cdktf');
    const stacks = construct.node.findAll().filter((each): each is TerraformStack => Stack.isStack(each));
    const [stack] = stacks;
    if (!stack || (stacks.length > 1 && stack !== construct)) {
      throw new SandboxError(`the app has ${stacks.length} stacks (${stacks.map(({ node }) => node.id).join(', ')}): give one of them`);
    }
    const outdir = join(this.workPath, 'synthesized');
    const manifest = new Manifest('sandbox', outdir, false);
    stack.prepareStack();
    const folder = join(outdir, manifest.forStack(stack).workingDirectory);
    mkdirSync(folder, { recursive: true });
    this.clear(folder);
    stack.synthesizer.synthesize({ outdir, manifest });
    return this.keepStateInside(folder);
  }

  /** Empties a folder of everything but what Terraform keeps there. */
  private clear(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      if (!/^\.terraform|\.tfstate/.test(name)) rmSync(join(folder, name), { recursive: true });
    }
  }

  /** A stack without a backend gets a path in the current folder from cdktf: its state belongs to the sandbox. */
  private keepStateInside(folder: string): string {
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.tf.json'))) {
      const path = join(folder, name);
      const json = JSON.parse(readFileSync(path, 'utf8'));
      const local = json.terraform?.backend?.local;
      if (!local) continue;
      local.path = 'terraform.tfstate';
      writeFileSync(path, JSON.stringify(json, null, 2));
    }
    return folder;
  }
}
