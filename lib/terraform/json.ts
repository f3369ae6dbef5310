import { TerraformDocumentError } from './errors';

/** Maximum nesting depth: more than Terraform writes, and safe for recursive functions. */
const MAX_DEPTH = 200;

/**
 * Parses JSON without duplicate keys.
 *
 * `JSON.parse` keeps the last of several properties with the same name, but Terraform reads all of them: a check would then see another
 * configuration than the one that is applied.
 *
 * @throws TerraformDocumentError with the position, when the text is not JSON or has duplicate keys
 */
export function parseJson(text: string): unknown {
  new JsonScanner(text).scan();
  return JSON.parse(text);
}

const [QUOTE, BACKSLASH, SPACE] = [0x22, 0x5c, 0x20];
const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/** Validates JSON without creating values. `JSON.parse` is faster, but reports neither duplicate keys nor the path of an error. */
class JsonScanner {
  private position = 0;
  private readonly path: (string | number)[] = [];

  constructor(private readonly text: string) {}

  public scan(): void {
    this.value();
    this.skipSpace();
    if (this.position < this.text.length) this.fail('the end of the text');
  }

  private value(): void {
    this.skipSpace();
    const start = this.text[this.position];
    if (start === '{') this.object();
    else if (start === '[') this.list();
    else if (start === '"') this.string();
    else this.match(LITERAL, 'a value');
  }

  private object(): void {
    const names = new Set<string>();
    this.items('}', () => {
      this.skipSpace();
      const start = this.position;
      if (this.text[start] !== '"') this.fail('a name in double quotes');
      const hasEscape = this.string();
      const written = this.text.slice(start, this.position);
      const name = hasEscape ? (JSON.parse(written) as string) : written.slice(1, -1);
      if (names.has(name)) {
        throw new TerraformDocumentError(`${JSON.stringify(name)} must occur once, got it twice, at ${this.place(start)}`, [
          ...this.path,
          name,
        ]);
      }
      names.add(name);
      this.skipSpace();
      this.expect(':');
      this.path.push(name);
      this.value();
      this.path.pop();
    });
  }

  private list(): void {
    let index = 0;
    this.items(']', () => {
      this.path.push(index++);
      this.value();
      this.path.pop();
    });
  }

  /** Reads comma-separated items up to the closing bracket. */
  private items(end: '}' | ']', item: () => void): void {
    if (this.path.length >= MAX_DEPTH) throw new TerraformDocumentError(`must be nested at most ${MAX_DEPTH} levels deep`, this.path);
    this.position++;
    this.skipSpace();
    if (this.text[this.position] === end) {
      this.position++;
      return;
    }
    for (;;) {
      item();
      this.skipSpace();
      const next = this.text[this.position];
      if (next !== ',' && next !== end) this.fail(`',' or '${end}'`);
      this.position++;
      if (next === end) return;
    }
  }

  /** @returns true when the string contains an escape sequence */
  private string(): boolean {
    let hasEscape = false;
    for (this.position++; ; this.position++) {
      const code = this.text.charCodeAt(this.position);
      if (code === QUOTE) {
        this.position++;
        return hasEscape;
      }
      if (code === BACKSLASH) {
        hasEscape = true;
        this.position++;
        this.match(ESCAPE, 'an escape');
        this.position--;
      } else if (!(code >= SPACE)) this.fail('the end of a string');
    }
  }

  private match(pattern: RegExp, expected: string): void {
    pattern.lastIndex = this.position;
    if (!pattern.test(this.text)) this.fail(expected);
    this.position = pattern.lastIndex;
  }

  private expect(character: string): void {
    if (this.text[this.position] !== character) this.fail(`'${character}'`);
    this.position++;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (code !== SPACE && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.position++;
    }
  }

  private fail(expected: string): never {
    const rest = this.text.slice(this.position, this.position + 20);
    const got = rest === '' ? 'the end of the text' : JSON.stringify(rest);
    throw new TerraformDocumentError(`must be JSON: expected ${expected}, got ${got}, at ${this.place(this.position)}`, this.path);
  }

  private place(position: number): string {
    const before = this.text.slice(0, position);
    return `line ${before.split('\n').length}, column ${position - before.lastIndexOf('\n')}`;
  }
}
