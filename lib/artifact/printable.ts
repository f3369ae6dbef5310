const MAX_QUOTED = 120;
const MAX_LINE = 600;

/** Quotes a value of an untrusted artifact for a message: as JSON, on one line, shortened. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return toPrintable(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text);
}

/** Path of a file, or an address, for a message: quoted when it has unusual characters. */
export function formatName(name: string): string {
  return /^[\w./-]{1,160}$/.test(name) ? name : quote(name);
}

/**
 * Escapes the characters of an untrusted text that control what a log or a comment shows: control and format characters, the fence of a code
 * block in Markdown, and the prefix of a workflow command. A line stays one line.
 */
export function toPrintable(text: string): string {
  const line = text
    .slice(0, MAX_LINE)
    .replace(/[\p{C}\p{Zl}\p{Zp}`]|#(?=#\[)|^\s*:(?=:)/gu, (found) => [...found].map((each) => escapeCharacter(each)).join(''));
  return line.length > MAX_LINE || text.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}...` : line;
}

function escapeCharacter(character: string): string {
  return Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
}
