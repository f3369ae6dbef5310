import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describeWithTerraform } from '../support/terraform';
import { Consumer, run } from './consumer';

const NAME = 'tickets';
const INSTALL = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];

/** Commands of a text, without their comments. */
function commandsIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/ +#.*$/, '').trim())
    .filter((line) => /^(npm|npx) /.test(line));
}

describeWithTerraform('gke-platform init', () => {
  let consumer: Consumer;
  let printed: string;
  beforeAll(() => {
    consumer = Consumer.install();
    const init = ['--no-install', 'gke-platform', 'init', NAME, '--library', consumer.tarball];
    printed = run('npx', init, { cwd: consumer.folder });
    run('npm', INSTALL, { cwd: consumer.path(NAME) });
  }, 1_200_000);
  afterAll(() => consumer?.remove());

  const read = (file: string): string => readFileSync(consumer.path(NAME, file), 'utf8');
  const type = (command: string): string => run('bash', ['-c', command], { cwd: consumer.path(NAME) });

  test('prints commands that the README of the new repository explains', () => {
    expect(printed).toMatch(/^Created tickets \(27 files\)\. Next steps:\n\n {2}cd tickets\n/);
    expect(commandsIn(printed)).toEqual(commandsIn(/```sh\n([\s\S]*?)```/.exec(read('README.md'))![1]!));
  });

  test('a new repository deploys with every command of its README, and a second deploy changes nothing', () => {
    const commands = [...read('README.md').matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => commandsIn(block!));
    expect(commands[0]).toBe('npm install');
    const outputs = Object.fromEntries(commands.slice(1).map((command) => [command, type(command)]));

    const deploy = 'npm run sandbox -- npx cdktf deploy staging --auto-approve';
    expect(outputs['npm test']).toContain('jest --ci');
    expect(outputs[deploy]).toMatch(/Apply complete! Resources: [1-9]\d* added, 0 changed, 0 destroyed/);
    expect(outputs['npx gke-platform reach staging']).toMatch(/\bweb\b[\s\S]*\bapi\b/);
    expect(type('npx gke-platform check staging')).toContain('0 errors, 0 warnings, 0 waived');
    expect(type(deploy)).toContain('Apply complete! Resources: 0 added, 0 changed, 0 destroyed');
  }, 1_200_000);

  test('synthesizes both environments for a preview, as its workflow does', () => {
    const [command] = /npx gke-platform artifact pack .*/.exec(read('.github/workflows/preview.yml'))!;
    type(command);
    expect(readdirSync(consumer.path(NAME, 'artifact/stacks')).sort()).toEqual(['production', 'staging']);
  });

  test('files that it names are installed', () => {
    const texts = [...['ci', 'preview', 'preview-plan', 'deploy'].map((name) => `.github/workflows/${name}.yml`), 'README.md'].map(read);
    const named = texts.flatMap((text) => text.match(/node_modules\/cdktf-gke-platform\/[\w./-]*\w/g) ?? []);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((file) => !existsSync(consumer.path(NAME, file)))).toEqual([]);
  });

  test('is refused where a file exists already', () => {
    const again = () => run('npx', ['--no-install', 'gke-platform', 'init', NAME], { cwd: consumer.folder });
    expect(again).toThrow(/'tickets' cannot be used for a new repository: it holds '[^']+'/);
  });
});
