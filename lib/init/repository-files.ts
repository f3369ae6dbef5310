import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findPackageFolder, readPackageJson } from './package-folder';

/** Content of files by their path in the repository. */
export type RepositoryFiles = Readonly<Record<string, string>>;

/** Workflows and scripts that a new repository shares with the repository of this library, unchanged but for the link to the guide. */
const SHARED: readonly string[] = [
  '.github/workflows/preview.yml',
  '.github/workflows/preview-plan.yml',
  '.github/workflows/deploy.yml',
  '.github/workflows/drill.yml',
  'scripts/ci/preview.sh',
  'scripts/ci/bundle-report.sh',
  'scripts/ci/deploy.sh',
  'scripts/ci/drill.sh',
  'scripts/ci/drill-alert.sh',
  'scripts/ci/log.sh',
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

/** Lists names that a new repository cannot have, because npm and Node would resolve them to its dependencies. */
export function listReservedNames(): readonly string[] {
  return [readPackageJson().name, ...DEPENDENCIES, ...DEV_DEPENDENCIES];
}

/**
 * Renders the files of a new repository.
 *
 * @param name name of the repository
 * @param library version or `file:` path of this library, for `package.json`
 */
export function renderRepository(name: string, library: string): RepositoryFiles {
  const root = findPackageFolder();
  const template = path.join(root, 'template');
  const templates = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(template, path.join(entry.parentPath, entry.name)))
    .map((file) => [resolveTarget(file), readFileSync(path.join(template, file), 'utf8').replaceAll('__NAME__', name)] as const);
  const shared = SHARED.map((file) => [file, linkGuide(readFileSync(path.join(root, file), 'utf8'))] as const);
  return { ...Object.fromEntries(templates), ...Object.fromEntries(shared), 'package.json': renderPackageJson(name, library) };
}

/** Resolves the path in the repository. npm excludes files named `.gitignore` from packages, so the template has no dot. */
function resolveTarget(file: string): string {
  return file === 'gitignore' ? '.gitignore' : file.replaceAll('\\', '/');
}

function linkGuide(text: string): string {
  return text.replaceAll('docs/github-actions.md', `node_modules/${readPackageJson().name}/docs/github-actions.md`);
}

function renderPackageJson(name: string, library: string): string {
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
