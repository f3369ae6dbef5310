import { runTerraform } from '../terraform/cli';
import { TerraformError } from '../terraform/errors';

/** Lock of a Terraform state. */
export interface StateLock {
  readonly id: string;
  readonly who: string;
  readonly created: string;
}

/** Finds the lock of a state. Terraform reports it for a command that needs the lock and changes nothing. */
export async function findStateLock(stackFolder: string, environment: NodeJS.ProcessEnv): Promise<StateLock | undefined> {
  try {
    await runTerraform(['state', 'rm', '-dry-run', '-no-color', 'terraform_data.none'], stackFolder, environment);
    return undefined;
  } catch (error) {
    const field = (name: string): string | undefined =>
      error instanceof TerraformError ? new RegExp(`^\\s*${name}:\\s+(.+)$`, 'm').exec(error.message)?.[1] : undefined;
    const id = field('ID');
    return id === undefined ? undefined : { id, who: field('Who') ?? 'an unknown user', created: field('Created') ?? 'an unknown time' };
  }
}
