import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Sandbox, type SandboxOptions } from '../../lib/sandbox';

/** A sandbox in which something is deployed once. Each test that starts from there has a copy of its own. */
export class DeployedSandbox {
  public static async make(deploy: (sandbox: Sandbox) => Promise<void>, options: SandboxOptions = {}): Promise<DeployedSandbox> {
    const deployed = new DeployedSandbox(options);
    const sandbox = await Sandbox.start({ ...options, directory: deployed.original });
    try {
      await deploy(sandbox);
    } finally {
      await sandbox.stop();
    }
    return deployed;
  }

  private readonly folder = mkdtempSync(path.join(tmpdir(), 'deployed-'));
  private readonly original = path.join(this.folder, 'original');
  private count = 0;

  private constructor(private readonly options: SandboxOptions) {}

  public async copy(): Promise<Sandbox> {
    const directory = path.join(this.folder, `copy-${this.count++}`);
    cpSync(this.original, directory, { recursive: true });
    return Sandbox.start({ ...this.options, directory });
  }

  /** Forgets all copies; they have to be stopped. */
  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
