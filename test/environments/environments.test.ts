import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Testing } from 'cdktf';
import { type Environment, environments } from '../../environments';
import { Cidr } from '../../lib/core/cidr';

const ROOT = path.join(__dirname, '../..');

/** IP ranges of an environment, by the name of their property. */
function rangesOf(environment: Environment): [prop: string, range: Cidr][] {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[0].endsWith('Range'));
  return entries.map(([prop, text]) => [`${environment.name}.${prop}`, Cidr.parse(Testing.app(), prop, text)]);
}

test('the ranges of environments are disjoint', () => {
  const ranges = environments.flatMap(rangesOf);
  const overlaps = ranges.flatMap(([name, range], index) =>
    ranges
      .slice(0, index)
      .filter(([, other]) => range.overlaps(other))
      .map(([other]) => `${name} and ${other}`),
  );
  expect(ranges.length).toBeGreaterThanOrEqual(4 * environments.length);
  expect(overlaps).toEqual([]);
});

test.each(['name', 'projectId', 'projectNumber', 'stateBucket'] as const)('no two environments have the same %s', (prop) => {
  const values = environments.map((environment) => environment[prop]);
  expect(values).toEqual([...new Set(values)]);
});

test('each file of values is an environment of the list', () => {
  const others = ['acknowledgements.ts', 'environment.ts', 'index.ts', 'main.ts'];
  const files = readdirSync(path.join(ROOT, 'environments')).filter((file) => !others.includes(file));
  expect(files.sort()).toEqual(environments.flatMap(({ name }) => [`${name}.disks.json`, `${name}.ts`]).sort());
});

test('tests and scripts read the list, not the file of an environment', () => {
  const importing = ['test', 'scripts', 'bench', 'environments'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => path.join(folder, file))
      .filter((file) => file.endsWith('.ts') && !file.startsWith(path.join('environments', 'index')))
      .filter((file) => {
        const imports = readFileSync(path.join(ROOT, file), 'utf8').match(/(?:from|import|require\(|doMock\() *'[^']*'/g) ?? [];
        return imports.some((line) =>
          environments.some(({ name }) => line.endsWith(`environments/${name}'`) || line.endsWith(`'./${name}'`)),
        );
      }),
  );
  expect(importing).toEqual([]);
});
