import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type GeneratedClass, Reflection } from './reflection';
import { SandboxError } from './sandbox-error';
import type { BlockSchema } from './schema';

/** Simulated provider. */
export type ProviderName = 'google' | 'kubernetes' | 'helm';

export const PROVIDER_NAMES: readonly ProviderName[] = ['google', 'kubernetes', 'helm'];

/** Schemas of the three installed provider bindings. A module is loaded with the first use of its type. */
export class Bindings {
  private readonly schemas = new Map<string, BlockSchema | undefined>();
  private reflection?: Reflection;

  /** Schema of a resource type, such as `google_compute_disk`; undefined if the bindings do not have it. */
  public resource(type: string): BlockSchema | undefined {
    return this.schema(type, '');
  }

  /** Schema of a data source, such as `google_client_config`. */
  public data(type: string): BlockSchema | undefined {
    return this.schema(type, `data-${findProvider(type)}-`);
  }

  /** Schema of a provider block. */
  public provider(provider: ProviderName): BlockSchema {
    return this.remember(`provider.${provider}`, () => this.reflect(provider, 'provider', provider))!;
  }

  /** Lists the resource types of a provider. */
  public resourceTypes(provider: ProviderName): string[] {
    return this.folders(provider, (folder) => !folder.startsWith(`data-${provider}-`) && folder !== 'provider');
  }

  /** Lists the data source types of a provider. */
  public dataTypes(provider: ProviderName): string[] {
    return this.folders(provider, (folder) => folder.startsWith(`data-${provider}-`));
  }

  private schema(type: string, prefix: string): BlockSchema | undefined {
    const provider = findProvider(type);
    if (!provider) return undefined;
    const folder = `${prefix}${type.slice(provider.length + 1).replaceAll('_', '-')}`;
    return this.remember(`${prefix}${type}`, () => this.reflect(provider, folder, type));
  }

  private remember(key: string, make: () => BlockSchema | undefined): BlockSchema | undefined {
    if (!this.schemas.has(key)) this.schemas.set(key, make());
    return this.schemas.get(key);
  }

  private reflect(provider: ProviderName, folder: string, type: string): BlockSchema | undefined {
    const path = join(findPackage(provider), 'lib', folder, 'index.js');
    if (!existsSync(path)) return undefined;
    const exported: Record<string, unknown> = require(path);
    const generated = Object.values(exported).find((candidate) => (candidate as Partial<GeneratedClass>)?.tfResourceType === type);
    if (!generated) return undefined;
    this.reflection ??= new Reflection(require('cdktf'));
    const nestedAttributes = provider === 'helm';
    if (folder === 'provider') return this.reflection.buildProviderSchema(generated as GeneratedClass, exported, nestedAttributes);
    return this.reflection.buildSchema(generated as GeneratedClass, nestedAttributes);
  }

  private folders(provider: ProviderName, accept: (folder: string) => boolean): string[] {
    const lib = join(findPackage(provider), 'lib');
    return readdirSync(lib, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && accept(entry.name))
      .map((entry) => {
        const name = entry.name.replace(`data-${provider}-`, '').replaceAll('-', '_');
        return `${provider}_${name}`;
      });
  }
}

/** Finds the provider of a type. */
export function findProvider(type: string): ProviderName | undefined {
  return PROVIDER_NAMES.find((provider) => type.startsWith(`${provider}_`));
}

/** Reads the provider version of the installed bindings, for example `6.50.0`. */
export function readProviderVersion(provider: ProviderName): string {
  const { cdktf } = JSON.parse(readFileSync(join(findPackage(provider), 'package.json'), 'utf8'));
  return cdktf.provider.version;
}

/**
 * Finds the folder of the bindings of a provider.
 *
 * @throws SandboxError if the package is not installed: it is an optional peer dependency, for stacks and the sandbox only
 */
function findPackage(provider: ProviderName): string {
  const name = `@cdktf/provider-${provider}`;
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new SandboxError(`the sandbox requires the bindings '${name}', which are not installed: npm install --save-dev ${name}`);
  }
}
