import { MAX_DEPTH, scanTemplate, TemplateSyntaxError, type Token, type TokenKind } from './template-tokens';

/** Step from a value to a part of it: attribute, index, key in brackets, or undefined when only the evaluation knows it. */
export type PathStep = string | number | { readonly key: string } | undefined;

/** Reference to a value, such as `google_compute_network.Main.name`. */
export interface TemplateReference {
  /** First name: a resource type, `local`, `var`, `data`, `each` and so on. */
  readonly root: string;
  readonly path: readonly PathStep[];
}

/** Code in a template string. */
export interface TemplateCode {
  /** Names of the functions that are called. Those of a provider contain `::`. */
  readonly calls: readonly string[];

  /** References, without the variables of `for` expressions. */
  readonly references: readonly TemplateReference[];
}

const NO_CODE: TemplateCode = { calls: [], references: [] };

/**
 * Reads the functions and references in a template string of Terraform, as HashiCorp's `hclsyntax` does. A text that this function reads is a
 * valid template with exactly these functions and references; everything else is an error.
 *
 * @throws TemplateSyntaxError for a template that Terraform cannot read, or with directives, comments or heredocs
 */
export function readTemplate(text: string): TemplateCode {
  return text.includes('${') || text.includes('%{') ? new TemplateParser(scanTemplate(text)).read() : NO_CODE;
}

/** Recursive-descent parser with the grammar of `hclsyntax`. */
class TemplateParser {
  private index = 0;
  private depth = 0;
  private readonly calls: string[] = [];
  private readonly references: TemplateReference[] = [];

  /** Variables of the `for` expressions around the current position. */
  private readonly variables: string[] = [];

  /** True between the items of an object, where a newline separates them. Elsewhere in a template it is a space. */
  private separatesByNewline = false;

  constructor(private readonly tokens: readonly Token[]) {}

  public read(): TemplateCode {
    this.template('eof');
    return { calls: this.calls, references: this.references };
  }

  /** @returns the text when it is only literal, without escape sequences */
  private template(end: 'eof' | 'unquote'): string | undefined {
    let literal: string | undefined = '';
    while (this.raw().kind !== end) {
      const token = this.tokens[this.index++]!;
      if (token.kind === 'literal') {
        if (/\\|\$\$\{|%%\{/.test(token.text)) literal = undefined;
        else if (literal !== undefined) literal += token.text;
        continue;
      }
      if (token.kind !== 'interpolation') this.fail(token);
      literal = undefined;
      this.within(false, () => {
        this.expression();
        this.expect('}', 'end');
      });
    }
    this.index++;
    return literal;
  }

  private expression(): void {
    this.operand();
    this.operators();
  }

  /** Reads what follows an operand. The precedence of operators does not matter for what is called and referenced. */
  private operators(): void {
    while (this.accept('==', '!=', '<', '>', '<=', '>=', '&&', '||', '+', '-', '*', '/', '%')) this.operand();
    if (!this.accept('?')) return;
    this.nested(() => {
      this.expression();
      this.expect(':');
      this.expression();
    });
  }

  private operand(): void {
    this.nested(() => {
      if (this.accept('-', '!')) this.operand();
      else this.traversal(this.term());
    });
  }

  private nested(read: () => void): void {
    if (++this.depth > MAX_DEPTH) this.fail(this.peek(), `must be nested at most ${MAX_DEPTH} levels deep`);
    read();
    this.depth--;
  }

  /** Reads a value without its traversal. @returns its name when it is a reference */
  private term(): string | undefined {
    const token = this.next();
    switch (token.kind) {
      case 'number':
        return /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(token.text) ? undefined : this.fail(token);
      case 'quote':
        this.template('unquote');
        return undefined;
      case '(':
        this.within(false, () => {
          this.expression();
          this.expect(')');
        });
        return undefined;
      case '[':
        this.within(false, () => {
          if (this.isKeyword('for')) this.forExpression(']');
          else this.items(']', () => this.expression());
        });
        return undefined;
      case '{':
        if (this.within(false, () => this.isKeyword('for'))) this.within(false, () => this.forExpression('}'));
        else this.within(true, () => this.object());
        return undefined;
      case 'identifier':
        if (this.peek().kind === '(' || this.peek().kind === '::') {
          this.call(token.text);
          return undefined;
        }
        return ['true', 'false', 'null'].includes(token.text) ? undefined : token.text;
      default:
        return this.fail(token);
    }
  }

  /** Reads the steps after a value: attributes, indexes and splats. */
  private traversal(root: string | undefined): void {
    const path: PathStep[] = [];
    let isSplat = false;
    for (;;) {
      if (this.accept('.')) {
        const token = this.next();
        if (token.kind === 'identifier') path.push(token.text);
        else if (token.kind === 'number' && /^\d+$/.test(token.text)) path.push(Number(token.text));
        else if (token.kind === '*' && !isSplat) {
          path.push(undefined);
          isSplat = true;
        } else this.fail(token);
      } else if (this.accept('[')) {
        path.push(this.within(false, () => this.brackets()));
        isSplat = false;
      } else break;
    }
    if (root !== undefined && !this.variables.includes(root)) this.references.push({ root, path });
  }

  private brackets(): PathStep {
    if (this.accept('*')) {
      this.expect(']');
      return undefined;
    }
    const [first, second] = [this.peek(), this.tokens[this.index + 1]!];
    if (first.kind === 'number' && second.kind === ']' && /^\d+$/.test(first.text)) {
      this.index += 2;
      return Number(first.text);
    }
    if (first.kind === 'quote') {
      this.index++;
      const key = this.template('unquote');
      if (this.accept(']')) return key === undefined ? undefined : { key };
      this.traversal(undefined);
      this.operators();
    } else this.expression();
    this.expect(']');
    return undefined;
  }

  private call(first: string): void {
    let name = first;
    while (this.accept('::')) name += `::${this.expect('identifier').text}`;
    this.expect('(');
    this.calls.push(name);
    this.within(false, () =>
      this.items(')', () => {
        this.expression();
        if (this.accept('...') && this.peek().kind !== ')') this.fail(this.peek());
      }),
    );
  }

  private object(): void {
    for (;;) {
      while (this.accept('newline'));
      if (this.accept('}')) return;
      const [first, second] = [this.peek(), this.tokens[this.index + 1]!];
      // A name before the equals sign is a text, not a reference.
      if (first.kind === 'identifier' && (second.kind === '=' || second.kind === ':')) this.index++;
      else this.expression();
      this.expect('=', ':');
      this.expression();
      if (this.accept('}')) return;
      this.expect(',', 'newline');
    }
  }

  private forExpression(end: ']' | '}'): void {
    this.next();
    const names = [this.expect('identifier').text];
    if (this.accept(',')) names.push(this.expect('identifier').text);
    if (!this.isKeyword('in')) this.fail(this.peek());
    this.next();
    this.expression();
    this.expect(':');
    this.variables.push(...names);
    this.expression();
    if (end === '}') {
      this.expect('=>');
      this.expression();
      this.accept('...');
    }
    if (this.isKeyword('if')) {
      this.next();
      this.expression();
    }
    this.variables.length -= names.length;
    this.expect(end);
  }

  /** Reads items with commas between them, and the closing bracket. A trailing comma is allowed. */
  private items(end: ']' | ')', item: () => void): void {
    for (;;) {
      if (this.accept(end)) return;
      item();
      if (this.accept(end)) return;
      this.expect(',');
    }
  }

  private within<T>(separatesByNewline: boolean, read: () => T): T {
    const before = this.separatesByNewline;
    this.separatesByNewline = separatesByNewline;
    const result = read();
    this.separatesByNewline = before;
    return result;
  }

  private isKeyword(word: string): boolean {
    const { kind, text } = this.peek();
    return kind === 'identifier' && text === word;
  }

  /** Next token; a newline only where it separates items. */
  private peek(): Token {
    while (!this.separatesByNewline && this.raw().kind === 'newline') this.index++;
    return this.raw();
  }

  private raw(): Token {
    return this.tokens[this.index]!;
  }

  private next(): Token {
    const token = this.peek();
    if (token.kind === 'eof') this.fail(token);
    this.index++;
    return token;
  }

  private accept(...kinds: readonly TokenKind[]): boolean {
    if (!kinds.includes(this.peek().kind)) return false;
    this.index++;
    return true;
  }

  private expect(...kinds: readonly TokenKind[]): Token {
    const token = this.next();
    return kinds.includes(token.kind) ? token : this.fail(token);
  }

  private fail({ text, position }: Token, problem = `unexpected ${text === '' ? 'end' : JSON.stringify(text)}`): never {
    throw new TemplateSyntaxError(`${problem}, at character ${position + 1}`);
  }
}
