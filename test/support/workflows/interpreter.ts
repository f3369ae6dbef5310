import type { WorkflowCall, WorkflowDefinition, WorkflowStep, WorkflowSteps } from '../../../lib/cassandra/workflow-definition';
import { parseExpression, requireBoolean, requireList, requireMap, requireNumber, type Value, WorkflowError } from './expression';
import { FUNCTIONS } from './functions';

/** HTTP request of a workflow. */
export interface WorkflowRequest {
  readonly method: string;
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: Value;
  readonly auth: Value;
}

export interface WorkflowResponse {
  readonly code: number;
  readonly body: Value;
}

export interface WorkflowLog {
  readonly severity: string;
  readonly json: Value;
}

/** Surroundings of an execution. */
export interface WorkflowHost {
  send(request: WorkflowRequest): Promise<WorkflowResponse>;

  /** Seconds since 1970. Sleeping moves them on. */
  now: number;
}

/** Finished execution. */
export interface Execution {
  /** Result, unless the execution failed. */
  readonly result?: Value;

  /** Error that nothing caught. */
  readonly error?: Value;
  readonly logs: readonly WorkflowLog[];

  /** Number of executed steps, of which Workflows allows 100,000. */
  readonly steps: number;
}

/** Codes after which `http.default_retry` repeats a request. */
const RETRIED = [429, 502, 503, 504];
const MAX_RETRIES = 5;

/**
 * Executes a workflow definition as Workflows does: variables have a scope, values are copied, iterations of `parallel` interleave.
 */
export async function execute(definition: WorkflowDefinition, host: WorkflowHost): Promise<Execution> {
  const run = new Run(definition, host);
  try {
    return { result: await run.call('main', {}), logs: run.logs, steps: run.steps };
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    return { error: error.value, logs: run.logs, steps: run.steps };
  }
}

/** Variables of a block, and those of the blocks around it. */
class Scope {
  private readonly variables = new Map<string, Value>();

  constructor(
    private readonly outer?: Scope,
    /** Variables of outer scopes that a parallel iteration may assign. @default - all */
    private readonly shared?: readonly string[],
  ) {}

  public read(name: string): Value {
    const scope = this.find(name);
    if (scope === undefined) throw new WorkflowError({ tags: ['KeyError'], message: `variable not found: ${name}` });
    return scope.variables.get(name)!;
  }

  public assign(name: string, value: Value): void {
    const scope = this.find(name, (shared) => {
      if (!shared.includes(name)) throw new SyntaxError(`'${name}' is assigned in a parallel step and not shared`);
    });
    (scope ?? this).variables.set(name, value);
  }

  public declare(name: string, value: Value): void {
    this.variables.set(name, value);
  }

  private find(name: string, onBoundary?: (shared: readonly string[]) => void): Scope | undefined {
    if (this.variables.has(name)) return this;
    const found = this.outer?.find(name, onBoundary);
    if (found !== undefined && this.shared !== undefined) onBoundary?.(this.shared);
    return found;
  }
}

/** Outcome of steps: the value that a `return` gave, or the step to go on with. */
type Flow = { readonly returned: Value } | { readonly next: string } | undefined;

class Run {
  public readonly logs: WorkflowLog[] = [];
  public steps = 0;

  constructor(
    private readonly definition: WorkflowDefinition,
    private readonly host: WorkflowHost,
  ) {}

  public async call(name: string, args: Readonly<Record<string, Value>>): Promise<Value> {
    const block = this.definition[name];
    if (block === undefined) throw new SyntaxError(`there is no subworkflow '${name}'`);
    const { params = [], steps } = block;
    const scope = new Scope();
    const unknown = Object.keys(args).find((arg) => !params.includes(arg));
    const missing = params.find((param) => !Object.hasOwn(args, param));
    if (unknown ?? missing) throw new SyntaxError(`'${name}' has the parameters ${params.join(', ')}: ${unknown ?? missing}`);
    for (const [param, value] of Object.entries(args)) scope.declare(param, value);
    const flow = await this.runSteps(steps, scope);
    return flow !== undefined && 'returned' in flow ? flow.returned : null;
  }

  private async runSteps(steps: WorkflowSteps, scope: Scope): Promise<Flow> {
    const names = steps.map((step) => Object.keys(step)[0]!);
    for (let index = 0; index < steps.length; ) {
      this.steps++;
      const flow = await this.runStep(Object.values(steps[index]!)[0]!, scope);
      if (flow === undefined) {
        index++;
        continue;
      }
      if ('returned' in flow || !names.includes(flow.next)) return flow;
      index = names.indexOf(flow.next);
    }
    return undefined;
  }

  private async runStep(step: WorkflowStep, scope: Scope): Promise<Flow> {
    const flow = await this.runBody(step, scope);
    return flow ?? ('next' in step && step.next !== undefined ? { next: step.next } : undefined);
  }

  private async runBody(step: WorkflowStep, scope: Scope): Promise<Flow> {
    if ('assign' in step) {
      for (const assignment of step.assign) {
        for (const [target, value] of Object.entries(assignment)) this.assign(target, this.value(value as Value, scope), scope);
      }
      return undefined;
    }
    if ('call' in step) return this.runCall(step, scope);
    if ('switch' in step) {
      for (const { condition, steps, next, ...rest } of step.switch) {
        if (!requireBoolean(this.value(condition, scope))) continue;
        if (steps !== undefined) {
          const flow = await this.runSteps(steps, scope);
          if (flow !== undefined) return flow;
        }
        if ('return' in rest) return { returned: this.value(rest.return as Value, scope) };
        return next === undefined ? undefined : { next };
      }
      return undefined;
    }
    if ('for' in step) {
      for (const item of requireList(this.value(step.for.in, scope))) {
        const inner = new Scope(scope);
        inner.declare(step.for.value, item);
        const flow = await this.runSteps(step.for.steps, inner);
        if (flow === undefined || ('next' in flow && flow.next === 'continue')) continue;
        return 'next' in flow && flow.next === 'break' ? undefined : flow;
      }
      return undefined;
    }
    if ('parallel' in step) return this.runParallel(step.parallel, scope);
    if ('try' in step) return this.runTry(step, scope);
    if ('return' in step) return { returned: this.value(step.return as Value, scope) };
    throw new WorkflowError(this.value(step.raise as Value, scope));
  }

  private async runParallel(step: Extract<WorkflowStep, { parallel: unknown }>['parallel'], scope: Scope): Promise<Flow> {
    const { value, in: list, steps } = step.for;
    const outcomes = await Promise.allSettled(
      requireList(this.value(list, scope)).map(async (item) => {
        const inner = new Scope(scope, step.shared);
        inner.declare(value, item);
        const flow = await this.runSteps(steps, inner);
        if (flow !== undefined && !('next' in flow && flow.next === 'continue'))
          throw new SyntaxError('a parallel iteration only continues');
      }),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return undefined;
    if (!(failed.reason instanceof WorkflowError)) throw failed.reason;
    throw new WorkflowError({ tags: ['UnhandledBranchError'], message: failed.reason.message });
  }

  private async runTry(step: Extract<WorkflowStep, { try: unknown }>, scope: Scope): Promise<Flow> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ('steps' in step.try ? this.runSteps(step.try.steps, scope) : this.runCall(step.try, scope));
      } catch (error) {
        if (!(error instanceof WorkflowError)) throw error;
        if (step.retry !== undefined && attempt < MAX_RETRIES && isRetried(error.value)) {
          this.host.now += 1;
          continue;
        }
        if (step.except === undefined) throw error;
        const inner = new Scope(scope);
        inner.declare(step.except.as, error.value);
        return this.runSteps(step.except.steps, inner);
      }
    }
  }

  private async runCall({ call, args = {}, result }: WorkflowCall, scope: Scope): Promise<Flow> {
    const given = Object.fromEntries(
      Object.entries(args).flatMap(([name, value]) => (value === undefined ? [] : [[name, this.value(value as Value, scope)]])),
    );
    const value = await this.callFunction(call, given);
    if (result !== undefined) scope.assign(result, structuredClone(value));
    return undefined;
  }

  private async callFunction(name: string, args: Readonly<Record<string, Value>>): Promise<Value> {
    if (name.startsWith('http.')) return this.send(name.slice('http.'.length).toUpperCase(), args);
    if (name === 'sys.sleep') {
      this.host.now += requireNumber(args.seconds!);
      return null;
    }
    if (name === 'sys.log') {
      this.logs.push({ severity: String(args.severity), json: requireMap(args.json!) });
      return null;
    }
    return this.call(name, args);
  }

  private async send(method: string, { url, query = {}, body, auth }: Readonly<Record<string, Value>>): Promise<Value> {
    const texts = Object.fromEntries(Object.entries(requireMap(query)).map(([name, value]) => [name, String(value)]));
    const response = await this.host.send({ method, url: String(url), query: texts, ...(body !== undefined && { body }), auth: auth! });
    if (response.code < 400) return { code: response.code, body: response.body };
    throw new WorkflowError({ tags: ['HttpError'], message: 'HTTP server responded with an error', ...response });
  }

  /** Assigns a variable, or a member of it by a path such as `labels["a"].b[key]`. */
  private assign(target: string, value: Value, scope: Scope): void {
    const [, variable = '', path = ''] = /^(\w+)(.*)$/.exec(target) ?? [];
    if (path === '') {
      scope.assign(variable, structuredClone(value));
      return;
    }
    const keys = [...path.matchAll(/\.(\w+)|\[([^\]]+)\]/g)].map(([, name, key]) => name ?? String(this.expression(key!, scope)));
    // A variable owns its value, which was copied.
    const root = scope.read(variable);
    const last = keys.pop()!;
    const parent = keys.reduce<Value>((map, key) => requireMap(map)[key]!, root);
    requireMap(parent)[last] = structuredClone(value);
    scope.assign(variable, root);
  }

  /** Evaluates the expressions in a value. */
  private value(value: Value, scope: Scope): Value {
    if (typeof value === 'string') {
      const [, text] = /^\$\{(.*)\}$/s.exec(value) ?? [];
      return text === undefined ? value : structuredClone(this.expression(text, scope));
    }
    if (Array.isArray(value)) return value.map((item) => this.value(item, scope));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.value(inner, scope)]));
  }

  private expression(text: string, scope: Scope): Value {
    return parseExpression(text)({
      read: (name) => scope.read(name),
      call: (name, args) => {
        if (name === 'sys.now') return this.host.now;
        const known = FUNCTIONS[name];
        if (known === undefined) throw new SyntaxError(`there is no function '${name}'`);
        return known(...args);
      },
    });
  }
}

function isRetried(error: Value): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && RETRIED.includes(Number(error.code));
}
