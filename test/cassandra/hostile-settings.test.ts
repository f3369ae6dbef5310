import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { TerraformVariable } from 'cdktf';
import { evaluateBlock } from '../../lib/terraform/values';
import { HOSTILE_TEXTS } from '../support/hostile-texts';
import { Synthesized } from '../support/synthesized';
import { renderedNode } from './rendered-node';
import { RingStack } from './ring-stack';

// The parser that jest brings.
const { load } = require('js-yaml') as { load(text: string): Record<string, unknown> };

const FOLDER = mkdtempSync(path.join(tmpdir(), 'hostile-settings-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** File that a text creates when a shell runs it. */
const MARK = path.join(FOLDER, 'ran');

const TEXTS = [
  ...Object.values(HOSTILE_TEXTS).filter(({ length }) => length < 1000),
  `\nEND_OF_FILE\ntouch ${MARK}\ncat <<'END_OF_FILE'\n`,
  `$(touch ${MARK})`,
  `'; touch ${MARK}; '`,
];

function scriptOf(stack: RingStack): unknown {
  const { metadata } = Synthesized.from(stack).at('Cassandra/b1/Resource', ComputeInstance);
  return (evaluateBlock(metadata) as Record<string, unknown>)['startup-script'];
}

test('a node reads each text in settings as it is, as a value, in a list, and as a key at each depth', () => {
  const settings = {
    heap_dump_path: HOSTILE_TEXTS['100 kB']!,
    memtable: {
      keys: Object.fromEntries(TEXTS.map((text) => [text, text])),
      list: TEXTS,
      maps: TEXTS.map((text) => ({ [text]: { [text]: [text, { [text]: text }] } })),
      lists: [[...TEXTS], [], {}],
      plain: { yes: 'yes', 'a.b-c/d': 'a.b-c/d', 12: 12, n: false },
    },
  };
  const stack = new RingStack();
  stack.addRing({ settings });

  const files = renderedNode(scriptOf(stack) as string, 64_300);

  const { heap_dump_path, memtable } = load(files.get('etc/cassandra/cassandra.yaml')!);
  expect({ heap_dump_path, memtable }).toEqual(settings);
  expect(existsSync(MARK)).toBe(false);
});

test('harmless texts in settings are not quoted', () => {
  const stack = new RingStack();
  stack.addRing({ settings: { memtable: { configurations: { skiplist: { class_name: 'SkipListMemtable' } } } } });
  expect(scriptOf(stack)).toContain('\nmemtable:\n  configurations:\n    skiplist:\n      class_name: SkipListMemtable\n');
});

test('references in settings stay expressions, beside escaped literals', () => {
  const stack = new RingStack();
  const variable = new TerraformVariable(stack, 'path', { type: 'string' });
  stack.addRing({ settings: { heap_dump_path: `\${a}/${variable.stringValue}/%{b}` } });
  const { metadata } = Synthesized.from(stack).at('Cassandra/b1/Resource', ComputeInstance);
  expect(metadata['startup-script']).toContain('\nheap_dump_path: "$\u0024{a}/\u0024{var.path}/%%{b}"\n');
});

test('fails for a stack whose id cannot be in a script', () => {
  const stack = new RingStack('prod$(reboot)');
  expect(() => stack.addRing()).toThrow("'stack id' must be letters, digits, dots, hyphens and underscores, got 'prod$(reboot)'");
});

test('fails for a project whose id cannot be in a script', () => {
  const stack = new RingStack();
  const project = { ...stack.project, projectId: 'a"$(reboot)' };
  expect(() => stack.addRing({ project })).toThrow(`'project.projectId' must be a project id`);
});
