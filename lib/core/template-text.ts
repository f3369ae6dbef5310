import { type IResolvable, Lazy, Token, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';
import { ValidationError } from './validation-error';

/** Part of a text: a literal, or a token that becomes an expression of Terraform. */
type Fragment = string | IResolvable;

/**
 * Returns a text for Terraform's JSON: evaluated as a template, it is exactly the given text. `${` and `%{` of literals are escaped, and
 * tokens stay expressions, also beside literals.
 *
 * It is the only place that escapes: constructs pass each free text of a prop, and each text that they render from props, such as a script.
 *
 * @throws ValidationError for other types, NUL, unpaired surrogates, a byte order mark at the beginning, and unknown tokens
 */
export function requireText(scope: IConstruct, prop: string, text: string): string {
  if (isTokenOfAnyType(text)) return Token.asString(text);
  if (typeof text !== 'string') throw new ValidationError(scope, `'${prop}' must be a text, got ${JSON.stringify(text) ?? typeof text}`);
  if (/\0|\p{Cs}/u.test(text)) {
    throw new ValidationError(scope, `'${prop}' must be a text of Unicode characters other than NUL, got ${JSON.stringify(text)}`);
  }
  // Terraform would drop it.
  if (text.startsWith('\ufeff'))
    throw new ValidationError(scope, `'${prop}' must not begin with a byte order mark, got ${JSON.stringify(text)}`);
  const fragments = split(scope, prop, text);
  const escaped = fragments.map((fragment, index) =>
    typeof fragment === 'string' ? escapeLiteral(fragment, index < fragments.length - 1) : fragment,
  );
  if (escaped.every((fragment, index) => fragment === fragments[index])) return text;
  if (!Token.isUnresolved(text)) return escaped.join('');
  // Joined at synth: beside an escaped brace, cdktf would render a token without its own braces.
  return Lazy.stringValue({
    produce: (context) => escaped.map((fragment) => (typeof fragment === 'string' ? fragment : context.resolve(fragment))).join(''),
  });
}

/** Same for each text of a list. A list that is a token stays one. */
export function requireTexts(scope: IConstruct, prop: string, texts: readonly string[]): string[] {
  if (isTokenOfAnyType(texts)) return texts as string[];
  return Token.isUnresolved(texts) ? [...texts] : texts.map((text, index) => requireText(scope, `${prop}[${index}]`, text));
}

/**
 * Requires of an identifier that Terraform evaluates none of its literals. A pattern may admit `${`, and it does not check a text with
 * tokens: there, the literals must not have characters that end a quoted text or a line either.
 */
export function requireNoTemplate(scope: IConstruct, prop: string, text: string, rule: string): void {
  if (isTokenOfAnyType(text)) return;
  const fragments = split(scope, prop, text);
  const isMixed = fragments.some((fragment) => typeof fragment !== 'string');
  const refused = isMixed ? /\$|%\{|["'`\\\p{Cc}\p{Cs}\u2028\u2029]/u : /[$%]\{|[\0\p{Cs}]/u;
  if (fragments.some((fragment) => typeof fragment === 'string' && refused.test(fragment))) {
    const without = isMixed ? "without '$', '%{', quotes, backslashes and control characters beside a reference" : "without '${' and '%{'";
    throw new ValidationError(scope, `'${prop}' must be ${rule}, ${without}, got '${text}'`);
  }
}

/** Tests for a token in its own form, in place of a text or list: the values of variables, locals and remote states have the type `any`. */
export function isTokenOfAnyType(value: unknown): boolean {
  return Tokenization.isResolvable(value) || (typeof value === 'number' && Token.isUnresolved(value));
}

function split(scope: IConstruct, prop: string, text: string): readonly Fragment[] {
  if (!Token.isUnresolved(text)) return [text];
  try {
    // Of cdktf's own fragments, tokens and literals can be read, and not their order.
    const fragments = text.split(TOKEN).map((part, index) => (index % 2 === 1 ? Tokenization.reverseString(part).tokens[0]! : part));
    return fragments.filter((fragment) => fragment !== '');
  } catch {
    throw new ValidationError(scope, `'${prop}' must have tokens of this app only, got '${text}'`);
  }
}

/** Marker of a token in a text. */
const TOKEN = /(\$\{TfToken\[[a-zA-Z0-9:._-]+\]\})/;

function escapeLiteral(literal: string, isBeforeToken: boolean): string {
  const escaped = literal.replace(/[$%]\{/g, (sequence) => `${sequence[0]}${sequence}`);
  // A dollar sign before an expression would escape it.
  return isBeforeToken ? escaped.replace(/\$+$/, (dollars) => `\${"${dollars}"}`) : escaped;
}
