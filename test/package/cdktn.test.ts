import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments } from '../../environments';
import { Consumer, ROOT, synth } from './consumer';

/** The way to cdktn, the maintained fork of cdktf: an alias, and the word that the bindings are to use it too. */
const alias = {
  dependencies: {
    cdktf: 'npm:cdktn@0.24.0',
    constructs: '10.7.2',
    '@cdktf/provider-google': '16.12.1',
    '@cdktf/provider-kubernetes': '12.1.1',
    '@cdktf/provider-helm': '12.1.2',
  },
  overrides: Object.fromEntries(['google', 'kubernetes', 'helm'].map((name) => [`@cdktf/provider-${name}`, { cdktf: '$cdktf' }])),
};

let consumer: Consumer;
const reference = mkdtempSync(join(tmpdir(), 'cdktf-'));

beforeAll(() => {
  consumer = Consumer.install(alias);
});

afterAll(() => {
  consumer?.remove();
  rmSync(reference, { recursive: true, force: true });
});

test('the alias replaces cdktf with cdktn, for the bindings too', () => {
  const { name, version } = JSON.parse(readFileSync(consumer.path('node_modules/cdktf/package.json'), 'utf8'));
  expect({ name, version }).toEqual({ name: 'cdktn', version: '0.24.0' });
  expect(() => readFileSync(consumer.path('node_modules/@cdktf/provider-google/node_modules/cdktf/package.json'))).toThrow('ENOENT');
});

test('all environments compile against cdktn and synthesize the same JSON as with cdktf, except for the version', () => {
  consumer.copy('stacks');
  consumer.copy('environments');
  consumer.compile('environments/main.ts');

  const withCdktn = consumer.synth('environments/main.js') as Record<string, Synthesized>;
  const withCdktf = synth(join(ROOT, 'dist/environments/main.js'), reference) as Record<string, Synthesized>;

  expect(Object.keys(withCdktn).sort()).toEqual(environments.map(({ name }) => name).sort());
  for (const [id, stack] of Object.entries(withCdktn)) {
    expect(stack['//'].metadata.version).toBe('0.24.0');
    stack['//'].metadata.version = withCdktf[id]!['//'].metadata.version;
  }
  expect(withCdktn).toEqual(withCdktf);
});

interface Synthesized {
  '//': { metadata: { version: string } };
}
