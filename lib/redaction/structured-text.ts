/**
 * Parses JSON or YAML text, so that changes are shown per field.
 *
 * Supports block mappings and sequences, plain and quoted scalars, literal blocks; otherwise undefined. Anchors, tags, several
 * documents and flow collections other than JSON are not supported.
 */
export function structuredText(text: string): object | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const start = text.trimStart()[0];
  if (start === '{' || start === '[') {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null ? value : undefined;
    } catch {
      return undefined;
    }
  }
  if (!text.includes('\n') || !/^[^\n]*?:( |$)|^- /m.test(text)) return undefined;
  try {
    return new YamlReader(text).read();
  } catch (error) {
    if (error instanceof NotRead) return undefined;
    throw error;
  }
}

const MAX_LENGTH = 1_000_000;
const MAX_DEPTH = 60;

class NotRead extends Error {}

interface Line {
  readonly indent: number;
  readonly text: string;
}

class YamlReader {
  private readonly lines: Line[];
  private at = 0;

  constructor(text: string) {
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
      const key = String(scalarOf(match[1]!));
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
    return this.current && this.current.indent >= indent ? this.block(this.current.indent, depth + 1) : null;
  }

  private scalar(text: string, indent: number): unknown {
    if (/^[|>][+-]?$/.test(text)) return this.literal(indent, text);
    const value = scalarOf(text);
    this.skipBlank();
    // A scalar that goes on in the next line.
    if (this.current && this.current.indent > indent) throw new NotRead();
    return value;
  }

  private literal(indent: number, header: string): string {
    const first = this.lines.slice(this.at).find(({ text }) => text !== '');
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

function scalarOf(text: string): unknown {
  if (text.startsWith('"') || text.startsWith('{') || text.startsWith('[')) {
    try {
      return JSON.parse(text.startsWith('"') ? text.replace(/\s+#.*$/, '') : text);
    } catch {
      throw new NotRead();
    }
  }
  if (text.startsWith("'")) {
    const quoted = /^'((?:[^']|'')*)'\s*(#.*)?$/.exec(text);
    if (!quoted) throw new NotRead();
    return quoted[1]!.replace(/''/g, "'");
  }
  if (/^[&*!|>%@`]/.test(text) || /: /.test(text)) throw new NotRead();
  const plain = text.replace(/\s+#.*$/, '');
  if (/^(null|~|)$/.test(plain)) return null;
  if (/^(true|false)$/.test(plain)) return plain === 'true';
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(plain) ? Number(plain) : plain;
}
