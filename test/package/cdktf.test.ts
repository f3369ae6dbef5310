import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments } from '../../environments';
import { node, tool } from './consumer';

const folder = mkdtempSync(join(tmpdir(), 'cdktf-'));
const asked = join(folder, 'asked');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The real cdktf command, with every DNS lookup and connection recorded and refused. */
function cdktf(...args: string[]): string {
  const guard = join(folder, 'guard.js');
  writeFileSync(
    guard,
    `const refuse = (kind) => (...args) => {
      require('node:fs').appendFileSync(${JSON.stringify(asked)}, kind + ' ' + JSON.stringify(args[0]) + '\\n');
      throw new Error('no network here');
    };
    const { Socket } = require('node:net');
    const connect = Socket.prototype.connect;
    Socket.prototype.connect = function (...args) {
      const [options] = Array.isArray(args[0]) ? args[0] : args;
      return options && options.path ? connect.apply(this, args) : refuse('connect')(options);
    };
    const dns = require('node:dns');
    for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) dns[name] = dns.promises[name] = refuse(name);`,
  );
  const { TF_CLI_CONFIG_FILE, ...inherited } = process.env;
  const nowhere = 'http://127.0.0.1:9';
  return node([tool('cdktf-cli/bundle/bin/cdktf.js'), ...args, '--output', join(folder, 'cdktf.out')], {
    env: {
      ...inherited,
      ...(TF_CLI_CONFIG_FILE && existsSync(TF_CLI_CONFIG_FILE) ? { TF_CLI_CONFIG_FILE } : {}),
      CI: '1',
      CHECKPOINT_DISABLE: '1',
      NODE_OPTIONS: `--require ${JSON.stringify(guard)}`,
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
    },
  });
}

/** Recorded network accesses. */
function questions(): string {
  return existsSync(asked) ? readFileSync(asked, 'utf8') : '';
}

test('cdktf list names a stack for each environment, and no other', () => {
  const [, table] = cdktf('list').split(/^Stack name +Path *$/m);
  const stacks = table!.trim().split('\n');
  expect(stacks.map((line) => line.split(/ +/)[0]).sort()).toEqual(environments.map(({ name }) => name).sort());
});

test('cdktf synth writes every stack without network access', () => {
  cdktf('synth');
  for (const { name } of environments) expect(existsSync(join(folder, `cdktf.out/stacks/${name}/cdk.tf.json`))).toBe(true);
  expect(questions()).toBe('');
});

test('fails to reach the network when it tries to, so that the test above means something', () => {
  expect(() => node(['--require', join(folder, 'guard.js'), '-e', "require('node:https').get('https://example.com')"])).toThrow(
    'no network here',
  );
  expect(questions()).toContain('connect');
});
