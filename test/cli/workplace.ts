import { type ChildProcess, execFile, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const COMMAND = path.join(ROOT, 'dist/lib/cli/main.js');

/** Result of a command in a child process. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command, as `command-lines.js` describes it. */
export interface DescribedCommand {
  readonly words: readonly string[];

  /** Those that take a value. */
  readonly options: readonly string[];

  /** Number of required arguments. */
  readonly required: number;
  readonly isVariadic: boolean;
}

/** Result of a command line, and the files that it left beside the project or in it. */
export type Outcome = Run & { readonly left: readonly string[] };

/** Many command lines in one process, one after the other. */
export class CommandLines {
  public static async start(child: ChildProcess): Promise<CommandLines> {
    const [commands] = await once(child, 'message');
    return new CommandLines(child, commands);
  }

  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly child: ChildProcess,
    public readonly commands: readonly DescribedCommand[],
  ) {}

  public run(words: readonly string[]): Promise<Outcome> {
    const outcome = this.last.then(async () => {
      this.child.send(words);
      const [answer] = await once(this.child, 'message');
      return answer as Outcome;
    });
    this.last = outcome;
    return outcome;
  }

  public end(): void {
    this.child.kill('SIGKILL');
  }
}

/** Folder with a project and its synthesized output, in which `gke-platform` is run; beside it what belongs to others. */
export class Workplace {
  public static make(): Workplace {
    const workplace = new Workplace(mkdtempSync(path.join(tmpdir(), 'workplace-')));
    workplace.fill();
    return workplace;
  }

  private constructor(public readonly root: string) {}

  /** A path beside the project, as it is typed: `.` and `..` stay. */
  public at(name: string): string {
    return /^\.\.?$/.test(name) ? name : path.join(this.root, name);
  }

  /** Writes a file beside the project; returns its path. */
  public write(name: string, text: string): string {
    writeFileSync(this.at(name), text);
    return this.at(name);
  }

  /** Runs `gke-platform`. A run that waits for something is ended, and has no status. */
  public run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
    return this.node([COMMAND, ...args], environment);
  }

  /** Starts `command-lines.js`, which runs many command lines in one process. */
  public commandLines(environment: NodeJS.ProcessEnv): Promise<CommandLines> {
    const options = { cwd: this.at('project'), env: this.environment(environment) };
    return CommandLines.start(
      fork(path.join(__dirname, 'command-lines.js'), [this.root], { ...options, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    );
  }

  /** Runs a program of this repository. */
  public node(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
    const env = this.environment(environment);
    return new Promise((done) => {
      const child = execFile(process.execPath, words, { cwd: this.at('project'), timeout: 120_000, env }, (_error, stdout, stderr) =>
        done({ status: child.exitCode, stdout, stderr }),
      );
      child.stdin?.end();
    });
  }

  /** Content of everything that belongs to others, and the names in the project. */
  public precious(): unknown {
    return {
      stranger: readdirSync(this.at('stranger'), { recursive: true, encoding: 'utf8' }).sort(),
      photo: readFileSync(this.at('stranger/stacks/album/photo'), 'utf8'),
      manifest: readFileSync(this.at('stranger/manifest.json'), 'utf8'),
      file: readFileSync(this.at('file'), 'utf8'),
      isPipe: lstatSync(this.at('fifo')).isFIFO(),
      project: readdirSync(this.at('project')).sort(),
    };
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private environment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const { TF_CLI_CONFIG_FILE: _, GKE_PLATFORM_SANDBOX: __, CDKTF_OUTDIR: ___, ...inherited } = process.env;
    return { ...inherited, HOME: this.at('home'), CHECKPOINT_DISABLE: '1', NO_COLOR: '1', ...more };
  }

  private fill(): void {
    for (const folder of ['project', 'home', 'stranger/stacks/album', 'stranger/work/staging'])
      mkdirSync(this.at(folder), { recursive: true });
    this.write('stranger/stacks/album/photo', 'precious');
    this.write('stranger/manifest.json', '{"name":"an app of the web"}');
    this.write('stranger/lock', '');
    this.write('stranger/work/staging/notes', 'precious');
    this.write('file', 'precious');
    execFileSync('mkfifo', [this.at('fifo')]);
    execFileSync(process.execPath, [path.join(ROOT, 'dist/environments/main.js')], {
      env: { ...process.env, CDKTF_OUTDIR: this.at('output') },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.write('project/cdktf.json', '{"app":"true"}');
    this.write('project/plan.json', '{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[],"configuration":{}}');
    cpSync(this.at('output/stacks/staging/cdk.tf.json'), this.at('project/cdk.tf.json'));
  }
}
