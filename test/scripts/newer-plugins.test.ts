import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newerPlugins, pluginFolders } from '../../scripts/newer-plugins';

const required = {
  google: { source: 'google', version: '6.50.0' },
  helm: { source: 'hashicorp/helm', version: '3.1.1' },
  kubernetes: { source: 'kubernetes', version: '2.38.0' },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugins-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function install(name: string, ...versions: string[]): void {
  for (const version of versions) mkdirSync(join(folder, 'registry.terraform.io/hashicorp', name, version), { recursive: true });
}

test('the newest release of each newer major version is found, and the next of the same one', () => {
  install('google', '6.49.0', '6.50.0', '7.9.0', '7.45.0', '8.0.0', '9.0.0-beta1');
  install('helm', '3.1.1', '3.1.2');
  install('kubernetes', '2.38.0');
  expect(newerPlugins(required, [folder])).toEqual([{ google: '7.45.0', helm: '3.1.2' }, { google: '8.0.0' }]);
});

test('archives are found as well as folders', () => {
  mkdirSync(join(folder, 'registry.terraform.io/hashicorp/kubernetes'), { recursive: true });
  writeFileSync(join(folder, 'registry.terraform.io/hashicorp/kubernetes/terraform-provider-kubernetes_3.2.1_linux_amd64.zip'), '');
  expect(newerPlugins(required, [join(folder, 'absent'), folder])).toEqual([{ kubernetes: '3.2.1' }]);
});

test('finds nothing when only the required versions are installed', () => {
  install('google', '6.50.0');
  expect(newerPlugins(required, [folder])).toEqual([]);
});

test("filesystem mirrors in Terraform's configuration replace its default folders", () => {
  const file = join(folder, 'terraform.rc');
  expect(pluginFolders({ TF_CLI_CONFIG_FILE: file, XDG_DATA_HOME: '/data', XDG_DATA_DIRS: '/more' }).slice(1)).toEqual([
    '/data/terraform/plugins',
    '/more/terraform/plugins',
  ]);
  writeFileSync(
    file,
    'provider_installation {\n  filesystem_mirror {\n    path    = "/mirror"\n    include = ["*/*"]\n  }\n  filesystem_mirror {\n    path = "/other"\n  }\n  direct {}\n}\n',
  );
  expect(pluginFolders({ TF_CLI_CONFIG_FILE: file })).toEqual(['/mirror', '/other']);
});
