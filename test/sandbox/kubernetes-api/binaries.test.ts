import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubernetesBinaries, requireKubernetesBinaries } from '../../../lib/sandbox/kubernetes-api/binaries';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubernetes-binaries-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function install(place: string, ...programs: readonly string[]): string {
  const path = join(folder, place);
  mkdirSync(path, { recursive: true });
  for (const program of programs) {
    writeFileSync(join(path, program), '');
    chmodSync(join(path, program), 0o755);
  }
  return path;
}

test('binaries of KUBEBUILDER_ASSETS go before those on PATH', () => {
  const assets = install('assets', 'kube-apiserver', 'etcd');
  const path = install('path', 'kube-apiserver', 'kube-controller-manager', 'openssl');
  expect(findKubernetesBinaries({ KUBEBUILDER_ASSETS: assets, PATH: path }, 'linux')).toEqual({
    apiServer: join(assets, 'kube-apiserver'),
    etcd: join(assets, 'etcd'),
    controllerManager: join(path, 'kube-controller-manager'),
  });
});

test('kube-controller-manager is optional', () => {
  const PATH = install('path', 'kube-apiserver', 'etcd', 'openssl');
  expect(findKubernetesBinaries({ PATH }, 'linux').controllerManager).toBeUndefined();
  expect(() => requireKubernetesBinaries({ PATH })).not.toThrow();
});

const ENVTEST = 'export KUBEBUILDER_ASSETS=$(go run sigs.k8s.io/controller-runtime/tools/setup-envtest@latest use 1.34.x -p path)';

test('fails with the missing binaries and where to get them', () => {
  const PATH = install('path', 'openssl');
  expect(() => requireKubernetesBinaries({ PATH })).toThrow(
    `a real Kubernetes API server needs kube-apiserver and etcd: not found in KUBEBUILDER_ASSETS, which is not set, or on PATH. kube-apiserver and etcd come with: ${ENVTEST}; etcd is also Debian's package etcd-server`,
  );
});

test('fails with the folder of KUBEBUILDER_ASSETS when it lacks a binary', () => {
  const assets = install('assets', 'etcd');
  const PATH = install('path', 'openssl');
  expect(() => requireKubernetesBinaries({ KUBEBUILDER_ASSETS: assets, PATH })).toThrow(
    `a real Kubernetes API server needs kube-apiserver: not found in KUBEBUILDER_ASSETS (${assets}) or on PATH. kube-apiserver and etcd come with: ${ENVTEST}`,
  );
});

test('fails for a file that cannot be executed, and for a folder of that name', () => {
  const PATH = install('path', 'openssl');
  writeFileSync(join(PATH, 'etcd'), '');
  mkdirSync(join(PATH, 'kube-apiserver'));
  expect(() => requireKubernetesBinaries({ PATH })).toThrow('needs kube-apiserver and etcd: not found');
});

test('fails on Windows', () => {
  expect(() => findKubernetesBinaries({}, 'win32')).toThrow('a real Kubernetes API server needs Linux or macOS, and this is win32');
});
