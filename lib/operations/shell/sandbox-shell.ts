import { shellWord } from '../../core/quote';
import { SandboxError } from '../../sandbox/sandbox-error';
import type { RingNode } from '../ring';
import { type NodeShell, type ShellAnswer, UnreachableError } from './node-shell';

/** Environment variable with the folder of the sandbox that the command runs in; set by the sandbox. */
export const SANDBOX_VARIABLE = 'GKE_PLATFORM_SANDBOX';

/** VMs on this machine: those of a sandbox, or of a `LocalComputeEngine`. */
export interface LocalVms {
  exec(vm: string, script: string): Promise<ShellAnswer>;
}

/** Exit code for a VM that is not running. */
const VM_NOT_RUNNING = 255;

/** Shell on the VMs of a sandbox. */
export class SandboxShell implements NodeShell {
  constructor(private readonly vms: LocalVms) {}

  public async run({ vm }: RingNode, script: string, timeoutSeconds = 60): Promise<ShellAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new UnreachableError(`no answer within ${timeoutSeconds} s`)), timeoutSeconds * 1000);
    });
    try {
      const answer = await Promise.race([this.vms.exec(vm, script), late]);
      if (answer.status !== VM_NOT_RUNNING) return answer;
      throw new UnreachableError(answer.stderr.trim() || 'the VM is not running');
    } catch (error) {
      // The VM does not exist, or the VM service has ended.
      const { code, message } = error as NodeJS.ErrnoException;
      throw error instanceof SandboxError || code !== undefined ? new UnreachableError(message) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  public formatCommand({ vm }: RingNode, script: string): string {
    return `gke-platform vm exec ${shellWord(vm)} -- ${/^[\w./ -]+$/.test(script) ? script : `bash -c ${shellWord(script)}`}`;
  }
}
