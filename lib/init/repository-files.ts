import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder, readPackageJson } from './package-folder';

/** Content of files by their path in the repository. */
export type RepositoryFiles = Readonly<Record<string, string>>;

/** Workflows and scripts that a new repository shares with the repository of this library, unchanged but for the link to the guide. */
const SHARED: readonly string[] = [
  '.github/workflows/preview.yml',
  '.github/workflows/preview-plan.yml',
  '.github/workflows/deploy.yml',
  'scripts/ci/preview.sh',
  'scripts/ci/deploy.sh',
];

/** Packages that a new repository depends on, in the versions that this library is tested with. */
const DEPENDENCIES: readonly string[] = [
  '@cdktf/provider-google',
  '@cdktf/provider-helm',
  '@cdktf/provider-kubernetes',
  'cdktf',
  'constructs',
];
const DEV_DEPENDENCIES: readonly string[] = ['@swc/core', '@swc/jest', '@types/jest', '@types/node', 'cdktf-cli', 'jest', 'typescript'];

/** Names that a new repository cannot have: npm and Node would take it for one of its own dependencies. */
export function reservedNames(): readonly string[] {
  return [readPackageJson().name, ...DEPENDENCIES, ...DEV_DEPENDENCIES];
}

/**
 * Files of a new repository.
 *
 * @param name name of the repository
 * @param library version or `file:` path of this library, for `package.json`
 */
export function repositoryFiles(name: string, library: string): RepositoryFiles {
  const root = packageFolder();
  const template = path.join(root, 'template');
  const templates = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(template, path.join(entry.parentPath, entry.name)))
    .map((file) => [targetOf(file), readFileSync(path.join(template, file), 'utf8').replaceAll('__NAME__', name)] as const);
  const shared = SHARED.map((file) => [file, withGuide(readFileSync(path.join(root, file), 'utf8'))] as const);
  return { ...Object.fromEntries(templates), ...Object.fromEntries(shared), 'package.json': packageJson(name, library) };
}

/** npm leaves files named `.gitignore` out of packages, so the template is named without the dot. */
function targetOf(file: string): string {
  return file === 'gitignore' ? '.gitignore' : file.replaceAll('\\', '/');
}

function withGuide(text: string): string {
  return text.replaceAll('docs/github-actions.md', `node_modules/${readPackageJson().name}/docs/github-actions.md`);
}

function packageJson(name: string, library: string): string {
  const own = readPackageJson();
  const versions = (names: readonly string[]) =>
    Object.fromEntries(names.map((dependency) => [dependency, own.devDependencies[dependency]]));
  const json = {
    name,
    private: true,
    engines: own.engines,
    scripts: {
      build: 'tsc',
      types: 'tsc -p test',
      test: 'npm run types && jest --ci',
      sandbox: 'gke-platform sandbox',
    },
    dependencies: { ...versions(DEPENDENCIES), [own.name]: library },
    devDependencies: versions(DEV_DEPENDENCIES),
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}
