import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithTerraform } from '../support/terraform';
import { Consumer, ROOT, run } from './consumer';

let consumer: Consumer;
let configuration: string;

beforeAll(() => {
  consumer = Consumer.install({});
  consumer.write('cdktf.out/manifest.json', JSON.stringify({ version: '0.21.0', stacks: { tickets: STACK } }));
  configuration = 'cdktf.out/stacks/tickets/cdk.tf.json';
  consumer.write(configuration, JSON.stringify({ resource: NETWORK }));
  consumer.write('empty-plan.json', JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', resource_changes: [] }));
  consumer.write('odd-plan.json', JSON.stringify({ format_version: '9.0', resource_changes: [] }));
});
afterAll(() => consumer?.remove());

const NETWORK = { google_compute_network: { Network: { name: 'tickets' } } };
const STACK = { name: 'tickets', synthesizedStackPath: 'stacks/tickets/cdk.tf.json', workingDirectory: 'stacks/tickets' };

function gkePlatform(...args: string[]): string {
  return run('npx', ['--no-install', 'cdktf-gke-platform', ...args], { cwd: consumer.folder });
}

test('no bindings are installed with the library', () => {
  expect(existsSync(consumer.path('node_modules/@cdktf'))).toBe(false);
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const bindings = Object.keys(peerDependencies).filter((name) => name.startsWith('@cdktf/'));
  expect(peerDependenciesMeta).toEqual(Object.fromEntries(bindings.map((name) => [name, { optional: true }])));
});

test('guard judges a plan', () => {
  expect(gkePlatform('guard', '--plan-json', 'empty-plan.json', '--config', configuration)).toMatch(/\S/);
  expect(() => gkePlatform('guard', '--plan-json', 'odd-plan.json')).toThrow('refused unknown-plan: ');
});

test('preview and check read what Terraform and a synth wrote', () => {
  expect(gkePlatform('preview', 'tickets', '--plan-json', 'empty-plan.json', '--config', configuration)).toContain('tickets');
  expect(() => gkePlatform('check', configuration)).toThrow('error   network-auto-subnets: google_compute_network.Network');
});

test.each(['reach', 'topology', 'cost'])('%s reads a synthesized stack', (command) => {
  expect(gkePlatform(command, 'tickets', '--no-synth')).toMatch(/\S/);
});

test('artifact pack copies a synthesized output', () => {
  gkePlatform('artifact', 'pack', '--no-synth', '--out', 'artifact');
  expect(readdirSync(consumer.path('artifact/stacks'))).toEqual(['tickets']);
});

test('init creates a repository', () => {
  expect(gkePlatform('init', 'bookings')).toContain('Created bookings');
});

describeWithTerraform('the sandbox', () => {
  test('names the bindings that a configuration needs', () => {
    const needed = { google: { source: 'hashicorp/google', version: '6.50.0' } };
    consumer.write('own/cdk.tf.json', JSON.stringify({ terraform: { required_providers: needed }, resource: NETWORK }));
    const plan = 'cd own && terraform init -no-color >/dev/null && COLUMNS=500 terraform plan -no-color 2>&1';
    let message = '';
    try {
      gkePlatform('sandbox', 'sh', '-c', plan);
    } catch (error) {
      message = (error as Error).message.replace(/\s+/g, ' ');
    }
    expect(message).toMatch(
      /the sandbox requires the bindings '@cdktf\/provider-google', which are not installed: npm install --save-dev @cdktf\/provider-google\W+$/,
    );
  });
});
