import { runTerraform } from '../terraform/cli';
import { TerraformError } from '../terraform/errors';

/** Who holds the lock of a state. */
export interface StateLock {
  readonly id: string;
  readonly who: string;
  readonly created: string;
}

/** The lock that somebody else holds, if there is one: Terraform tells when a command needs it that would change nothing. */
export async function lockInTheWay(stackFolder: string, environment: NodeJS.ProcessEnv): Promise<StateLock | undefined> {
  try {
    await runTerraform(['state', 'rm', '-dry-run', '-no-color', 'terraform_data.none'], stackFolder, environment);
    return undefined;
  } catch (error) {
    const field = (name: string): string | undefined =>
      error instanceof TerraformError ? new RegExp(`^\\s*${name}:\\s+(.+)$`, 'm').exec(error.message)?.[1] : undefined;
    const id = field('ID');
    return id === undefined ? undefined : { id, who: field('Who') ?? 'somebody', created: field('Created') ?? 'an unknown moment' };
  }
}
