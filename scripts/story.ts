import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Files of this repository that make up an infrastructure repository. */
const PARTS = ['package.json', 'tsconfig.json', 'cdktf.json', 'lib', 'stacks', 'environments', 'bench', 'scripts'];

/** Copy of the environments with a week of changes to staging, for tests and for the screenshots of the preview guide. */
export class Story {
  public readonly folder = mkdtempSync(path.join(tmpdir(), 'story '));

  constructor(root: string) {
    for (const part of PARTS) cpSync(path.join(root, part), path.join(this.folder, part), { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(this.folder, 'node_modules'));
    writeFileSync(path.join(this.folder, '.gitignore'), 'node_modules\ndist\ncdktf.out\n.sandbox\n');
  }

  /**
   * Changes the machine type of a pool and a chart version, adds a connection, shortens snapshot retention, renames a construct, and deletes a namespace.
   */
  public change(): void {
    this.edit('environments/staging.ts', ["'e2-standard-4'", "'e2-standard-8'"], ['snapshotRetentionDays: 7', 'snapshotRetentionDays: 3']);
    this.edit('stacks/charts/search/Chart.yaml', [/^version: .*$/m, 'version: 0.2.0']);
    this.edit(
      'stacks/parking-apps.ts',
      ['ScheduledJob, ', ''],
      [/ {4}const statements = [\s\S]*?\n {4}}\);\n\n/, ''],
      [/ {4}billing\.allowFrom\(statements.*\n/, '    search.allowFrom(sessions);\n'],
      ["new Workload(this, 'Notifications', {", "new Workload(this, 'Notifier', { name: 'notifications',"],
    );
  }

  /** Adds the `moved` block for the renamed construct. */
  public move(moves: readonly { readonly from: string; readonly to: string }[]): void {
    const before = '    requirePlannableAtOnce(this);';
    this.edit('stacks/environment-stack.ts', [before, `    this.addOverride('moved', ${JSON.stringify(moves)});\n${before}`]);
  }

  public acknowledge(acknowledgements: readonly unknown[]): void {
    this.edit('environments/acknowledgements.ts', ['= [];', `= ${JSON.stringify(acknowledgements)};`]);
  }

  public read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private edit(file: string, ...replacements: readonly (readonly [string | RegExp, string])[]): void {
    let text = this.read(file);
    for (const [from, to] of replacements) {
      const next = text.replace(from, () => to);
      if (next === text) throw new Error(`${file} has nothing like ${from} any more: the story has to follow it`);
      text = next;
    }
    writeFileSync(path.join(this.folder, file), text);
  }
}
