import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { previewCommand } from '../lib/cli/preview';

// Runs `gke-platform preview` on an existing plan, in every format. Every destroyed resource must be in the Markdown.
const folder = process.argv[2]!;
const file = (name: string) => join(folder, name);

async function main(): Promise<void> {
  const formats = [
    '--out',
    file('preview.md'),
    '--html',
    file('preview.html'),
    '--json',
    file('preview.json'),
    '--sarif',
    file('preview.sarif'),
  ];
  const plan = ['--plan-json', file('plan.json'), '--config', file('cdk.tf.json')];
  await previewCommand().parseAsync(['bench', ...plan, ...formats], { from: 'user' });
  // The guard refuses the plan, as expected.
  if (process.exitCode !== 2) throw new Error(`expected exit code 2, got ${process.exitCode}`);
  process.exitCode = 0;

  const text = readFileSync(file('preview.md'), 'utf8');
  const deleted: string[] = JSON.parse(readFileSync(file('deleted.json'), 'utf8'));
  for (const name of deleted) if (!text.includes(name)) throw new Error(`the report does not say that ${name} is destroyed`);
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
