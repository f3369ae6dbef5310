import { clip } from '../core/clip';

/** Formats text as a code span, without Markdown and mentions. */
export function code(text: string): string {
  const content = oneLine(text);
  if (content === '') return '`""`';
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const pad = /^`|`$|^ .* $/.test(content) ? ' ' : '';
  return `${ticks}${pad}${content}${pad}${ticks}`;
}

/** Formats a code span for a table, where a bar ends a cell even in code. */
export function cell(text: string): string {
  const short = clip(text, 300);
  if (!short.includes('|')) return code(short);
  const encoded = oneLine(short).replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${encoded}</code>`;
}

/** Formats a fenced block. The fence is longer than any fence in the text. */
export function fence(text: string, language: string, indent = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((each) => `${indent}${visible(each)}\n`);
  return `${indent}${ticks}${language}\n${lines.join('')}${indent}${ticks}\n`;
}

/** Formats a code span within HTML. */
export function htmlCode(text: string): string {
  return `<code>${escapeHtml(oneLine(text))}</code>`;
}

/** Escapes a sentence with data for HTML. */
export function html(text: string): string {
  return withoutLinks(escapeHtml(oneLine(text)));
}

/** Escapes a sentence with data for Markdown. */
export function plain(text: string): string {
  return withoutLinks(escapeHtml(oneLine(text)).replace(/[\\`*_{}[\]()#+!|~-]/g, (character) => `\\${character}`));
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Inserts an invisible character, so that text is not a mention, an issue or a link. */
function withoutLinks(text: string): string {
  return text
    .replace(/@/g, `@${JOINT}`)
    .replace(/#(?=\d)/g, `#${JOINT}`)
    .replace(/:\/\//g, `:${JOINT}//`)
    .replace(/\b(www\.|GH-)/gi, (start) => `${start[0]}${JOINT}${start.slice(1)}`);
}

const JOINT = '\u2060';

function oneLine(text: string): string {
  return visible(text.replace(/\r\n|[\n\r\u2028\u2029]/g, '↵'));
}

/** Replaces characters that are invisible or change the text direction by their code. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, (character) =>
    character === '\t' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
