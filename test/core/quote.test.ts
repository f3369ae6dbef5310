import { spawnSync } from 'node:child_process';
import { escapeJsonForYaml, propertyLine, quotePython, quoteShell, quoteYaml, shellWord } from '../../lib/core/quote';
import { HOSTILE_TEXTS } from '../support/hostile-texts';

// The parser that jest brings.
const { load } = require('js-yaml') as { load(text: string): unknown };

const texts = Object.entries(HOSTILE_TEXTS);

/** Runs a script from standard input, and returns its output as UTF-8. */
function run(words: readonly [string, ...string[]], script: string): string {
  const { stdout, stderr, status } = spawnSync(words[0], words.slice(1), {
    input: script,
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  });
  expect([status, stderr.toString()]).toEqual([0, '']);
  return stdout.toString();
}

describe.each([
  ['quoteShell', quoteShell],
  ['shellWord', shellWord],
])('%s', (_, quote) => {
  test('a shell reads each text as it is, as a word and as a variable', () => {
    const commands = texts.map(([, text]) => `readonly VALUE=${quote(text)}\nprintf '%s\\0%s\\0' ${quote(text)} "$VALUE"\n`);
    const read = run(['bash', '-s'], `(\n${commands.join(')\n(\n')}\n)`);
    expect(read.split('\0').slice(0, -1)).toEqual(texts.flatMap(([, text]) => [text, text]));
  });
});

test.each([
  ['a', 'a', "'a'"],
  ['/usr/bin/a_b-c.d', '/usr/bin/a_b-c.d', "'/usr/bin/a_b-c.d'"],
  ['', "''", "''"],
  ["it's", `'it'\\''s'`, `'it'\\''s'`],
  ['a\n', "'a\n'", "'a\n'"],
])('%p is the word %s, and %s with quotes', (text, word, quoted) => {
  expect(shellWord(text)).toBe(word);
  expect(quoteShell(text)).toBe(quoted);
});

test('Python reads each text as it is', () => {
  const list = texts.map(([, text]) => quotePython(text)).join(',\n');
  const read = run(['python3', '-'], `import sys\nsys.stdout.buffer.write('\\0'.join([\n${list}\n]).encode())`);
  expect(read.split('\0')).toEqual(texts.map(([, text]) => text));
});

describe('YAML', () => {
  test.each(texts)('has %s as it is', (_, text) => {
    expect(load(`a: ${quoteYaml(text)}\nb: 1`)).toEqual({ a: text, b: 1 });
    expect(quoteYaml(text)).not.toMatch(/[\n\r\u0085\u2028\u2029\ufeff]/);
  });

  test.each(texts.filter(([, { length }]) => length < 1000))('has the key %s as it is', (_, text) => {
    expect(load(`${quoteYaml(text)}: 1\nb: 1`)).toEqual({ [text]: 1, b: 1 });
  });

  test('has JSON as it is, and the result is JSON', () => {
    const value = {
      [texts
        .map(([, text]) => text)
        .join()
        .slice(0, 500)]: Object.values(HOSTILE_TEXTS),
    };
    const json = escapeJsonForYaml(JSON.stringify(value));
    expect(load(`? ${json}`)).toBeDefined();
    expect(JSON.parse(json)).toEqual(value);
    expect(load(json)).toEqual(value);
  });
});

/** Reads a properties file as `java.util.Properties` does. */
function readProperties(file: string): Record<string, string> {
  const lines = file.split(/[\n\r]/).filter((line) => line.trim() !== '' && !/^[ \t\f]*[#!]/.test(line));
  const decode = (text: string): string =>
    text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, code: string) => {
      if (code.startsWith('u')) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return ({ t: '\t', n: '\n', r: '\r', f: '\f' } as Record<string, string>)[code] ?? code;
    });
  return Object.fromEntries(
    lines.map((line) => {
      const [, key = '', value = ''] = /^[ \t\f]*((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/.exec(line) ?? [];
      return [decode(key), decode(value)];
    }),
  );
}

test.each(texts)('a properties file has %s as it is', (_, text) => {
  const file = `${propertyLine('a', text)}${propertyLine('b', 'c')}`;
  expect(file.split(/[\n\r]/)).toHaveLength(3);
  expect(readProperties(file)).toEqual({ a: text, b: 'c' });
});

test.each([quoteShell, shellWord, quotePython, quoteYaml, (text: string) => propertyLine('a', text)])('NUL is refused (%#)', (quote) => {
  expect(() => quote('a\0b')).toThrow('must not have NUL, got "a\\u0000b"');
});
