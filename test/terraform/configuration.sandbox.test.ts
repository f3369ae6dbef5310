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

/** Plans a configuration, and returns the addresses that Terraform would create. `terraform_data` needs no provider plugin. */
async function planAddresses(text: string): Promise<string[]> {
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

describeWithTerraform('JSON configurations', () => {
  test.each([
    ['types, names and bodies in lists', '{"resource": [{"terraform_data": [{"A": [{"input": "x"}]}]}, {"terraform_data": {"B": {}}}]}'],
    [
      'settings and locals in lists',
      '{"terraform": [{"required_version": ">= 1"}], "locals": [{"a": 1}, {"b": 2}], "resource": {"terraform_data": {"A": {}}}}',
    ],
    ['an argument of any type', '{"resource": {"terraform_data": {"A": {"//": "note", "input": [[{"a": 1}], null]}}}}'],
  ])('%s: read as Terraform reads it', async (_, text) => {
    expect(read(text)).toEqual(await planAddresses(text));
  });

  test.each([
    ['a duplicate type', '{"resource": {"terraform_data": {"A": {}}}, "resource": {"terraform_data": {"B": {}}}}', 2],
    ['a body in a nested list', '{"resource": {"terraform_data": {"A": [[{"input": "x"}]]}}}', 1],
    ['a nested block in a nested list', '{"resource": {"terraform_data": {"A": {"lifecycle": [[{"ignore_changes": ["input"]}]]}}}}', 1],
    ['null in a list of nested blocks', '{"resource": {"terraform_data": {"A": {"lifecycle": [null]}}}}', 1],
    ['a list at the top level', '[{"resource": {"terraform_data": {"A": {}}}}]', 1],
  ])('fails on %s, which Terraform accepts', async (_, text, count) => {
    expect(await planAddresses(text)).toHaveLength(count);
    expect(() => read(text)).toThrow(TerraformDocumentError);
  });
});
