import type { WorkflowDefinition, WorkflowStep, WorkflowSteps } from '../../../lib/cassandra/workflow-definition';
import { parseExpression } from './expression';
import { FUNCTIONS } from './functions';

/**
 * Limits of Workflows.
 *
 * @see https://cloud.google.com/workflows/quotas
 */
const LIMITS = { sourceBytes: 128 * 1024, expression: 400, assignments: 50, conditions: 50 };

const LIBRARY = ['http.get', 'http.post', 'http.delete', 'sys.log', 'sys.sleep'];

/** Lists violations of the syntax and the limits of Workflows. */
export function checkDefinition(definition: WorkflowDefinition): string[] {
  const bytes = Buffer.byteLength(JSON.stringify(definition, undefined, 1));
  const problems = bytes > LIMITS.sourceBytes ? [`the source has ${bytes} bytes`] : [];
  for (const [block, { steps }] of Object.entries(definition)) {
    const names = new Set<string>();
    visit(steps, [], (name, step, siblings) => {
      const report = (text: string): void => {
        problems.push(`${block}.${name}: ${text}`);
      };
      if (!/^[A-Za-z]\w*$/.test(name)) report('not a name of a step');
      if (names.has(name)) report('two steps have this name');
      names.add(name);
      checkStep(step, siblings, definition, report);
    });
  }
  return problems;
}

function visit(
  steps: WorkflowSteps,
  around: readonly string[],
  check: (name: string, step: WorkflowStep, reachable: readonly string[]) => void,
): void {
  const reachable = [...around, ...steps.flatMap((step) => Object.keys(step))];
  for (const each of steps) {
    if (Object.keys(each).length !== 1) throw new SyntaxError('a step has one name');
    const [name, step] = Object.entries(each)[0]!;
    check(name, step, reachable);
    // A loop is left by `continue` or `break` only.
    if ('for' in step) visit(step.for.steps, ['continue', 'break'], check);
    if ('parallel' in step) visit(step.parallel.for.steps, ['continue'], check);
    if ('switch' in step) for (const { steps: inner = [] } of step.switch) visit(inner, reachable, check);
    if ('try' in step && 'steps' in step.try) visit(step.try.steps, reachable, check);
    if ('try' in step) visit(step.except?.steps ?? [], reachable, check);
  }
}

function checkStep(step: WorkflowStep, reachable: readonly string[], definition: WorkflowDefinition, report: (text: string) => void): void {
  const targets = 'switch' in step ? [step.next, ...step.switch.map(({ next }) => next)] : ['next' in step ? step.next : undefined];
  for (const target of targets) if (target !== undefined && ![...reachable, 'end'].includes(target)) report(`there is no step '${target}'`);
  if ('assign' in step) {
    if (step.assign.length > LIMITS.assignments) report(`${step.assign.length} assignments`);
    if (step.assign.some((each) => Object.keys(each).length !== 1)) report('an assignment has one variable');
  }
  if ('switch' in step && step.switch.length > LIMITS.conditions) report(`${step.switch.length} conditions`);
  const calls = 'call' in step ? [step.call] : 'try' in step && 'call' in step.try ? [step.try.call] : [];
  for (const call of calls) if (!LIBRARY.includes(call) && !(call in definition)) report(`there is no function '${call}'`);
  for (const text of expressionsOf(step)) checkExpression(text, report);
}

/** Expressions of a step, without those of the steps in it. */
function expressionsOf(step: unknown): string[] {
  if (typeof step === 'string') return /^\$\{/.test(step) ? [step] : [];
  if (Array.isArray(step)) return step.flatMap(expressionsOf);
  if (typeof step !== 'object' || step === null) return [];
  return Object.entries(step).flatMap(([name, inner]) => (name === 'steps' ? [] : expressionsOf(inner)));
}

function checkExpression(text: string, report: (text: string) => void): void {
  // Retry policies are values of the library. References of Terraform are evaluated before.
  if (text === `\${http.default_retry}` || /^\$\{google_\w+\.\w+\.name\}$/.test(text)) return;
  if (text.length > LIMITS.expression) report(`an expression has ${text.length} characters`);
  const inner = /^\$\{(.*)\}$/s.exec(text)?.[1];
  if (inner === undefined) {
    report(`'${text}' is an expression beside text`);
    return;
  }
  try {
    parseExpression(inner, (name) => {
      if (name !== 'sys.now' && !(name in FUNCTIONS)) report(`there is no function '${name}'`);
    });
  } catch (error) {
    report((error as Error).message);
  }
}
