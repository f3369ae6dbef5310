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

/** A program in place of Terraform, named by `TERRAFORM_BINARY_NAME`. */
function program(script: string): NodeJS.ProcessEnv {
  const file = path.join(folder, 'tofu');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.TERRAFORM_BINARY_NAME = file;
  return { PATH: process.env.PATH };
}

test('is terraform, or the program that TERRAFORM_BINARY_NAME names', () => {
  delete process.env.TERRAFORM_BINARY_NAME;
  expect(terraformBinary()).toBe('terraform');
  process.env.TERRAFORM_BINARY_NAME = 'tofu';
  expect(terraformBinary()).toBe('tofu');
});

test('runs in the folder, and returns what is printed', async () => {
  const environment = program('echo "$1 in $(pwd)"');
  expect(await runTerraform(['version'], folder, environment)).toBe(`version in ${folder}\n`);
});

test('fails with the message of the program, without its box', async () => {
  const environment = program('printf "╷\\n│ Error: no state\\n│ \\n│ \\n│ \\n│ at all\\n╵\\n" >&2; exit 3');
  const failed = await runTerraform(['state', 'pull'], folder, environment).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(TerraformError);
  expect(failed).toMatchObject({ message: 'Error: no state\n\nat all', command: `${path.join(folder, 'tofu')} state`, exitCode: 1 });
});

test('fails with a sentence when the program is not installed', async () => {
  process.env.TERRAFORM_BINARY_NAME = 'tofu-that-is-not-there';
  const failed = await runTerraform(['version'], folder, {}).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ReportedError);
  expect((failed as Error).message).toMatch(/^'tofu-that-is-not-there' was not found on PATH: /);
});

test('reads the JSON that is printed, or none', async () => {
  expect(await runTerraformJson(['version'], folder, program(`echo '{"a": [1]}'`))).toEqual({ a: [1] });
  expect(await runTerraformJson(['state', 'pull'], folder, program('echo'))).toBeUndefined();
  const twice = runTerraformJson(['show'], folder, program(`echo '{"a": 1, "a": 2}'`));
  await expect(twice).rejects.toThrow(TerraformDocumentError);
});

test('a plan that failed half-way is shown with the message, and its file is gone', async () => {
  const environment = program(
    `case $1 in
init) ;;
plan) file=\${2#-out=}; echo "$file" >names; echo plan >"$file"; echo "Error: half" >&2; exit 1 ;;
show) test -f "$4" && echo '{"errored": true}' ;;
esac`,
  );
  const { json, error } = await planStack(folder, { environment });
  expect({ json, error }).toEqual({ json: { errored: true }, error: 'Error: half' });
  const [file] = (await runTerraform(['init'], folder, program('cat names'))).split('\n');
  expect(path.basename(file!)).toBe('plan');
  await expect(runTerraform(['x'], folder, program(`test -e "${file}"`))).rejects.toThrow(TerraformError);
});
