import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { App } from 'cdktf';
import { staging } from '../../environments';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { Synthesized } from '../support/synthesized';
import { renderedNode } from './rendered-node';

/** Files of staging's node b, at their paths on the node. `UPDATE_GOLDEN=1 npx jest test/cassandra/golden` writes them again. */
const GOLDEN = join(__dirname, 'golden/staging-b');

/** Of an n2-standard-2. */
const MEMORY_MIB = 7_950;

test("the files of staging's node b equal the reviewed ones", () => {
  const { name, ...values } = staging;
  const synthesized = Synthesized.from(new EnvironmentStack(new App(), name, values));
  const script: string = synthesized.at('Cassandra/b/Resource', ComputeInstance).metadata['startup-script'];
  const rendered = new Map([['startup-script.sh', script], ...renderedNode(script, MEMORY_MIB)]);
  if (process.env.UPDATE_GOLDEN === '1') write(rendered);
  expect(Object.fromEntries(read())).toEqual(Object.fromEntries(rendered));
});

function read(): Map<string, string> {
  const files = readdirSync(GOLDEN, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [relative(GOLDEN, file), readFileSync(file, 'utf8')];
    }),
  );
}

function write(files: ReadonlyMap<string, string>): void {
  rmSync(GOLDEN, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(GOLDEN, path)), { recursive: true });
    writeFileSync(join(GOLDEN, path), text);
  }
}
