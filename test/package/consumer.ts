import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const ROOT = join(__dirname, '../..');

/** Runs a program; what it wrote to both streams is in the error when it fails. */
export function run(program: string, args: string[], options: Partial<ExecFileSyncOptionsWithStringEncoding> = {}): string {
  try {
    return execFileSync(program, args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 28, ...options });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')}\n${stdout}\n${stderr}`);
  }
}

/** Runs a script with this Node. */
export function node(args: string[], options: Partial<ExecFileSyncOptionsWithStringEncoding> = {}): string {
  return run(process.execPath, args, options);
}

/** The entry point of a development tool of this repository. */
export function tool(path: string): string {
  return join(ROOT, 'node_modules', path);
}

/** Optional peer dependencies, for stacks and the sandbox. */
export const BINDINGS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries<string>(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).peerDependencies).filter(([name]) =>
    name.startsWith('@cdktf/'),
  ),
);

/** Another repository that uses the packed library: a folder with a package.json of its own. */
export class Consumer {
  /**
   * Packs what `npm run build` left in dist, and installs it.
   *
   * @param packageJson content of `package.json`; by default, the bindings are dependencies
   */
  public static install(packageJson: object = { dependencies: BINDINGS }): Consumer {
    const consumer = new Consumer(realpathSync(mkdtempSync(join(tmpdir(), 'consumer-'))));
    const [{ filename }] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', consumer.folder]));
    consumer.tarball = join(consumer.folder, filename);
    consumer.write('package.json', JSON.stringify({ name: 'consumer', private: true, ...packageJson }));
    run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`], { cwd: consumer.folder });
    return consumer;
  }

  public tarball = '';

  private constructor(public readonly folder: string) {}

  public path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  public write(file: string, content: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), content);
  }

  /** Takes a folder of this repository over, as another repository would have it: the library is imported as a package. */
  public copy(folder: string, to = folder): void {
    cpSync(join(ROOT, folder), this.path(to), { recursive: true });
    for (const file of readdirSync(this.path(to)).filter((name) => name.endsWith('.ts'))) {
      const path = this.path(to, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/'(\.\.\/)+lib(\/[^']*)?'/g, "'cdktf-gke-platform'"));
    }
  }

  /** Compiles strictly, library declarations included, into `out`. */
  public compile(...files: string[]): void {
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2023'],
      module: 'node16',
      strict: true,
      skipLibCheck: false,
      rootDir: '.',
      outDir: 'dist',
      types: ['node', 'jest'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
    };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
    node([tool('typescript/bin/tsc')], { cwd: this.folder });
  }

  /** Runs a compiled app and returns the stacks it synthesized, by id. */
  public synth(app: string): Record<string, unknown> {
    return synth(this.path('dist', app), this.path('cdktf.out'), this.folder);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs an app that was compiled and returns the stacks it synthesized, by id. */
export function synth(app: string, outdir: string, cwd = ROOT): Record<string, unknown> {
  node([app], { cwd, env: { ...process.env, CDKTF_OUTDIR: outdir } });
  const stacks = join(outdir, 'stacks');
  return Object.fromEntries(readdirSync(stacks).map((id) => [id, JSON.parse(readFileSync(join(stacks, id, 'cdk.tf.json'), 'utf8'))]));
}
