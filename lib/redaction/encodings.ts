/** Forms of a text inside other texts. */
export function listForms(secret: string): string[] {
  const url = encodeUrl(secret);
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    escaped,
    // Escapes of Terraform and Go.
    escaped.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
    JSON.stringify(escaped).slice(1, -1),
    url,
    url.replace(/%20/g, '+'),
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    encodeURIComponent(url),
    ...listBase64Forms(secret),
    Buffer.from(secret).toString('hex'),
    secret.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
  ];
}

/** Texts that are encoded in a text: as URL, in base64, escaped for JSON. */
export function decodings(text: string): string[] {
  const found: string[] = [];
  if (/%[0-9a-f]{2}/i.test(text)) {
    try {
      found.push(decodeURIComponent(text.replace(/\+/g, ' ')));
    } catch {
      // Not encoded.
    }
  }
  for (const [match] of text.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g)) {
    const decoded = Buffer.from(match, 'base64').toString('utf8');
    if (!decoded.includes('\uFFFD')) found.push(decoded);
  }
  if (/\\["\\/bfnrtu]/.test(text)) {
    try {
      found.push(JSON.parse(`"${text.replace(/(?<!\\)"/g, '\\"').replace(/[\n\r\t]/g, ' ')}"`));
    } catch {
      // Not escaped.
    }
  }
  return found.filter((decoded) => decoded !== text);
}

/** Decodes a value that is text in base64 as a whole; undefined for any other. */
export function decodeBase64(text: string): string | undefined {
  if (text.length < 8 || !/^[A-Za-z0-9+/_-]+={0,2}\s*$/.test(text)) return undefined;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return /^[\t\n\r\x20-\x7e\u00a0-\ufffc]+$/.test(decoded) ? decoded : undefined;
}

function encodeUrl(text: string): string {
  // A lone surrogate cannot be encoded.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

/** Base64 forms of a text at the three possible offsets, without characters that depend on the neighbours. */
function listBase64Forms(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const start = [0, 2, 3][offset]!;
    const end = Math.floor((bytes.length * 8) / 6);
    const form = bytes.toString('base64').slice(start, end);
    return [form, form.replace(/\+/g, '-').replace(/\//g, '_')];
  });
}
