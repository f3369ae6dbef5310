const MAX_DEPTH = 60;

/** Converts a plain scalar that versions of YAML read differently. */
type Convert = (scalar: string) => unknown;

/**
 * Parses a mapping or a sequence, in JSON or in the part of YAML that most files use: block and flow collections, plain and quoted scalars
 * on one line, and literal blocks. Undefined for other text, such as several documents, anchors, tags, and scalars on several lines.
 *
 * @param ambiguous converts plain scalars such as `yes`, `0x50` and `010`, which are text in one version of YAML and not in another; by
 * default they are text
 */
export function parseYaml(text: string, ambiguous: Convert = String): object | undefined {
  if (/^\s*[[{]/.test(text)) return parseJsonObject(text);
  try {
    return new YamlReader(text, ambiguous).read();
  } catch (error) {
    if (error instanceof NotRead) return undefined;
    throw error;
  }
}

function parseJsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parses the documents of a text. Each is undefined when `parseYaml` does not read it. */
export function parseDocuments(text: string): readonly (object | undefined)[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/^(?:---|\.\.\.)(?:[ \t].*)?\r?$/m)
    .filter((document) => /^[ \t]*[^#\s]/m.test(document))
    .map((document) => parseYaml(document));
}

class NotRead extends Error {}

interface Line {
  readonly indent: number;
  readonly text: string;
}

class YamlReader {
  private readonly lines: Line[];
  private at = 0;

  constructor(
    text: string,
    private readonly ambiguous: Convert,
  ) {
    const lines = text.replace(/^---[ \t]*\r?\n/, '').split(/\r?\n/);
    this.lines = lines.map((line) => {
      const content = line.trimStart();
      if (/^ *\t/.test(line)) throw new NotRead();
      return { indent: line.length - content.length, text: content.trimEnd() };
    });
  }

  public read(): object {
    this.skipBlank();
    const value = this.block(this.current?.indent ?? 0, 0);
    this.skipBlank();
    if (this.current || typeof value !== 'object' || value === null) throw new NotRead();
    return value;
  }

  private get current(): Line | undefined {
    return this.lines[this.at];
  }

  private skipBlank(): void {
    while (this.current && (this.current.text === '' || this.current.text.startsWith('#'))) this.at++;
  }

  private block(indent: number, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new NotRead();
    return isItem(this.current?.text) ? this.list(indent, depth) : this.mapping(indent, depth);
  }

  private list(indent: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (this.skipBlank(); this.current?.indent === indent && isItem(this.current.text); this.skipBlank()) {
      const rest = this.current.text.slice(1);
      const content = rest.trimStart();
      if (content === '' || content.startsWith('#')) {
        this.at++;
        items.push(this.nested(indent + 1, depth));
      } else if (isItem(content) || KEY.test(content)) {
        // What follows the dash is the first line of a block that is indented up to there.
        const inner = indent + 1 + (rest.length - content.length);
        this.lines[this.at] = { indent: inner, text: content };
        items.push(this.block(inner, depth + 1));
      } else {
        this.at++;
        items.push(this.scalar(content, indent));
      }
    }
    return items;
  }

  private mapping(indent: number, depth: number): Record<string, unknown> {
    const result: [string, unknown][] = [];
    const keys = new Set<string>();
    for (this.skipBlank(); this.current?.indent === indent && !isItem(this.current.text); this.skipBlank()) {
      const match = KEY.exec(this.current.text);
      if (!match) throw new NotRead();
      const key = String(parseScalar(match[1]!, String));
      if (keys.has(key)) throw new NotRead();
      keys.add(key);
      const rest = this.current.text.slice(match[0].length).trim();
      this.at++;
      if (rest === '' || rest.startsWith('#')) {
        this.skipBlank();
        // A list may stand at the indent of its key.
        const next = this.current;
        const isListHere = next?.indent === indent && isItem(next.text);
        result.push([key, isListHere ? this.list(indent, depth + 1) : this.nested(indent + 1, depth)]);
      } else {
        result.push([key, this.scalar(rest, indent)]);
      }
    }
    if (result.length === 0) throw new NotRead();
    return Object.fromEntries(result);
  }

  /** Parses the nested block at the given indentation, if any. */
  private nested(indent: number, depth: number): unknown {
    this.skipBlank();
    if (!this.current || this.current.indent < indent) return null;
    const { indent: own, text } = this.current;
    if (!/^[[{]/.test(text)) return this.block(own, depth + 1);
    this.at++;
    return this.scalar(text, own);
  }

  private scalar(text: string, indent: number): unknown {
    if (/^[|>][+-]?$/.test(text)) return this.literal(indent, text);
    const value = /^[[{]/.test(text) ? this.flow(text, indent) : parseScalar(text, this.ambiguous);
    this.skipBlank();
    // A scalar that goes on in the next line.
    if (this.current && this.current.indent > indent) throw new NotRead();
    return value;
  }

  /** Flow collection, up to the line that closes it. */
  private flow(first: string, indent: number): unknown {
    const lines = [first];
    for (let open = countOpen(first); open > 0; this.at++) {
      if (!this.current || (this.current.text !== '' && this.current.indent < indent)) throw new NotRead();
      lines.push(this.current.text);
      open += countOpen(this.current.text);
    }
    return new FlowReader(lines.join('\n'), this.ambiguous).read();
  }

  private literal(indent: number, header: string): string {
    let next = this.at;
    while (this.lines[next]?.text === '') next++;
    const first = this.lines[next];
    const inner = first && first.indent > indent ? first.indent : indent + 1;
    const lines: string[] = [];
    for (; this.current && (this.current.text === '' || this.current.indent >= inner); this.at++) {
      lines.push(this.current.text === '' ? '' : ' '.repeat(this.current.indent - inner) + this.current.text);
    }
    const text = lines.join(header.startsWith('>') ? ' ' : '\n').trimEnd();
    return header.endsWith('-') ? text : `${text}\n`;
  }
}

/** A key with its colon, quoted or plain. */
const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#&*!|>%@`"'{}[\],?][^#]*?)\s*:(?=\s|$)/;

function isItem(text: string | undefined): boolean {
  return text !== undefined && (text === '-' || text.startsWith('- '));
}

/** Counts the brackets of a line that it does not close. */
function countOpen(line: string): number {
  const marks = tokenize(line.startsWith('#') ? '' : line).filter((token) => /^[[\]{}]$/.test(token));
  return marks.reduce((open, mark) => open + (mark === '[' || mark === '{' ? 1 : -1), 0);
}

function tokenize(text: string): readonly string[] {
  return (text.match(FLOW_TOKEN) ?? []).filter((token) => !token.startsWith('#'));
}

/** Reads a flow collection. */
class FlowReader {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(
    text: string,
    private readonly ambiguous: Convert,
  ) {
    this.tokens = tokenize(text);
    // Characters that are no token, such as an open quote.
    if (text.replace(FLOW_TOKEN, '').trim() !== '') throw new NotRead();
  }

  public read(): unknown {
    const value = this.value(0);
    if (this.at < this.tokens.length) throw new NotRead();
    return value;
  }

  private value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new NotRead();
    const token = this.take();
    if (token === '[') return this.items(']', () => this.value(depth + 1));
    if (token === '{') {
      const entries = this.items('}', () => {
        const key = this.take();
        if (IS_MARK.test(key) || this.take() !== ':') throw new NotRead();
        return [String(parseScalar(key.trim(), String)), this.value(depth + 1)] as const;
      });
      if (new Set(entries.map(([key]) => key)).size < entries.length) throw new NotRead();
      return Object.fromEntries(entries);
    }
    if (IS_MARK.test(token)) throw new NotRead();
    return parseScalar(token.trim(), this.ambiguous);
  }

  private items<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    while (this.tokens[this.at] !== end) {
      items.push(read());
      if (this.tokens[this.at] === ',') this.at++;
      else if (this.tokens[this.at] !== end) throw new NotRead();
    }
    this.at++;
    return items;
  }

  private take(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new NotRead();
    return token;
  }
}

/** Quoted scalar, mark, comment, or plain scalar. */
const FLOW_TOKEN =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[[\]{},]|:(?=[\s,\]}]|$)|(?<=\s|^)#[^\n]*|[^\s[\]{},:"'#](?:[^[\]{},:#\n]|(?<!\s)#|:(?![\s,\]}]|$))*/gm;
const IS_MARK = /^[[\]{},:]$/;

/** Plain scalars that are booleans, null, numbers or dates in a version of YAML, other than in their usual spelling. */
const AMBIGUOUS =
  /^(?:[yn]|yes|no|on|off|true|false|null|[+-]?\.?\d[\d_]*(?:[.:xob][\da-f_.:]*)?(?:e[+-]?\d+)?|[+-]?\.(?:inf|nan)|\d{4}-\d\d?-\d\d?.*)$/i;

/** Addresses and versions of several numbers, which are text in every version. */
const DOTTED = /^\d+(?:\.\d+){2,}$/;

function parseScalar(text: string, ambiguous: Convert): unknown {
  if (text.startsWith('"')) {
    const quoted = /^("(?:[^"\\]|\\.)*")(\s+#.*)?$/.exec(text);
    try {
      if (quoted) return JSON.parse(quoted[1]!);
    } catch {
      // An escape sequence that JSON does not have.
    }
    throw new NotRead();
  }
  if (text.startsWith("'")) {
    const quoted = /^'((?:[^']|'')*)'(\s+#.*)?$/.exec(text);
    if (!quoted) throw new NotRead();
    return quoted[1]!.replace(/''/g, "'");
  }
  const plain = text.replace(/\s+#.*$/, '');
  if (/^[&*!|>%@`]/.test(plain) || /: /.test(plain)) throw new NotRead();
  if (/^(null|~|)$/.test(plain)) return null;
  if (/^(true|false)$/.test(plain)) return plain === 'true';
  if (/^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(plain)) return Number(plain);
  return AMBIGUOUS.test(plain) && !DOTTED.test(plain) ? ambiguous(plain) : plain;
}
