import { guard } from '../../lib/guard';
import { formatGuardReport } from '../../lib/guard/format-guard-report';
import { html } from '../../lib/preview/html';
import { markdown } from '../../lib/preview/markdown';
import { createReport } from '../../lib/preview/report';
import { sarif } from '../../lib/preview/sarif';
import type { Plan } from '../../lib/terraform/plan';
import { createChange, createPlan } from '../preview/plans';
import { HARMLESS, KINDS } from './kinds';

/** All that is printed of a plan. */
function outputsOf(plan: Plan): string[] {
  const verdicts = guard(plan);
  const report = createReport({ plan, guard: verdicts });
  return [
    markdown(report),
    html(report),
    JSON.stringify(report),
    JSON.stringify(sarif(report, { version: '1.0.0', synthesized: 'cdk.tf.json' })),
    formatGuardReport(verdicts),
    JSON.stringify(verdicts),
  ];
}

/** The texts in a JSON report, unescaped. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Places of a text: an argument, a value of a map, an element of a list, and a value that is updated. */
const plansOf = (text: string): Record<string, Plan> => ({
  argument: createPlan(createChange('local_file', 'a', { after: { content: text } })),
  'value of a map': createPlan(createChange('kubernetes_config_map_v1', 'a', { after: { data: { 'app.conf': text } } })),
  'element of a list': createPlan(
    createChange('kubernetes_pod_v1', 'a', { after: { spec: [{ container: [{ args: ['serve', text] }] }] } }),
  ),
  'updated value': createPlan(
    createChange('local_file', 'a', { actions: ['update'], before: { content: 'none' }, after: { content: text } }),
  ),
});

test.each(KINDS)('$kind: a secret without a mark is in no output', ({ text, secrets, shown = [] }) => {
  for (const [place, plan] of Object.entries(plansOf(text))) {
    const outputs = outputsOf(plan);
    for (const secret of secrets) expect([place, outputs.filter((output) => output.includes(secret))]).toEqual([place, []]);
    const texts = textsIn(createReport({ plan })).join('\n');
    expect([place, texts]).toEqual([place, expect.stringContaining('(sensitive)')]);
    if (place === 'argument') for (const part of shown) expect(texts).toContain(part);
  }
});

test.each(HARMLESS)('a text without a secret is shown: %j', (text) => {
  for (const plan of Object.values(plansOf(text))) expect(textsIn(createReport({ plan })).join('\n')).not.toContain('(sensitive)');
});

test('there are more than 60 kinds', () => {
  expect(new Set(KINDS.map(({ kind }) => kind)).size).toBeGreaterThan(60);
});
