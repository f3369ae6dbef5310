import { RefusedError } from '../core/reported-error';
import { SANDBOX_VARIABLE } from '../operations/shell/sandbox-shell';

/**
 * Endpoint of a Google API, with a slash at its end.
 *
 * @param variable environment variable that replaces the endpoint
 * @param google endpoint of Google's own
 * @throws RefusedError in a sandbox without this API: a command there never talks to Google
 */
export function readEndpoint(environment: NodeJS.ProcessEnv, variable: string, google: string): string {
  const [endpoint, sandbox] = [environment[variable], environment[SANDBOX_VARIABLE]];
  if (!endpoint && sandbox) throw new RefusedError(`the sandbox in ${sandbox} runs no VMs: begin it with --vms`);
  return (endpoint || google).replace(/\/*$/, '/');
}
