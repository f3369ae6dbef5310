import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRecoveryProgram } from './run-recovery-program';

/** Runs a child that prints the given messages, all at once or with a pause in between, in place of the checks of a node. */
const DRIVER = `
import json, subprocess, sys
import recovery
messages, pause, limits = json.loads(sys.argv[1])
CHILD = """
import sys, time
for line in sys.argv[2:]:
    print(line, flush=True)
    time.sleep(float(sys.argv[1]))
"""
original = subprocess.Popen
recovery.subprocess.Popen = lambda command, **options: original(
    [sys.executable, '-c', CHILD, str(pause), *[json.dumps(message) for message in messages]], **options
)
recovery.publish = recovery.say = lambda *words: None
report = recovery.Report({'steps': [], 'limits': limits})
report.run_child({'name': 'b'}, 'identity')
print(json.dumps(report.checks))
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'time-limits-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function runChild(messages: readonly object[], { pause = 0, limits = {} }: { pause?: number; limits?: Record<string, number> } = {}) {
  return JSON.parse(runRecoveryProgram(root, DRIVER, [JSON.stringify([messages, pause, limits])]));
}

const PHASES = [
  { phase: 'identity' },
  { phase: 'identity', seconds: 0.2 },
  { phase: 'files' },
  { phase: 'files', seconds: 0.4 },
  { phase: 'boot' },
  { phase: 'boot', seconds: 1.1 },
];

const late = (level: number, phase: string, seconds: number) => [
  { level, code: 'time-limit', outcome: 'failed', node: 'b', detail: `the phase ${phase} took more than ${seconds} s` },
];

test('phases within their limits', () => {
  expect(runChild(PHASES)).toEqual([]);
});

test('a phase that does not end within its limit', () => {
  expect(runChild(PHASES.slice(0, 3), { pause: 1, limits: { files: 0 } })).toEqual(late(2, 'files', 0));
});

test('a phase that took more than its limit, whose end is read together with what follows', () => {
  expect(runChild(PHASES, { limits: { files: 0 } })).toEqual(late(2, 'files', 0));
  expect(runChild(PHASES, { limits: { boot: 1 } })).toEqual(late(3, 'boot', 1));
});
