import { runTerraformJson } from '../terraform/cli';

/** Versions that created a plan. */
export interface Versions {
  readonly terraform: string;

  /** Versions of the provider plugins that Terraform selected, by address. */
  readonly providers: Readonly<Record<string, string>>;
}

interface VersionJson {
  readonly terraform_version: string;
  readonly provider_selections?: Readonly<Record<string, string>>;
}

/** Reads the versions of Terraform and its plugins in the initialized folder of a stack. */
export async function readVersions(stackFolder: string, environment: NodeJS.ProcessEnv): Promise<Versions> {
  const { terraform_version: terraform, provider_selections: providers } = (await runTerraformJson(
    ['version', '-json'],
    stackFolder,
    environment,
  )) as VersionJson;
  return { terraform, providers: providers ?? {} };
}

/** Compares versions, and returns a sentence for each difference. */
export function compareVersions(planned: Versions, here: Versions): string[] {
  const names = [...new Set([...Object.keys(planned.providers), ...Object.keys(here.providers)])].sort();
  return [
    ...(planned.terraform === here.terraform ? [] : [`Terraform must be ${planned.terraform}, got ${here.terraform}`]),
    ...names.flatMap((name) => {
      const [was, is] = [planned.providers[name], here.providers[name]];
      return was === is ? [] : [`provider ${name} must be ${was ?? 'absent'}, got ${is ?? 'none'}`];
    }),
  ];
}
