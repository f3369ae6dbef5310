import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTerraform, showPlan } from '../../lib/terraform/cli';
import { TerraformDocument } from '../../lib/terraform/document';
import { TerraformDocumentError } from '../../lib/terraform/errors';
import { parseJson } from '../../lib/terraform/json';
import { Plan } from '../../lib/terraform/plan';
import { describeWithTerraform } from '../support/terraform';

const ENVIRONMENT = { ...process.env, CHECKPOINT_DISABLE: '1' };

/** Addresses that Terraform plans to create; its provider `terraform_data` is built in. */
async function planned(text: string): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'configuration-'));
  try {
    writeFileSync(path.join(folder, 'main.tf.json'), text);
    await runTerraform(['init', '-input=false', '-no-color'], folder, ENVIRONMENT);
    await runTerraform(['plan', '-out=plan', '-input=false', '-no-color'], folder, ENVIRONMENT);
    return Plan.read(await showPlan('plan', folder, ENVIRONMENT)).changes.map(({ address }) => address);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const read = (text: string): string[] => TerraformDocument.read(parseJson(text)).resources.map(({ address }) => address);

describeWithTerraform('configurations in JSON', () => {
  test.each([
    ['types, names and bodies in lists', '{"resource": [{"terraform_data": [{"A": [{"input": "x"}]}]}, {"terraform_data": {"B": {}}}]}'],
    [
      'settings and locals in lists',
      '{"terraform": [{"required_version": ">= 1"}], "locals": [{"a": 1}, {"b": 2}], "resource": {"terraform_data": {"A": {}}}}',
    ],
    ['any value in an argument of any type', '{"resource": {"terraform_data": {"A": {"//": "note", "input": [[{"a": 1}], null]}}}}'],
  ])('%s are read as Terraform reads them', async (_, text) => {
    expect(read(text)).toEqual(await planned(text));
  });

  test.each([
    ['a type that comes twice', '{"resource": {"terraform_data": {"A": {}}}, "resource": {"terraform_data": {"B": {}}}}', 2],
    ['a body in a list in a list', '{"resource": {"terraform_data": {"A": [[{"input": "x"}]]}}}', 1],
    ['a nested block in a list in a list', '{"resource": {"terraform_data": {"A": {"lifecycle": [[{"ignore_changes": ["input"]}]]}}}}', 1],
    ['a nested block that is null in a list', '{"resource": {"terraform_data": {"A": {"lifecycle": [null]}}}}', 1],
    ['a list at the top', '[{"resource": {"terraform_data": {"A": {}}}}]', 1],
  ])('%s, which Terraform takes, is refused', async (_, text, count) => {
    expect(await planned(text)).toHaveLength(count);
    expect(() => read(text)).toThrow(TerraformDocumentError);
  });
});
