import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder in place of the root of a VM, in which Python scripts of a node run. */
export class ScriptMachine {
  public readonly root = mkdtempSync(join(tmpdir(), 'scripts-'));

  /** Loopback addresses that only this instance uses. */
  public readonly addresses = Array.from({ length: 3 }, () => `127.${[1, 2, 3].map(() => 1 + Math.floor(Math.random() * 250)).join('.')}`);

  public write(path: string, content: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      content.replaceAll(/(?<=')\/(?:etc|usr)\//g, (folder) => this.root + folder),
      { mode: 0o755 },
    );
  }

  public run(
    path: string,
    words: readonly string[],
    { stdin = '', path: extraPath = '' } = {},
  ): Promise<{ status: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const child = execFile(
        'python3',
        [join(this.root, path), ...words],
        { env: { ...process.env, PATH: `${extraPath}:${process.env.PATH}` } },
        (_, stdout, stderr) => resolve({ status: child.exitCode ?? -1, stdout, stderr }),
      );
      child.stdin!.end(stdin);
    });
  }

  public remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
