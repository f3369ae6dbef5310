import { spawn } from 'node:child_process';
import { SandboxError, TerraformError } from './sandbox-error';

/** The command to run: `terraform`, unless cdktf is told of another one, such as `tofu`. */
export function terraformBinary(): string {
  return process.env.TERRAFORM_BINARY_NAME || 'terraform';
}

export const TERRAFORM_MISSING = `'${terraformBinary()}' was not found on PATH: the sandbox runs the real Terraform (1.11 or newer), https://developer.hashicorp.com/terraform/install`;

/**
 * Runs one Terraform command in a folder.
 *
 * @returns what it printed
 * @throws TerraformError with what Terraform says when it fails
 */
export async function runTerraform(args: readonly string[], folder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(terraformBinary(), args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? new SandboxError(TERRAFORM_MISSING) : error));
    child.once('close', (code) => resolve(code ?? 1));
  });
  if (exitCode !== 0) throw new TerraformError(messageOf(errors || output), `terraform ${args[0]}`, exitCode);
  return output;
}

/** Terraform's message without the box that it draws around it. */
function messageOf(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^[╷│╵] ?/, '').trimEnd());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
