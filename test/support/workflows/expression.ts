/** Value in a workflow. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** Error that a workflow raises or that a call raised, as `except` sees it. */
export class WorkflowError extends Error {
  constructor(public readonly value: Value) {
    super(typeof value === 'string' ? value : JSON.stringify(value));
  }
}

/** Names and functions that an expression refers to. */
export interface ExpressionContext {
  read(variable: string): Value;
  call(name: string, args: readonly Value[]): Value;
}

type Token = { readonly kind: 'number' | 'text' | 'name' | 'sign'; readonly text: string };

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|"((?:[^"\\]|\\.)*)"|([A-Za-z_]\w*)|(==|!=|<=|>=|\/\/|[-+*/%<>()[\].,]))/y;

const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['in', '==', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/', '//', '%'],
];

/** Parsed expression. */
export type Expression = (context: ExpressionContext) => Value;

/**
 * Parses the text between the braces of an expression of Workflows. Its evaluation throws a `WorkflowError` where Workflows raises an
 * error, for example for the types of operands.
 *
 * @param onFunction called with the name of each function
 * @throws SyntaxError if it is none
 */
export function parseExpression(text: string, onFunction: (name: string) => void = () => undefined): Expression {
  return new Parser(tokenize(text), onFunction).parseAll();
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`'${text}' is no expression of Workflows, at '${text.slice(at)}'`);
    const [, number, quoted, name, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replace(/\\(.)/g, '$1') });
    else tokens.push(name === undefined ? { kind: 'sign', text: sign! } : { kind: 'name', text: name });
  }
  return tokens;
}

class Parser {
  private position = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly onFunction: (name: string) => void,
  ) {}

  public parseAll(): Expression {
    const value = this.binary(0);
    if (this.position < this.tokens.length) throw new SyntaxError(`unexpected '${this.tokens[this.position]!.text}'`);
    return value;
  }

  private peek(): string | undefined {
    const token = this.tokens[this.position];
    return token?.kind === 'sign' || token?.kind === 'name' ? token.text : undefined;
  }

  private take(sign: string): boolean {
    if (this.peek() !== sign) return false;
    this.position++;
    return true;
  }

  private expect(sign: string): void {
    if (!this.take(sign)) throw new SyntaxError(`expected '${sign}', got '${this.tokens[this.position]?.text ?? 'the end'}'`);
  }

  private binary(level: number): Expression {
    const signs = LEVELS[level];
    if (signs === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (let sign = this.peek(); sign !== undefined && signs.includes(sign); sign = this.peek()) {
      this.position++;
      const [operator, one, other] = [sign, left, this.binary(level + 1)];
      left = (context) => operate(operator, one(context), other(context));
    }
    return left;
  }

  private unary(): Expression {
    if (this.take('not')) {
      const inner = this.unary();
      return (context) => !requireBoolean(inner(context));
    }
    if (this.take('-')) {
      const inner = this.unary();
      return (context) => -requireNumber(inner(context));
    }
    return this.postfix();
  }

  private postfix(): Expression {
    let value = this.primary();
    while (true) {
      const owner = value;
      if (this.take('.')) {
        const name = this.name();
        value = (context) => member(owner(context), name);
      } else if (this.take('[')) {
        const key = this.binary(0);
        value = (context) => member(owner(context), key(context));
        this.expect(']');
      } else return value;
    }
  }

  private name(): string {
    const token = this.tokens[this.position++];
    if (token?.kind !== 'name') throw new SyntaxError(`expected a name, got '${token?.text ?? 'the end'}'`);
    return token.text;
  }

  private primary(): Expression {
    const token = this.tokens[this.position];
    if (token === undefined) throw new SyntaxError('expected a value, got the end');
    if (token.kind === 'number' || token.kind === 'text') {
      this.position++;
      const value = token.kind === 'number' ? Number(token.text) : token.text;
      return () => value;
    }
    if (this.take('(')) {
      const value = this.binary(0);
      this.expect(')');
      return value;
    }
    if (this.take('[')) {
      const items = this.items(']');
      return (context) => items.map((item) => item(context));
    }
    const name = this.name();
    const constant = { true: true, false: false, null: null }[name];
    if (constant !== undefined) return () => constant;
    return this.functionCall(name) ?? ((context) => context.read(name));
  }

  /** Call of a function such as `text.substring(...)`; undefined for a variable. */
  private functionCall(first: string): Expression | undefined {
    const ahead = this.tokens.slice(this.position, this.position + 3).map(({ text }) => text);
    const isQualified = ahead[0] === '.' && ahead[2] === '(';
    if (!isQualified && ahead[0] !== '(') return undefined;
    this.position += isQualified ? 3 : 1;
    const name = isQualified ? `${first}.${ahead[1]}` : first;
    this.onFunction(name);
    const args = this.items(')');
    return (context) =>
      context.call(
        name,
        args.map((arg) => arg(context)),
      );
  }

  private items(end: string): Expression[] {
    const items: Expression[] = [];
    if (this.take(end)) return items;
    do items.push(this.binary(0));
    while (this.take(','));
    this.expect(end);
    return items;
  }
}

function operate(sign: string, left: Value, right: Value): Value {
  switch (sign) {
    case 'or':
      return requireBoolean(left) || requireBoolean(right);
    case 'and':
      return requireBoolean(left) && requireBoolean(right);
    case '==':
      return JSON.stringify(left) === JSON.stringify(right);
    case '!=':
      return JSON.stringify(left) !== JSON.stringify(right);
    case 'in':
      if (Array.isArray(right)) return right.includes(left);
      return Object.hasOwn(requireMap(right), String(left));
    case '+':
      if (typeof left === 'string' && typeof right === 'string') return left + right;
      return requireNumber(left) + requireNumber(right);
    case '-':
      return requireNumber(left) - requireNumber(right);
    case '*':
      return requireNumber(left) * requireNumber(right);
    case '/':
      return requireNumber(left) / requireNumber(right);
    case '//':
      return Math.floor(requireNumber(left) / requireNumber(right));
    case '%':
      return requireNumber(left) % requireNumber(right);
    case '<':
      return requireNumber(left) < requireNumber(right);
    case '>':
      return requireNumber(left) > requireNumber(right);
    case '<=':
      return requireNumber(left) <= requireNumber(right);
    default:
      return requireNumber(left) >= requireNumber(right);
  }
}

function member(value: Value, key: Value): Value {
  if (Array.isArray(value)) {
    const item = value[requireNumber(key)];
    if (item === undefined) throw new WorkflowError({ tags: ['IndexError'], message: `index ${key} is out of range` });
    return item;
  }
  const found = requireMap(value)[String(key)];
  if (found === undefined) throw new WorkflowError({ tags: ['KeyError', 'LookupError'], message: `key not found: ${key}` });
  return found;
}

function typeError(value: Value, wanted: string): WorkflowError {
  return new WorkflowError({ tags: ['TypeError'], message: `expected ${wanted}, got ${JSON.stringify(value)}` });
}

export function requireNumber(value: Value): number {
  if (typeof value === 'number') return value;
  throw typeError(value, 'a number');
}

export function requireText(value: Value): string {
  if (typeof value === 'string') return value;
  throw typeError(value, 'a string');
}

export function requireBoolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw typeError(value, 'a boolean');
}

export function requireMap(value: Value): { [name: string]: Value } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw typeError(value, 'a map');
}

export function requireList(value: Value): Value[] {
  if (Array.isArray(value)) return value;
  throw typeError(value, 'a list');
}
