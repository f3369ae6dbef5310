import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ReportedError } from '../../lib/core/reported-error';
import { planStack, runTerraform, runTerraformJson, terraformBinary } from '../../lib/terraform/cli';
import { TerraformDocumentError, TerraformError } from '../../lib/terraform/errors';

let folder: string;
const nameBefore = process.env.TERRAFORM_BINARY_NAME;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'terraform-cli-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  if (nameBefore === undefined) delete process.env.TERRAFORM_BINARY_NAME;
  else process.env.TERRAFORM_BINARY_NAME = nameBefore;
});

/** Installs a script as `TERRAFORM_BINARY_NAME`. */
function installBinary(script: string): NodeJS.ProcessEnv {
  const file = path.join(folder, 'tofu');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.TERRAFORM_BINARY_NAME = file;
  return { PATH: process.env.PATH };
}

test('the binary is terraform, or TERRAFORM_BINARY_NAME', () => {
  delete process.env.TERRAFORM_BINARY_NAME;
  expect(terraformBinary()).toBe('terraform');
  process.env.TERRAFORM_BINARY_NAME = 'tofu';
  expect(terraformBinary()).toBe('tofu');
});

test('runs a command in the folder, and returns its output', async () => {
  const environment = installBinary('echo "$1 in $(pwd)"');
  expect(await runTerraform(['version'], folder, environment)).toBe(`version in ${folder}\n`);
});

test('fails with the message of Terraform, without its frame', async () => {
  const environment = installBinary('printf "╷\\n│ Error: no state\\n│ \\n│ \\n│ \\n│ at all\\n╵\\n" >&2; exit 3');
  const failed = await runTerraform(['state', 'pull'], folder, environment).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(TerraformError);
  expect(failed).toMatchObject({ message: 'Error: no state\n\nat all', command: `${path.join(folder, 'tofu')} state`, exitCode: 1 });
});

test('fails with a reported error when the binary is not installed', async () => {
  process.env.TERRAFORM_BINARY_NAME = 'tofu-that-is-not-there';
  const failed = await runTerraform(['version'], folder, {}).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ReportedError);
  expect((failed as Error).message).toMatch(/^'tofu-that-is-not-there' was not found on PATH: /);
});

test('parses the JSON output, and returns undefined for empty output', async () => {
  expect(await runTerraformJson(['version'], folder, installBinary(`echo '{"a": [1]}'`))).toEqual({ a: [1] });
  expect(await runTerraformJson(['state', 'pull'], folder, installBinary('echo'))).toBeUndefined();
  const twice = runTerraformJson(['show'], folder, installBinary(`echo '{"a": 1, "a": 2}'`));
  await expect(twice).rejects.toThrow(TerraformDocumentError);
});

test('returns an incomplete plan with the error message, and deletes its file', async () => {
  const environment = installBinary(
    `case $1 in
init) ;;
plan) file=\${2#-out=}; echo "$file" >names; echo plan >"$file"; echo "Error: half" >&2; exit 1 ;;
show) test -f "$4" && echo '{"errored": true}' ;;
esac`,
  );
  const { json, error } = await planStack(folder, { environment });
  expect({ json, error }).toEqual({ json: { errored: true }, error: 'Error: half' });
  const [file] = (await runTerraform(['init'], folder, installBinary('cat names'))).split('\n');
  expect(path.basename(file!)).toBe('plan');
  await expect(runTerraform(['x'], folder, installBinary(`test -e "${file}"`))).rejects.toThrow(TerraformError);
});
