import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Values } from '../../../lib/sandbox/values';
import { TerraformError } from '../../../lib/terraform/errors';
import { inNamespace, NAMESPACE, type Resource } from './refusal';

/** Errors that Terraform reports of one case, and the command that does. */
export interface Reported {
  readonly by: 'plan' | 'apply';
  readonly message: string;
}

/** Runs Terraform in a folder and returns what it prints. */
export type RunTerraform = (args: readonly string[], folder: string) => Promise<string>;

/** Name of the namespace of a refusal, and of its resources. */
export const nameOf = (index: number, prefix: string): string => `${prefix}-${index}`;

/**
 * Deploys all cases at once: a plan shows what the plugin refuses, and an apply of the rest what the API server does.
 *
 * @param cases resources of each case, in the order in which they are created
 * @param provider the provider block
 * @param prefix prefix of the names of the namespaces
 * @returns reported problems by case number
 */
export async function collectReported(
  cases: readonly (readonly Resource[])[],
  provider: Values,
  folder: string,
  terraform: RunTerraform,
  prefix: string,
): Promise<ReadonlyMap<number, Reported>> {
  const reported = new Map<number, Reported>();
  const run = async (by: Reported['by'], args: readonly string[]): Promise<number> => {
    write(
      folder,
      prefix,
      provider,
      cases.map((resources, index) => (reported.has(index) ? [] : resources)),
    );
    const messages = messagesIn(await outputOf(terraform(args, folder)));
    for (const [address, message] of messages) {
      const index = Number(/-(\d+)-/.exec(address)?.[1]);
      if (!(index in cases)) throw new Error(`${address}: ${message}`);
      reported.set(index, { by, message: [...(reported.has(index) ? [reported.get(index)!.message] : []), message].join('\n') });
    }
    return messages.length;
  };
  write(folder, prefix, provider, cases);
  await terraform(['init', '-input=false', '-no-color'], folder);
  // A resource that is not valid keeps the others from being planned.
  while ((await run('plan', ['plan', '-json', '-input=false'])) > 0);
  await run('apply', ['apply', '-auto-approve', '-json', '-input=false']);
  return reported;
}

function write(folder: string, prefix: string, provider: Values, all: readonly (readonly Resource[])[]): void {
  const resource: Record<string, Record<string, Values>> = {};
  const add = (type: string, name: string, configuration: Values): void => {
    resource[type] = { ...resource[type], [name]: configuration };
  };
  all.forEach((resources, index) => {
    if (resources.length === 0) return;
    const namespace = nameOf(index, prefix);
    add(NAMESPACE, `${namespace}-namespace`, { metadata: { name: namespace } });
    let last = `${NAMESPACE}.${namespace}-namespace`;
    resources.forEach(([type, configuration], at) => {
      add(type, `${namespace}-${at}`, { ...inNamespace(namespace, type, configuration), depends_on: [last] });
      last = `${type}.${namespace}-${at}`;
    });
  });
  mkdirSync(folder, { recursive: true });
  const terraform = {
    required_providers: { kubernetes: { source: 'hashicorp/kubernetes', version: '2.38.0' } },
    backend: { local: { path: 'terraform.tfstate' } },
  };
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify({ terraform, provider: { kubernetes: provider }, resource }));
}

/** Terraform prints its diagnostics also when it fails. */
async function outputOf(running: Promise<string>): Promise<string> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof TerraformError) return error.message;
    throw error;
  }
}

/** Errors of Terraform's JSON output, with the resource they are about. */
function messagesIn(output: string): [address: string, message: string][] {
  return output.split('\n').flatMap((line): [string, string][] => {
    if (!line.startsWith('{')) return [];
    const { diagnostic } = JSON.parse(line);
    if (diagnostic?.severity !== 'error') return [];
    return [[diagnostic.address ?? diagnostic.snippet?.context ?? '', [diagnostic.summary, diagnostic.detail].filter(Boolean).join('\n')]];
  });
}
