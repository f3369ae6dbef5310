import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const LIB = path.join(__dirname, '../../lib');

/** Inputs of `JSON.parse`, by file. None of them is JSON of Terraform. */
const PARSED: Readonly<Record<string, readonly string[]>> = {
  'artifact/comment.ts': ['answer of the API of GitHub'],
  'cli/redacted-output.ts': ['report of this library, as it is written'],
  'core/process-identity.ts': ['identity of a process, as it was saved'],
  'guard/identity/iam-grant.ts': ['text of an argument: an IAM policy'],
  'init/library-tarball.ts': ['package.json in a packed library'],
  'init/package-folder.ts': ['package.json of the library'],
  'operations/secrets/secret-manager.ts': ['answer of Secret Manager', 'error of Secret Manager'],
  'policy/iam-grants.ts': ['text of an argument: an IAM policy'],
  'recovery/recovery-report.ts': ['report of a recovery VM'],
  'redaction/encodings.ts': ['escapes of a text'],
  'reachability/compare.ts': ['key of a map of its own'],
  'reachability/services.ts': ['text of an annotation'],
  'sandbox/bindings.ts': ['package.json of the bindings'],
  'sandbox/google-api/discovery.ts': ["Google's discovery documents"],
  'sandbox/kubernetes-api/api-client.ts': ['answer of a Kubernetes API server', 'error of a Kubernetes API server'],
  'sandbox/kubernetes-api/request-recorder.ts': ['event of the audit log of an API server'],
  'sandbox/local-server.ts': ['request to a simulated API'],
  'sandbox/provider.ts': ['private data of the provider protocol'],
  'sandbox/saved-json.ts': ['files of the sandbox, as they were saved'],
  'sandbox/state-store.ts': ['metadata of an upload to Cloud Storage', 'lock of a state'],
  'sandbox/terraform-state.ts': ['state, which Terraform reads itself', 'private data of a simulated provider'],
  'sandbox/types/monitoring.ts': ['text of an argument: a dashboard', 'the other dashboard'],
  'sandbox/value-codec.ts': ['value of the provider protocol'],
  'sandbox/vms/vm-client.ts': ['answer of the service of the VMs'],
};

test('JSON of Terraform is parsed only in lib/terraform', () => {
  const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const calls = files
    .map(
      (file) =>
        [file.split(path.sep).join('/'), readFileSync(path.join(LIB, file), 'utf8').match(/\bJSON\s*\.parse\b/g)?.length ?? 0] as const,
    )
    .filter(([file, count]) => count > 0 && !file.startsWith('terraform/'));
  const expected = Object.entries(PARSED).map(([file, reasons]) => [file, reasons.length] as const);
  expect(Object.fromEntries(calls)).toEqual(Object.fromEntries(expected));
});
