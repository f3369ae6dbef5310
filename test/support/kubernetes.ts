import { findKubernetesBinaries, type KubernetesBinaries } from '../../lib/sandbox/kubernetes-api/binaries';

/**
 * `describe`, for tests that run a real Kubernetes API server: with kube-apiserver and etcd from `KUBEBUILDER_ASSETS` or PATH. Where they
 * are missing the tests are skipped, and a line says so; with `REQUIRE_KUBERNETES=1` they fail instead.
 */
export function describeWithKubernetes(name: string, tests: (binaries: KubernetesBinaries) => void): void {
  try {
    const binaries = findKubernetesBinaries();
    describe(name, () => tests(binaries));
  } catch (error) {
    const { message } = error as Error;
    if (process.env.REQUIRE_KUBERNETES === '1') {
      test(`${name}: a real API server can run`, () => {
        throw new Error(`REQUIRE_KUBERNETES=1, and ${message}`);
      });
    } else {
      describe.skip(name, () => tests({ apiServer: '', etcd: '' }));
      process.stderr.write(`the tests of '${name}' are skipped: ${message}\n`);
    }
  }
}
