import { ReportedError } from './reported-error';

/**
 * Quoting of texts in scripts and configuration files. Each syntax has one function here, and its result is read back as exactly the text.
 * References of Terraform in a text stay as they are: their values are names, addresses and numbers of Google Cloud.
 */

/** Quotes a text as one word for a shell. */
export function quoteShell(text: string): string {
  return `'${requireNoNul(text).replaceAll("'", `'\\''`)}'`;
}

/** Quotes a text as one word for a shell, without quotes where they are unnecessary, for commands that users read. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoteShell(text);
}

/** Quotes a text as a string of Python. */
export function quotePython(text: string): string {
  return `'${requireNoNul(text).replace(/['\\]|[^ -~]/gu, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x7f) return code < 0x20 ? `\\x${hex(code, 2)}` : `\\${character}`;
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  })}'`;
}

/**
 * Quotes a text as a double-quoted scalar of YAML: a string of JSON in which the line breaks of YAML 1.1, and characters that YAML does not
 * permit, are escaped too.
 */
export function quoteYaml(text: string): string {
  return escapeJsonForYaml(JSON.stringify(requireNoNul(text)));
}

/** Escapes in JSON what a parser of YAML would read in another way. */
export function escapeJsonForYaml(json: string): string {
  return json.replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

/** Renders a line of a properties file of Java. */
export function propertyLine(key: string, value: string): string {
  const escaped = requireNoNul(value).replace(/^ |[\\\t\n\f\r]|[^ -~]/g, (character) => {
    if (character === ' ' || character === '\\') return `\\${character}`;
    return `\\u${hex(character.charCodeAt(0), 4)}`;
  });
  return `${key}=${escaped}\n`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** Neither a shell nor a file of YAML can have it. */
function requireNoNul(text: string): string {
  if (text.includes('\0'))
    throw new ReportedError(`a text in a script or a configuration file must not have NUL, got ${JSON.stringify(text)}`);
  return text;
}
