import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Copies what is handed over of a synthesized output: the manifest, and the `cdk.tf.json` and assets of each stack, without what Terraform left there.
 *
 * @param acknowledgements what the guard may let pass, as data: whoever takes it over runs no code of the pull request
 */
export function pack(synthesized: string, target: string, acknowledgements: readonly unknown[]): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  cpSync(path.join(synthesized, 'manifest.json'), path.join(target, 'manifest.json'));
  for (const stack of readdirSync(path.join(synthesized, 'stacks'))) {
    for (const part of ['cdk.tf.json', 'assets']) {
      const source = path.join(synthesized, 'stacks', stack, part);
      if (existsSync(source)) cpSync(source, path.join(target, 'stacks', stack, part), { recursive: true });
    }
  }
  writeFileSync(path.join(target, 'acknowledgements.json'), `${JSON.stringify(acknowledgements, undefined, 2)}\n`);
}
