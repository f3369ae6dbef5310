import { runTerraformJson } from '../terraform/cli';

/** What a plan was made with. */
export interface Versions {
  readonly terraform: string;

  /** Versions of the provider plugins by their address; of those that Terraform chose itself. */
  readonly providers: Readonly<Record<string, string>>;
}

interface VersionJson {
  readonly terraform_version: string;
  readonly provider_selections?: Readonly<Record<string, string>>;
}

/** What Terraform is, and which plugins it uses in the folder of a stack, once that is initialized. */
export async function versionsIn(stackFolder: string, environment: NodeJS.ProcessEnv): Promise<Versions> {
  const { terraform_version: terraform, provider_selections: providers } = (await runTerraformJson(
    ['version', '-json'],
    stackFolder,
    environment,
  )) as VersionJson;
  return { terraform, providers: providers ?? {} };
}

/** In a sentence each, what differs. */
export function versionDifferences(planned: Versions, here: Versions): string[] {
  const names = [...new Set([...Object.keys(planned.providers), ...Object.keys(here.providers)])].sort();
  return [
    ...(planned.terraform === here.terraform ? [] : [`Terraform must be ${planned.terraform}, got ${here.terraform}`]),
    ...names.flatMap((name) => {
      const [was, is] = [planned.providers[name], here.providers[name]];
      return was === is ? [] : [`provider ${name} must be ${was ?? 'absent'}, got ${is ?? 'none'}`];
    }),
  ];
}
