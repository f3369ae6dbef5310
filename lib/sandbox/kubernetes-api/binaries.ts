import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { SandboxError } from '../sandbox-error';

/** Paths of the control plane's binaries. */
export interface KubernetesBinaries {
  readonly apiServer: string;
  readonly etcd: string;

  /** kube-controller-manager, which envtest does not include. @default - the sandbox's own controllers run instead */
  readonly controllerManager?: string;
}

/** Newest minor version that both GKE and envtest offer. */
const VERSION = '1.34';

/**
 * Finds the control plane's binaries, in `KUBEBUILDER_ASSETS` and then on PATH.
 *
 * @throws SandboxError with the missing binaries and where to get them
 */
export function findKubernetesBinaries(
  environment: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): KubernetesBinaries {
  if (platform === 'win32') throw new SandboxError(`a real Kubernetes API server needs Linux or macOS, and this is ${platform}`);
  const assets = environment.KUBEBUILDER_ASSETS ? [resolve(environment.KUBEBUILDER_ASSETS)] : [];
  const folders = [...assets, ...(environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')];
  const find = (name: string): string | undefined => folders.map((folder) => join(folder, name)).find(isProgram);

  const apiServer = find('kube-apiserver');
  const etcd = find('etcd');
  const openssl = find('openssl');
  if (apiServer && etcd && openssl) return { apiServer, etcd, controllerManager: find('kube-controller-manager') };
  const missing = Object.entries({ 'kube-apiserver': apiServer, etcd, openssl }).flatMap(([name, path]) => (path ? [] : [name]));
  const assetsState = assets.length > 0 ? `in KUBEBUILDER_ASSETS (${assets[0]})` : 'in KUBEBUILDER_ASSETS, which is not set,';
  throw new SandboxError(
    `a real Kubernetes API server needs ${missing.join(' and ')}: not found ${assetsState} or on PATH. ${sources(missing)}`,
  );
}

/**
 * Checks that the control plane's binaries are installed.
 *
 * @throws SandboxError with the missing binaries and where to get them
 */
export function requireKubernetesBinaries(environment: NodeJS.ProcessEnv = process.env): void {
  findKubernetesBinaries(environment);
}

function sources(missing: readonly string[]): string {
  const envtest = `export KUBEBUILDER_ASSETS=$(go run sigs.k8s.io/controller-runtime/tools/setup-envtest@latest use ${VERSION}.x -p path)`;
  const sentences: string[] = [];
  if (missing.includes('kube-apiserver') || missing.includes('etcd')) sentences.push(`kube-apiserver and etcd come with: ${envtest}`);
  if (missing.includes('etcd')) sentences.push("etcd is also Debian's package etcd-server");
  if (missing.includes('openssl')) sentences.push('openssl is a package of that name');
  return sentences.join('; ');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
