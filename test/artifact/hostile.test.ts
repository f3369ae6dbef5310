import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'cdktf';
import { environments } from '../../environments';
import { runCommandLine } from '../../lib/cli/program';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { AppsStack, DataStack, PlatformStack, type SplitEnvironmentProps } from '../../stacks/split-environment';
import { BENIGN } from './hostile/benign';
import { CLUSTER_CASES, HOSTILE, type HostileCase, STATE_CASES } from './hostile/cases';
import { smallTree, Tree } from './hostile/tree';

const SPLIT: SplitEnvironmentProps = {
  projectId: 'parking-staging',
  projectNumber: '210000000001',
  region: 'europe-west1',
  stateBucket: 'parking-staging-terraform-state',
  networkName: 'parking',
  clusterName: 'parking',
  nodeRange: '10.10.0.0/22',
  podRange: '10.16.0.0/16',
  serviceRange: '10.11.0.0/20',
  dataRange: '10.10.8.0/24',
  controlPlaneRange: '10.10.9.0/28',
  cassandraNodes: { b: { zone: 'europe-west1-b' }, c: { zone: 'europe-west1-c' }, d: { zone: 'europe-west1-d' } },
};

/** Runs `artifact verify` in this process. */
async function verify(folder: string): Promise<{ exitCode: unknown; output: string; errors: string[] }> {
  const [output, errors]: [string[], string[]] = [[], []];
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => output.push(String(text)) > 0),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0),
  ];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const folders = ['head', 'base', 'out'].flatMap((side) => [`--${side}`, path.join(folder, side)]);
    await runCommandLine(['artifact', 'verify', ...folders]);
    return { exitCode: process.exitCode, output: output.join(''), errors: errors.join('').split('\n').filter(Boolean) };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

describe('an artifact', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
    for (const side of ['head', 'base']) mkdirSync(path.join(folder, side));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const check = async ({ change, place }: HostileCase, create: () => Tree): Promise<void> => {
    const [head, base] = [create(), create()];
    change(head, base);
    head.write(path.join(folder, 'head'));
    base.write(path.join(folder, 'base'));
    const { exitCode, output, errors } = await verify(folder);
    expect({ exitCode, output, errors }).toEqual({
      exitCode: 2,
      output: '',
      errors: expect.arrayContaining([expect.stringMatching(place)]),
    });
    for (const error of errors) {
      // A sentence of one line with a place and a rule: no stack trace, and nothing that a terminal or GitHub Actions interprets.
      expect(error).toMatch(/^refused: .*\b(must|may|is not|has|have|cannot|at most|unknown|expected)\b/);
      expect(error).toMatch(/^[^\p{Cc}\p{Cf}]{1,1000}$/u);
    }
    expect(existsSync(path.join(folder, 'out'))).toBe(false);
  };

  test('the table has distinct names', () => {
    const names = HOSTILE.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(HOSTILE.length).toBeGreaterThanOrEqual(120);
  });

  const accept = async (change: (head: Tree, base: Tree) => void, create: () => Tree): Promise<void> => {
    const [head, base] = [create(), create()];
    change(head, base);
    head.write(path.join(folder, 'head'));
    base.write(path.join(folder, 'base'));
    const { exitCode, output, errors } = await verify(folder);
    expect({ exitCode, output, errors }).toEqual({ exitCode: undefined, output: `${head.stack}\n`, errors: [] });
    const checked = JSON.parse(readFileSync(path.join(folder, 'out/stacks', head.stack, 'cdk.tf.json'), 'utf8'));
    expect(Object.keys(checked.resource).length).toBeGreaterThan(5);
  };

  test.each(BENIGN)('is accepted: %s', (_, change) => accept(change, smallTree));

  describe('of the repository', () => {
    let output: string;

    beforeAll(() => {
      output = mkdtempSync(path.join(tmpdir(), 'synthesized-'));
      const app = new App({ outdir: output });
      for (const { name, ...values } of environments) new EnvironmentStack(app, name, values);
      new PlatformStack(app, 'platform', SPLIT);
      new DataStack(app, 'data', SPLIT);
      new AppsStack(app, 'apps', { ...SPLIT, clusterEndpoint: 'gke-1.europe-west1.gke.goog' });
      app.synth();
    });

    afterAll(() => rmSync(output, { recursive: true, force: true }));

    test.each([...environments.map(({ name }) => name), 'platform', 'data', 'apps'])('%s is accepted', (stack) =>
      accept(
        () => {},
        () => Tree.read(output, stack),
      ),
    );

    test.each(BENIGN)('staging is accepted: %s', (_, change) => accept(change, () => Tree.read(output, 'staging')));

    test.each([...STATE_CASES, ...CLUSTER_CASES].map((hostile) => [hostile.name, hostile] as const))(
      'staging is refused: %s',
      (_, hostile) => check(hostile, () => Tree.read(output, 'staging')),
    );
  });

  test.each(HOSTILE.map((hostile) => [hostile.name, hostile] as const))('is refused: %s', async (_, hostile) => {
    await check(hostile, smallTree);
  });
});
