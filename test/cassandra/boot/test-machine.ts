import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startupScript } from '../../../lib/cassandra/boot/startup-script';
import type { CassandraConfiguration } from '../../../lib/cassandra/cassandra-configuration';
import { CONFIGURATION } from '../node-configuration';

/** Result of a phase of the startup script. */
export interface PhaseResult {
  readonly status: number | null;

  /** The state it reported, for example `refused: ...`; the last one, when there were several. */
  readonly state: string | undefined;

  /** Guest attributes by name, each as it was set last. */
  readonly attributes: Readonly<Record<string, string>>;

  /** Side effects on the VM, one line per command. */
  readonly journal: readonly string[];

  /** Standard output and standard error. */
  readonly output: string;
}

/**
 * Folder that stands for a VM, in which phases of the real startup script run. Commands that would change the host
 * are shell functions that a test gives; `journal WORDS` leaves a line in the result.
 */
export class TestMachine {
  public readonly root = mkdtempSync(join(tmpdir(), 'machine-'));
  private readonly script: string;

  /** @param subject the script itself, or in what its node differs from the one of the tests */
  constructor(subject: string | Partial<CassandraConfiguration> = {}) {
    for (const folder of ['run', 'var/lib/cassandra', 'etc/cassandra', 'usr/sbin', 'usr/local/sbin', 'attributes', 'proc']) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    const script = typeof subject === 'string' ? subject : startupScript({ ...CONFIGURATION, ...subject });
    this.script = script
      .slice(0, script.indexOf('\nphase heed_operator'))
      .replaceAll(/(?<![\w./-])\/(run|etc|var|usr|proc)(?=\/)/g, (_, folder) => `${this.root}/${folder}`)
      .replaceAll('mktemp -p /run', `mktemp -p ${this.root}/run`);
  }

  /** Path of a file of the VM. */
  public path(file: string): string {
    return join(this.root, file);
  }

  public read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  /** Runs phases, or any other shell, after the script's functions and the test's. */
  public run(phases: string, fakes = '', environment: Readonly<Record<string, string>> = {}): PhaseResult {
    const journal = this.path('journal');
    rmSync(journal, { force: true });
    const input = `${this.script}
      journal() { echo "$*" >>'${journal}'; }
      guest_attribute() { printf '%s' "$2" >'${this.root}/attributes/'"$1"; }
      need_package() { :; }
      nft() { journal "nft $*"; ! [[ $* == list* ]]; }
      systemd-run() { journal 'again in two minutes'; }
      ${fakes}
      ${phases
        .split('\n')
        .map((line) => (/^[a-z_]+$/.test(line.trim()) ? `phase ${line.trim()}` : line))
        .join('\n')}
    `;
    const { status, stdout, stderr } = spawnSync('bash', {
      input,
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });
    const attributes = spawnSync(
      'sh',
      ['-c', `cd '${this.root}/attributes' && for f in *; do [ -f "$f" ] && echo "$f=$(cat "$f")"; done`],
      {
        encoding: 'utf8',
      },
    ).stdout;
    const byName = Object.fromEntries(
      attributes
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    return {
      status,
      state: byName.state,
      attributes: byName,
      journal: existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : [],
      output: stdout + stderr,
    };
  }

  public remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
