/** Kind of a token in a template string of Terraform. Operators and brackets are their own kind. */
export type TokenKind = 'literal' | 'interpolation' | 'end' | 'quote' | 'unquote' | 'identifier' | 'number' | 'newline' | 'eof' | Operator;

/** Operator, separator or bracket of an expression. */
export type Operator = (typeof OPERATORS)[number];

/** Part of a template string. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly position: number;
}

/** Template that Terraform cannot read, or that is not supported. */
export class TemplateSyntaxError extends Error {
  public override readonly name = 'TemplateSyntaxError';
}

/** Maximum nesting depth of an expression, which is safe for recursive functions. */
export const MAX_DEPTH = 100;

/** Longer operators are before their prefixes. */
const OPERATORS = [
  ...(['...', '==', '!=', '>=', '<=', '&&', '||', '::', '=>'] as const),
  ...(['[', ']', '(', ')', '{', '}', '.', ',', '*', '/', '%', '+', '-', '=', '<', '>', '!', '?', ':'] as const),
] as const;

/** Literal text without characters that begin something else. */
const PLAIN = /[^$%]+/y;
const PLAIN_QUOTED = /[^$%"\\\n\r]+/y;

const SPACES = /[ \t]+/y;
const NEWLINE = /\r?\n/y;
const IDENTIFIER = /[\p{L}_][\p{L}\p{Nd}_-]*/uy;
const NUMBER = /\d(?:(?:[\d.]|[eE][+-]?\d)*(?:\d|[eE][+-]?\d))?/y;
const ESCAPE = /\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;

/**
 * Splits a template string into the tokens that HashiCorp's `hclsyntax` reads: literal text with its escape sequences (`$${`, `%%{`),
 * interpolations, and nested quoted templates.
 *
 * Directives (`%{`), comments and heredocs in expressions are not supported, so that no code is hidden by them.
 *
 * @throws TemplateSyntaxError for a template that is not supported
 */
export function scanTemplate(text: string): readonly Token[] {
  return new TemplateScanner(text).scan();
}

class TemplateScanner {
  private position = 0;
  private depth = 0;
  private readonly tokens: Token[] = [];

  constructor(private readonly text: string) {}

  public scan(): readonly Token[] {
    this.literal(false);
    this.push('eof', '');
    return this.tokens;
  }

  /** Reads literal text and interpolations, up to the closing quote or the end of the text. */
  private literal(isQuoted: boolean): void {
    let literal = '';
    const take = (length: number): void => {
      literal += this.text.slice(this.position, this.position + length);
      this.position += length;
    };
    const flush = (): void => {
      if (literal !== '') this.tokens.push({ kind: 'literal', text: literal, position: this.position - literal.length });
      literal = '';
    };
    for (;;) {
      const next = this.text[this.position];
      if (next === undefined || (isQuoted && next === '"')) {
        flush();
        return;
      }
      const plain = this.match(isQuoted ? PLAIN_QUOTED : PLAIN);
      if (plain !== undefined) take(plain.length);
      else if (this.isNext('$${') || this.isNext('%%{')) take(3);
      else if (this.isNext('${')) {
        flush();
        this.interpolation();
      } else if (this.isNext('%{')) this.fail('a directive, %{, is not supported');
      else if (isQuoted && next === '\\') take(this.match(ESCAPE)?.length ?? this.fail('unknown escape sequence in a quoted text'));
      else if (isQuoted && (next === '\n' || next === '\r')) this.fail('a quoted text must end on its line');
      else take(1);
    }
  }

  /** Reads an interpolation with its braces. */
  private interpolation(): void {
    if (++this.depth > MAX_DEPTH) this.fail(`must be nested at most ${MAX_DEPTH} levels deep`);
    this.push('interpolation', this.isNext('${~') ? '${~' : '${');
    for (let depth = 0; ; ) {
      this.skipSpaces();
      if (this.isNext('~}') && depth === 0) {
        this.push('end', '~}');
        break;
      }
      const token = this.expressionToken();
      if (token === '{') depth++;
      else if (token === '}' && depth-- === 0) break;
    }
    this.depth--;
  }

  /** Reads a token of an expression. A closing brace without an opening one ends the interpolation, which the parser verifies. */
  private expressionToken(): Operator | undefined {
    const newline = this.match(NEWLINE);
    if (newline !== undefined) this.push('newline', newline);
    else if (this.isNext('"')) this.quoted();
    else if (this.isNext('#') || this.isNext('//') || this.isNext('/*')) this.fail('a comment in an expression is not supported');
    else if (this.isNext('<<')) this.fail('a heredoc is not supported');
    else {
      const [identifier, number] = [this.match(IDENTIFIER), this.match(NUMBER)];
      if (identifier !== undefined) this.push('identifier', identifier);
      else if (number !== undefined) this.push('number', number);
      else {
        const operator = OPERATORS.find((each) => this.isNext(each));
        if (operator === undefined) return this.fail(this.position < this.text.length ? 'unknown character' : 'missing }');
        this.push(operator, operator);
        return operator;
      }
    }
    return undefined;
  }

  private quoted(): void {
    this.push('quote', '"');
    this.literal(true);
    if (!this.isNext('"')) this.fail('missing closing quote');
    this.push('unquote', '"');
  }

  private push(kind: TokenKind, text: string): void {
    this.tokens.push({ kind, text, position: this.position });
    this.position += text.length;
  }

  private isNext(text: string): boolean {
    return this.text.startsWith(text, this.position);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    return pattern.exec(this.text)?.[0];
  }

  private skipSpaces(): void {
    this.position += this.match(SPACES)?.length ?? 0;
  }

  private fail(problem: string): never {
    throw new TemplateSyntaxError(`${problem}, at character ${this.position + 1}`);
  }
}
