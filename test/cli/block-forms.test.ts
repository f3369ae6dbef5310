import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommandLine } from '../../lib/cli/program';

const ref = (expression: string): string => `$\{${expression}}`;

const KNOWN = {
  google_compute_network: { Main: { auto_create_subnetworks: false, name: 'main', project: 'p' } },
  google_compute_subnetwork: {
    Main: {
      ip_cidr_range: '10.0.0.0/24',
      name: 'main',
      network: ref('google_compute_network.Main.id'),
      project: 'p',
      region: 'europe-west1',
    },
  },
  google_compute_instance: {
    Vm: {
      boot_disk: [{ initialize_params: [{ image: 'debian-12', size: 20, type: 'pd-ssd' }] }],
      machine_type: 'e2-standard-4',
      name: 'vm',
      network_interface: [{ access_config: [{}], subnetwork: ref('google_compute_subnetwork.Main.id') }],
      project: 'p',
      zone: 'europe-west1-b',
    },
  },
};

const OPEN = {
  direction: 'INGRESS',
  name: 'open',
  network: ref('google_compute_network.Main.id'),
  project: 'p',
  source_ranges: ['0.0.0.0/0'],
};
const ALLOW = { ports: ['22'], protocol: 'tcp' };
const RULE = { ...OPEN, allow: [ALLOW] };
const DISK = { name: 'open', project: 'p', size: 5000, type: 'pd-ssd', zone: 'europe-west1-b' };

const json = (value: unknown): string => JSON.stringify(value);

/** Configuration with a rule and a disk in a form of JSON. */
function configuration({ members, rule = json(RULE), disk = json(DISK) }: { members?: string; rule?: string; disk?: string }): string {
  const open = `"google_compute_firewall":{"Open":${rule}},"google_compute_disk":{"Open":${disk}}`;
  return `{"//":{"metadata":{"stackName":"s"}},${members ?? `"resource":{${json(KNOWN).slice(1, -1)},${open}}`}}`;
}

const resources = (open: string): string => configuration({ members: `"resource":{${json(KNOWN).slice(1, -1)},${open}}` });

/** Forms that Terraform reads as the same rule and disk. */
const FORMS: Readonly<Record<string, string>> = {
  'a list of resource blocks': configuration({
    members: `"resource":[${json(KNOWN)},{"google_compute_firewall":{"Open":${json(RULE)}}},{"google_compute_disk":{"Open":${json(DISK)}}}]`,
  }),
  'resource blocks twice': configuration({
    members: `"resource":{"google_compute_firewall":{"Open":${json(RULE)}},"google_compute_disk":{"Open":${json(DISK)}}},"resource":${json(KNOWN)}`,
  }),
  'resource blocks in a list, twice': configuration({
    members: `"resource":[{"google_compute_firewall":{"Open":${json(RULE)}},"google_compute_disk":{"Open":${json(DISK)}}}],"resource":[${json(KNOWN)}]`,
  }),
  'a list of names': resources(`"google_compute_firewall":[{"Open":${json(RULE)}}],"google_compute_disk":[{"Open":${json(DISK)}}]`),
  'a type twice': resources(
    `"google_compute_firewall":{"Open":${json(RULE)}},"google_compute_firewall":{"Other":${json({ ...RULE, disabled: true })}},"google_compute_disk":{"Open":${json(DISK)}},"google_compute_disk":{}`,
  ),
  'a list of bodies': configuration({ rule: `[${json(RULE)}]`, disk: `[${json(DISK)}]` }),
  'a name in an escape': resources(
    `"google_compute_f\\u0069rewall":{"Open":${json(RULE)}},"google_compute_d\\u0069sk":{"Open":${json(DISK)}}`,
  ),
  'a nested block as an object': configuration({ rule: json({ ...OPEN, allow: ALLOW }) }),
  'a nested block in a list in a list': configuration({ rule: json({ ...OPEN, allow: [[ALLOW]] }) }),
  'a nested block in two parts': configuration({ rule: json({ ...OPEN, allow: [[{ ports: ['22'] }, { protocol: 'tcp' }]] }) }),
  'a nested block twice': configuration({ rule: `{${json(OPEN).slice(1, -1)},"allow":${json(ALLOW)},"allow":[]}` }),
  'a nested block after an empty one': configuration({ rule: `{${json(OPEN).slice(1, -1)},"allow":[],"allow":[${json(ALLOW)}]}` }),
  'a nested block after null': configuration({ rule: json({ ...OPEN, allow: [null, ALLOW] }) }),
  'a generated block': configuration({ rule: json({ ...OPEN, dynamic: { allow: { content: ALLOW, for_each: [1] } } }) }),
  'a generated block in lists': configuration({ rule: json({ ...OPEN, dynamic: [{ allow: [{ content: [ALLOW], for_each: [1] }] }] }) }),
  'a generated block in a list in a list': configuration({
    rule: json({ ...OPEN, dynamic: [[{ allow: { content: ALLOW, for_each: [1] } }]] }),
  }),
  'a generated block in a list in a list below its name': configuration({
    rule: json({ ...OPEN, dynamic: { allow: [[{ content: ALLOW, for_each: [1] }]] } }),
  }),
  'a generated block twice': configuration({
    rule: `{${json(OPEN).slice(1, -1)},"dynamic":{"allow":{"content":${json(ALLOW)},"for_each":[1]}},"dynamic":{}}`,
  }),
};

/** The difference of configurations shows a block in the form in which it stands. */
const withoutIndex = (output: string): string => output.replaceAll('allow[0].', 'allow.');

/** Commands that read a stack, and the part of the configuration that each of them judges. */
const COMMANDS: readonly (readonly [command: string, judges: 'rule' | 'disk', words: readonly string[]])[] = [
  ['check', 'rule', ['check', 's', '--out-dir', 'head']],
  ['check of a file', 'rule', ['check', 'head/stacks/s/cdk.tf.json']],
  ['reach', 'rule', ['reach', 's', '--no-synth', '--out-dir', 'head']],
  ['reach --base', 'rule', ['reach', 's', '--no-synth', '--out-dir', 'without', '--base', 'head']],
  ['cost', 'disk', ['cost', 's', '--no-synth', '--out-dir', 'head']],
  ['topology', 'rule', ['topology', 's', '--no-synth', '--mermaid', '--out-dir', 'head']],
  ['preview', 'rule', ['preview', 's', '--no-synth', '--config-only', '--out-dir', 'head', '--base', 'without']],
  ['preview --base', 'rule', ['preview', 's', '--no-synth', '--config-only', '--out-dir', 'without', '--base', 'head']],
];

describe('a firewall rule and a disk', () => {
  let folder: string;
  const cwd = process.cwd();
  const maxListeners = process.getMaxListeners();

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'forms-'));
    process.chdir(folder);
    // Each preview listens to the signals that end the process.
    process.setMaxListeners(0);
    write('without', configuration({ members: `"resource":${json(KNOWN)}` }));
  });

  afterAll(() => {
    process.chdir(cwd);
    process.setMaxListeners(maxListeners);
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (output: string, text: string): void => {
    mkdirSync(path.join(folder, output, 'stacks/s'), { recursive: true });
    writeFileSync(path.join(folder, output, 'stacks/s/cdk.tf.json'), text);
    const entry = { name: 's', synthesizedStackPath: 'stacks/s/cdk.tf.json', workingDirectory: 'stacks/s' };
    writeFileSync(path.join(folder, output, 'manifest.json'), json({ stacks: { s: entry }, version: '0.21.0' }));
  };

  const run = async (words: readonly string[], text: string): Promise<{ output: string; errors: string; exitCode: unknown }> => {
    write('head', text);
    const [output, errors]: [string[], string[]] = [[], []];
    const spies = [
      jest.spyOn(process.stdout, 'write').mockImplementation((part) => output.push(String(part)) > 0),
      jest.spyOn(process.stderr, 'write').mockImplementation((part) => errors.push(String(part)) > 0),
    ];
    const before = process.exitCode;
    process.exitCode = undefined;
    try {
      await runCommandLine(words);
      return { output: output.join(''), errors: errors.join(''), exitCode: process.exitCode };
    } finally {
      process.exitCode = before;
      for (const spy of spies) spy.mockRestore();
    }
  };

  /** Text of the file in the plain form, without the rule or without the disk. */
  const without = (part: 'rule' | 'disk'): string =>
    configuration({
      members: `"resource":${json({
        ...KNOWN,
        ...(part === 'rule' ? { google_compute_disk: { Open: DISK } } : { google_compute_firewall: { Open: RULE } }),
      })}`,
    });

  test.each(COMMANDS)('%s: each form is seen, or the file is refused', async (_, judges, words) => {
    const plain = await run(words, configuration({}));
    const less = await run(words, without(judges));
    expect(plain.output).not.toBe(less.output);
    let seen = 0;
    for (const [form, text] of Object.entries(FORMS)) {
      const { output, errors, exitCode } = await run(words, text);
      if (output === '') {
        // One sentence with the file and the place.
        expect([form, errors]).toEqual([form, expect.stringMatching(/^[^\n]*'[^']+'[^\n]*\b(must|may|unknown)\b[^\n]*\n$/)]);
        expect([form, exitCode]).toEqual([form, 1]);
        continue;
      }
      seen++;
      // Which blocks are generated is known when Terraform evaluates the expression: the answer is another one, but not that of less.
      if (/generated/.test(form) && judges === 'rule') expect([form, output]).not.toEqual([form, less.output]);
      else expect([form, withoutIndex(output)]).toEqual([form, withoutIndex(plain.output)]);
    }
    expect(seen).toBeGreaterThan(5);
  });
});
