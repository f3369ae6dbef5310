import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, TerraformOutput, TerraformStack, TerraformVariable } from 'cdktf';
import { requireText } from '../../lib/core/template-text';
import { runTerraform, showPlan } from '../../lib/terraform/cli';
import { HOSTILE_TEXTS } from '../support/hostile-texts';
import { Synthesized } from '../support/synthesized';
import { describeWithTerraform } from '../support/terraform';

const ENVIRONMENT = { ...process.env, CHECKPOINT_DISABLE: '1' };
// Terraform takes minutes for 100 kB in the formatted plan.
const TEXTS = Object.values(HOSTILE_TEXTS).filter(({ length }) => length < 10_000);

/** Plans a stack, and returns the planned values of its outputs. */
async function planOutputs(stack: TerraformStack): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'template-text-'));
  try {
    writeFileSync(path.join(folder, 'main.tf.json'), JSON.stringify(Synthesized.from(stack).json));
    await runTerraform(['init', '-input=false', '-no-color'], folder, ENVIRONMENT);
    await runTerraform(['plan', '-out=plan', '-input=false', '-no-color'], folder, ENVIRONMENT);
    const plan = (await showPlan('plan', folder, ENVIRONMENT)) as { planned_values: { outputs: Record<string, { value: unknown }> } };
    return Object.fromEntries(Object.entries(plan.planned_values.outputs).map(([name, { value }]) => [name, value]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describeWithTerraform('Terraform evaluates', () => {
  test('each text to itself, as a value, in a list, as a key, and beside a reference', async () => {
    const stack = new TerraformStack(new App(), 'staging');
    const reference = new TerraformVariable(stack, 'one', { type: 'string', default: '<1>' }).stringValue;
    const text = (given: string): string => requireText(stack, 'text', given);
    new TerraformOutput(stack, 'list', { value: TEXTS.map(text) });
    new TerraformOutput(stack, 'map', { value: Object.fromEntries(TEXTS.map((each) => [`key ${text(each)}`, text(each)])) });
    new TerraformOutput(stack, 'mixed', { value: TEXTS.map((each) => text(`${each}${reference}${each}`)) });

    const outputs = await planOutputs(stack);

    expect(outputs.list).toEqual(TEXTS);
    expect(outputs.map).toEqual(Object.fromEntries(TEXTS.map((each) => [`key ${each}`, each])));
    expect(outputs.mixed).toEqual(TEXTS.map((each) => `${each}<1>${each}`));
  });
});
