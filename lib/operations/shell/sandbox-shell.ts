import { SandboxError } from '../../sandbox/sandbox-error';
import type { RingNode } from '../ring';
import { type NodeShell, quoted, type ShellAnswer, UnreachableError } from './node-shell';

/** Variable with the folder of the sandbox that a command runs in, which the sandbox sets. */
export const SANDBOX_VARIABLE = 'GKE_PLATFORM_SANDBOX';

/** VMs that run on this machine: those of a sandbox, or of a `LocalComputeEngine`. */
export interface LocalVms {
  exec(vm: string, script: string): Promise<ShellAnswer>;
}

/** Status of a command on a VM that does not run. */
const NOTHING_TO_RUN_ON = 255;

/** Reaches the VMs of a sandbox. */
export class SandboxShell implements NodeShell {
  constructor(private readonly vms: LocalVms) {}

  public async run({ vm }: RingNode, script: string, timeoutSeconds = 60): Promise<ShellAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new UnreachableError(`no answer within ${timeoutSeconds} s`)), timeoutSeconds * 1000);
    });
    try {
      const answer = await Promise.race([this.vms.exec(vm, script), late]);
      if (answer.status !== NOTHING_TO_RUN_ON) return answer;
      throw new UnreachableError(answer.stderr.trim() || 'the VM does not run');
    } catch (error) {
      // There is no such VM, or nothing runs VMs any more.
      const { code, message } = error as NodeJS.ErrnoException;
      throw error instanceof SandboxError || code !== undefined ? new UnreachableError(message) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  public typed({ vm }: RingNode, script: string): string {
    return `gke-platform vm exec ${vm} -- ${/^[\w./ -]+$/.test(script) ? script : `bash -c ${quoted(script)}`}`;
  }
}
