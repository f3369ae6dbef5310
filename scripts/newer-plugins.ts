import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** `required_providers` of a synthesized stack, by local name. */
export type RequiredProviders = Readonly<Record<string, { readonly source: string; readonly version: string }>>;

/** Versions of providers by local name. */
export type ProviderVersions = Readonly<Record<string, string>>;

/**
 * Lists the folders of local provider plugins: the filesystem mirrors of Terraform's CLI configuration or, without a configured installation,
 * the implied ones.
 */
export function pluginFolders(environment: NodeJS.ProcessEnv): string[] {
  const file = environment.TF_CLI_CONFIG_FILE || join(homedir(), '.terraformrc');
  const configuration = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (/^\s*provider_installation\b/m.test(configuration)) {
    return [...configuration.matchAll(/^\s*filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"/gm)].map(([, path]) => path!);
  }
  const data = [
    environment.XDG_DATA_HOME || join(homedir(), '.local/share'),
    ...(environment.XDG_DATA_DIRS || ['/usr/local/share', '/usr/share'].join(delimiter)).split(delimiter),
  ];
  return [join(homedir(), '.terraform.d/plugins'), ...data.map((folder) => join(folder, 'terraform/plugins'))];
}

/**
 * Lists sets of installed plugins newer than the required ones: the first with the next major version of each provider, the second with the
 * one after that. Each is the newest installed release of its major version.
 */
export function newerPlugins(required: RequiredProviders, folders: readonly string[]): ProviderVersions[] {
  const sets: Record<string, string>[] = [];
  for (const [name, { source, version }] of Object.entries(required).sort()) {
    const newest = new Map<number, string>();
    for (const installed of installedVersions(source, folders).sort(compareVersions)) {
      if (compareVersions(installed, version) > 0) newest.set(majorOf(installed), installed);
    }
    for (const [index, newer] of [...newest.values()].entries()) {
      sets[index] ??= {};
      sets[index][name] = newer;
    }
  }
  return sets;
}

/** Lists the releases in a filesystem mirror, in either layout: a folder or an archive per version. Pre-releases are excluded. */
function installedVersions(source: string, folders: readonly string[]): string[] {
  const path = join('registry.terraform.io', source.includes('/') ? source : `hashicorp/${source}`);
  return folders
    .map((folder) => join(folder, path))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .flatMap((name) => /^(?:terraform-provider-[^_]+_)?(\d+\.\d+\.\d+)(?:_[^_]+_[^_]+\.zip)?$/.exec(name)?.[1] ?? []);
}

function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
