import { decodeBase64 } from './encodings';
import type { Span } from './secret-forms';
import { describeName, isSecretName, rateParameter, type Secrecy } from './secret-names';
import { isHarmless, looksGenerated } from './secret-values';

/**
 * Finds the secrets in a text by the keys before them: `key=value`, `key: value`, `--key value`, headers, query parameters, connection
 * strings, properties, XML, SQL, commands with passwords as arguments, and files of credentials such as `.netrc`.
 *
 * All rules are linear in the length of the text: they start at a separator and look at a limited number of characters around it.
 */
export function findKeyedSecrets(text: string): Span[] {
  if (text.length < MIN_TEXT || !/[=:@\s>,(]/.test(text)) return [];
  return [
    ...findAssigned(text),
    ...(text.includes('-') ? findFlags(text) : []),
    ...(text.includes('@') ? findBeforeHosts(text) : []),
    ...(text.includes(':') ? findFileEntries(text) : []),
    ...(HAS_KEYWORD.test(text) ? [...findDirectives(text), ...findCommands(text), ...findAuthorizations(text)] : []),
    ...(text.includes('Secret') ? findInManifests(text) : []),
    ...(text.includes('</') || text.includes('/>') ? findXml(text) : []),
    ...(text.includes(',') ? findPairs(text) : []),
    ...(text.includes('(') ? findCalls(text) : []),
    ...(/value/i.test(text) ? findNamedValues(text) : []),
  ];
}

/** Finds the password in `user:password`, as a text or in base64. */
export function findUserPassword(text: string): string | undefined {
  const plain = text.includes(':') ? text : (decodeBase64(text) ?? '');
  return /^[^\s:/]{1,100}:(?!\/\/)(\S{2,})$/.exec(plain)?.[1];
}

/** Words of the directives and commands below, which most texts have none of. */
const HAS_KEYWORD =
  /pass|secret|token|key|auth|cred|login|logon|user|account|community|config|env\b|arg\b|set|identified|psk|eap|basic|bearer|"[ \t]|-p|-P|-a\b|-w\b|-U|-k\b|\b(?:mc|echo|printf)\b|pw\b/i;

const MIN_TEXT = 4;
const MAX_KEY = 80;
const MAX_VALUE = 4_096;
const MAX_LIKELY = 256;

/** Finds values after `=`, `:`, `:=` and `=>`. */
function findAssigned(text: string): Span[] {
  const found: Span[] = [];
  const values = new ValueReader(text);
  let end = 0;
  for (const { index } of text.matchAll(/[=:]/g)) {
    // A separator within a secret, such as the padding of base64, separates nothing.
    const span = index < end ? undefined : assignedAt(text, index, values);
    if (!span) continue;
    end = span.end;
    found.push(span);
  }
  return found;
}

function assignedAt(text: string, separator: number, values: ValueReader): Span | undefined {
  const mark = text[separator]!;
  const next = text[separator + 1];
  if (next === '=' || /[=!<>]/.test(text[separator - 1] ?? '') || (mark === ':' && text.startsWith('//', separator + 1))) return undefined;
  const key = keyBefore(text, separator);
  if (key === undefined) return undefined;
  const isParameter = mark === '=' && /[?&;]/.test(text[key.start - 1] ?? '');
  const name = text.slice(key.start, key.end);
  const rated = isParameter ? rateParameter(name) : describeName(name).secrecy;
  if (rated === 'none') return undefined;
  const value = values.after(separator + (next === '>' ? 2 : 1));
  if (isPhraseName(name) && !value.isQuoted) return restOfLine(text, value);
  return isAssignedSecret(text, value, { rated, mark }) ? skipScheme(text, value, values) : undefined;
}

/** Tests for a name whose value is several words. */
function isPhraseName(name: string): boolean {
  return /(?:pass_?-?phrase|mnemonic)$/i.test(name);
}

function restOfLine(text: string, { start }: Value): Span | undefined {
  const line = /^[^\r\n"'`]{0,512}/.exec(text.slice(start, start + 512))![0].trimEnd();
  return isHarmless(line) ? undefined : { start, end: start + line.length };
}

/** Finds the key before a separator, in quotes or without. */
function keyBefore(text: string, separator: number): Span | undefined {
  let end = separator;
  const skip = (characters: string, most: number): void => {
    for (let count = 0; count < most && end > 0 && characters.includes(text[end - 1]!); count++) end--;
  };
  skip(':', 1);
  skip(' \t', MAX_KEY);
  skip(']', 1);
  skip('"\'', 1);
  skip('\\', 8);
  let start = end;
  while (start > 0 && start > end - MAX_KEY && /[\w.-]/.test(text[start - 1]!)) start--;
  while (start < end && !/[A-Za-z_]/.test(text[start]!)) start++;
  return start < end ? { start, end } : undefined;
}

function isAssignedSecret(text: string, value: Value, { rated, mark }: { readonly rated: Secrecy; readonly mark: string }): boolean {
  const content = text.slice(value.start, value.end);
  if (isHarmless(content) || /^[|>][+-]?$/.test(content)) return false;
  if (rated === 'likely') return looksGenerated(content.slice(0, MAX_LIKELY)) || findUserPassword(content) !== undefined;
  if (value.isQuoted) return true;
  if (/^[[{(]/.test(content) && !looksGenerated(content)) return false;
  // Prose: a word that more words follow.
  if (mark === ':' && /^[A-Za-z]+[,.;]?$/.test(content) && !AUTH_SCHEME.test(content))
    return !/^[ \t]+[A-Za-z]{2,}/.test(text.slice(value.end, value.end + 20));
  return true;
}

interface Value extends Span {
  readonly isQuoted: boolean;
}

/** Reads the values in a text: quoted ones, or up to the next delimiter. */
class ValueReader {
  /** End of the last value without quotes. A value that begins inside of it has the same end, so that none is read twice. */
  private end = 0;

  constructor(private readonly text: string) {}

  public after(from: number): Value {
    let start = from;
    while (start < this.text.length && start < from + 16 && (this.text[start] === ' ' || this.text[start] === '\t')) start++;
    // Marks of literals in SQL and Python.
    start += /^[BEFNRUbefnru]{1,2}(?=["'])/.exec(this.text.slice(start, start + 3))?.[0].length ?? 0;
    const rest = this.text.slice(start, start + MAX_VALUE);
    const opening = /^\\{0,8}["'`]/.exec(rest)?.[0];
    const end = opening === undefined ? -1 : closing(rest, opening);
    if (opening !== undefined && end !== -1) return { start: start + opening.length, end: start + end, isQuoted: true };
    if (start >= this.end) this.end = start + BARE_VALUE.exec(rest)![0].length;
    return { start, end: start + trimClosing(this.text.slice(start, this.end)).length, isQuoted: false };
  }
}

/** A quote, or a line end that is escaped in JSON, ends any value; a delimiter does when another key follows. */
const BARE_VALUE = new RegExp(
  `^(?:(?!${['\\\\+["\'nrt]', ';(?:[A-Za-z][\\w ]{0,40}=|\\s|$)', '&[\\w.%-]{1,80}=', ',(?:[A-Za-z_][\\w.-]{0,80}[=:]|\\s|$)', '<\\/'].join(
    '|',
  )})[^\\s"'\`])*`,
);

/** Finds the quote that closes a text, and is not escaped itself. */
function closing(rest: string, opening: string): number {
  for (let at = rest.indexOf(opening, opening.length); at !== -1; at = rest.indexOf(opening, at + 1)) {
    let escapes = 0;
    while (rest[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at;
  }
  return -1;
}

/** Removes brackets at the end that were opened before the value, and punctuation. */
function trimClosing(value: string): string {
  let end = value.length;
  if (/[,.;]/.test(value[end - 1] ?? '')) end--;
  if (!/[)\]}]/.test(value[end - 1] ?? '')) return value;
  while (end > 0 && /[)\]}]/.test(value[end - 1]!)) end--;
  return /[([{]/.test(value.slice(0, end)) ? value : value.slice(0, end);
}

const AUTH_SCHEME = /^(?:basic|bearer|token|api-?key|bot|digest|negotiate|splunk|geniekey|key|oauth|ssws|sharedkey|hmac)$/i;

/** Skips the scheme of an `Authorization` header. */
function skipScheme(text: string, value: Value, values: ValueReader): Span {
  const content = text.slice(value.start, value.end);
  const quoted = /^([A-Za-z-]+) +(?=\S)/.exec(content);
  if (quoted && AUTH_SCHEME.test(quoted[1]!)) return { start: value.start + quoted[0].length, end: value.end };
  if (value.isQuoted || !AUTH_SCHEME.test(content)) return value;
  const after = values.after(value.end);
  return after.end > after.start ? after : value;
}

/** Finds credentials after the scheme of an authorization, wherever it stands. */
function findAuthorizations(text: string): Span[] {
  return [...text.matchAll(/\b(?:Basic|Bearer)[ \t]{1,4}([\w+/=.~-]{8,4096})/gi)].flatMap((match) => {
    const value = match[1]!;
    return looksGenerated(value) || findUserPassword(value) !== undefined ? [lastGroup(match, value)] : [];
  });
}

/** Finds values after flags: `--password value`, `-p value` of a name, `-u user:password`. */
function findFlags(text: string): Span[] {
  const values = new ValueReader(text);
  return [...text.matchAll(/(?<![\w-])--?([A-Za-z][\w-]{0,60})[ \t]{1,16}(?=[^\s-])/g)].flatMap((match) => {
    const flag = match[1]!;
    const value = values.after(match.index + match[0].length);
    const content = text.slice(value.start, value.end);
    if (/^(?:u|U|user|proxy-user|auth|creds|src-creds|dest-creds)$/.test(flag)) {
      const password = findUserPassword(content);
      return password === undefined || /^\d+$/.test(password) || isHarmless(password)
        ? []
        : [{ start: value.end - password.length, end: value.end }];
    }
    return isSecretFlag(flag) && !isHarmless(content) ? [value] : [];
  });
}

/** Tests for a flag whose argument is a secret. */
export function isSecretFlag(flag: string): boolean {
  return flag.length > 1 && isSecretName(flag);
}

/** Finds passwords in `user:password@host:port` and `user:password@tcp(host)`, which are not URLs. */
function findBeforeHosts(text: string): Span[] {
  const found: Span[] = [];
  for (const { index } of text.matchAll(/@(?=(?:tcp|unix|udp)?\(|(?:\/\/)?[\w.-]{1,253}:\d{2,5}\b)/g)) {
    const before = /(?:^|[\s"'=,;:])[\w.%+-]{1,64}[:/]([^\s:@/"']{2,128})$/.exec(text.slice(Math.max(0, index - 260), index));
    if (before && !isHarmless(before[1]!)) found.push({ start: index - before[1]!.length, end: index });
  }
  return found;
}

/** Lines of files of credentials: of Postgres, of web servers, and of `chpasswd`. */
function findFileEntries(text: string): Span[] {
  const found = matches(text, /^[^\s:#]{1,253}:(?:\d{1,5}|\*):[^\s:]{1,63}:[^\s:]{1,63}:([^\n\r]{2,256})$/gm);
  if (text.includes('chpasswd')) {
    found.push(...matches(text, /^[ \t]{0,20}(?:- )?[a-z_][\w-]{0,31}:([^\s:]{2,256})$/gm));
    found.push(...matches(text, /\bchpasswd[ \t]{0,8}<<<[ \t]{0,8}["']?[a-z_][\w-]{0,31}:([^\s"']{2,256})/g));
    found.push(...matches(text, /\b(?:echo|printf)[ \t]+["']?[a-z_][\w-]{0,31}:([^\s"'|]{2,256})["']?[ \t]*\|/g));
  }
  return found;
}

/** Keywords that the secret follows after a space. */
const DIRECTIVES: readonly RegExp[] = [
  // .netrc.
  /\blogin\s{1,20}\S{1,200}\s{1,20}password\s{1,20}(\S{1,512})/g,
  // Redis, keepalived, RADIUS.
  /^[ \t]{0,20}(?:requirepass|masterauth|auth_pass|auth-pass|sentinel auth-pass [\w-]{1,60})[ \t]{1,20}["']?([^\s"']{2,512})/gm,
  // Dockerfiles and csh.
  /^[ \t]{0,20}(?:ENV|ARG|setenv|set -x|set -gx|SetEnv|fastcgi_param|config set)[ \t]{1,20}([A-Za-z_][\w.-]{0,80})[ \t]{1,20}["']?([^\s"'=]{2,512})/gm,
  // Access lists of Redis, and terms of Erlang.
  /\buser[ \t]{1,8}\S{1,60}[ \t]{1,8}on\b[^\n]{0,200}?[ \t]>(\S{2,256})/g,
  /\{([A-Za-z_]\w{0,80}),[ \t]{0,8}<<"([^"\n]{2,256})">>/g,
  // SQL.
  /\bIDENTIFIED[ \t]{1,8}(?:WITH[ \t]{1,8}\S{1,40}[ \t]{1,8})?(?:BY|AS)[ \t]{1,8}(?:PASSWORD[ \t]{1,8})?["']([^"'\n]{2,256})["']/gi,
  /\bPASSWORD(?:[ \t]{1,8}|[ \t]{0,8}\([ \t]{0,8})[NE]?["']([^"'\n]{2,256})["']/gi,
  // Credentials as a pair, SNMP, IPsec, and the file of an authenticator.
  /\b(?:login|logon|user|username|account|credentials?)[ \t]{0,8}[:=][ \t]{0,8}\S{1,60}[ \t]{1,8}\/[ \t]{1,8}(\S{2,256})/gi,
  /\b(?:snmp-server[ \t]{1,8}community|r[ow]community6?)[ \t]{1,8}(\S{2,256})/g,
  /\b(?:PSK|XAUTH|EAP)[ \t]{1,8}["']([^"'\n]{2,256})["']/g,
  /^([A-Z2-7]{16,64})\r?\n"[ \t]/g,
];

function findDirectives(text: string): Span[] {
  return [
    ...DIRECTIVES.flatMap((pattern) => matches(text, pattern)),
    ...[...text.matchAll(/[\w-]{0,40}(?:password|passwd|secret|token)[ \t]{1,8}(?:is[ \t]{1,8})?["']?([^\s"']{8,512})/gi)].flatMap(
      (match) => (isGeneratedWord(match[1]!) ? [lastGroup(match, match[1]!)] : []),
    ),
    // A line of a name and a value, in a file of such lines.
    ...(text.includes('\n')
      ? [...text.matchAll(/^[ \t]{0,20}([A-Za-z_][\w.-]{0,80})[ \t]{1,20}["']?([^\s"'=:]{2,512})["']?;?[ \t]{0,20}$/gm)]
      : []
    ).flatMap((match) =>
      isSecretName(match[1]!) && !/^[a-z]+[,.;]?$/.test(match[2]!) && !isHarmless(match[2]!) ? [lastGroup(match, match[2]!)] : [],
    ),
  ];
}

/** Tests for a word with letters and numbers that is not a name, in prose and in lines of words. */
function isGeneratedWord(text: string): boolean {
  return /\d/.test(text) && /[a-z]/.test(text) && /[A-Z!#%&*+?^~]/.test(text) && /^[\w!@#$%^&*+.~?-]+$/.test(text) && !isHarmless(text);
}

/** Commands with a password as an argument of one letter, or without a flag. */
const COMMANDS: readonly RegExp[] = [
  /\b(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump|mariadb-admin)\b[^\n|;&]{0,300}?[ \t]-p["']?([^\s"'-][^\s"']{1,256})/g,
  /\b(?:sshpass|(?:mongo|mongosh|mongodump|mongorestore|cqlsh|twine|(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|crane|az|argocd|vault|oc)\b[^\n|;&]{0,100}?[ \t]login)\b[^\n|;&]{0,300}?)[ \t]-p[ \t]{1,8}["']?([^\s"'-][^\s"']{1,256})/g,
  /\b(?:redis-cli|valkey-cli|keydb-cli)\b[^\n|;&]{0,300}?[ \t]-a[ \t]{1,8}["']?([^\s"'-][^\s"']{1,256})/g,
  /\b(?:ldapsearch|ldapadd|ldapmodify|ldapwhoami|ldapdelete|ldappasswd)\b[^\n|;&]{0,300}?[ \t]-w[ \t]{1,8}["']?([^\s"'-][^\s"']{1,256})/g,
  /\b(?:sqlcmd|bcp|unzip|zip)\b[^\n|;&]{0,300}?[ \t]-P[ \t]{0,8}["']?([^\s"'-][^\s"']{1,256})/g,
  /\bopenssl\b[^\n]{0,300}?[ \t]-(?:passin|passout|pass|k)[ \t]{1,8}(?:pass:)?["']?([^\s"':-][^\s"':]{1,256})/g,
  /\bhtpasswd[ \t]{1,8}-\w{0,6}b\w{0,6}[ \t]{1,8}(?:-\w+[ \t]{1,8}){0,3}(?:\S{1,200}[ \t]{1,8}){1,2}["']?([^\s"']{2,256})/g,
  /\b(?:useradd|usermod)\b[^\n|;&]{0,200}?[ \t](?:-p|--password)[ \t]{1,8}["']?([^\s"'-][^\s"']{1,256})/g,
  /\bnet[ \t]{1,8}user[ \t]{1,8}\S{1,60}[ \t]{1,8}([^\s/][^\s]{1,256})/gi,
  /\bnet[ \t]{1,8}use\b[^\n]{0,200}?[ \t]([^\s/\\][^\s]{1,256})[ \t]{1,8}\/user:/gi,
  /\bvault[ \t]{1,8}login[ \t]{1,8}([^\s=-][^\s=]{7,256})(?=\s|$)/g,
  /\brabbitmqctl[ \t]{1,8}(?:add_user|change_password)[ \t]{1,8}\S{1,100}[ \t]{1,8}["']?([^\s"']{2,256})/g,
  /\b(?:echo|printf)[ \t]{1,8}(?:-n[ \t]{1,8})?["']?([^\s"'|]{2,256})["']?[ \t]{0,8}\|[^\n]{0,200}?(?:--password-stdin|--stdin|\bsudo[ \t]{1,8}-S)/g,
  /\bmc[ \t]{1,8}(?:alias|config[ \t]{1,8}host)[ \t]{1,8}(?:set|add)[ \t]{1,8}(?:\S{1,200}[ \t]{1,8}){3}["']?([^\s"']{2,256})/g,
  /(?:-U|--user(?:name)?)[= \t]{1,8}["']?[\w\\.-]{1,60}%([^\s"']{2,256})/g,
  /--from-literal[= ]["']?[\w.-]{1,100}=([^\s"']{2,512})/g,
  /\baws[ \t]{1,8}configure[ \t]{1,8}set[ \t]{1,8}\S{0,60}(?:secret|token)\S{0,60}[ \t]{1,8}["']?([^\s"']{2,512})/g,
  /\bcredential\.helper\b.{0,200}?password=([^\s"';]{2,256})/g,
];

function findCommands(text: string): Span[] {
  return COMMANDS.flatMap((pattern) => matches(text, pattern));
}

/** Finds the data of Kubernetes secrets in YAML, line by line: a text of several documents, or with templates, is not parsed. */
function findInManifests(text: string): Span[] {
  const found: Span[] = [];
  if (!SECRET_KIND.test(text)) return found;
  let isSecret = false;
  let inside: number | undefined;
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
    if (line.startsWith('---')) {
      const end = text.indexOf('\n---', index + 3);
      isSecret = SECRET_KIND.test(text.slice(index, end === -1 ? undefined : end));
      inside = undefined;
    } else if (index === 0) {
      const end = text.indexOf('\n---');
      isSecret = SECRET_KIND.test(text.slice(0, end === -1 ? undefined : end));
    }
    const indent = line.length - line.trimStart().length;
    if (inside !== undefined && indent <= inside) inside = undefined;
    if (inside !== undefined) {
      const trimmed = line.trim();
      const key = /^(?:[\w.-]{1,253}|"[^"]{1,253}"|'[^']{1,253}'):(?=\s|$)/.exec(trimmed)?.[0] ?? '';
      const content = unquote(trimmed.slice(key.length).trim());
      const start = index + line.lastIndexOf(content);
      if (!isHarmless(content) && !/^[|>][+-]?$/.test(content)) found.push({ start, end: start + content.length });
    } else if (isSecret && /^\s*(?:- )?(?:data|stringData):[ \t]*$/.test(line)) inside = indent;
  }
  return found;
}

function unquote(text: string): string {
  const [first] = text;
  return text.length > 1 && (first === '"' || first === "'") && text.endsWith(first) ? text.slice(1, -1) : text;
}

const SECRET_KIND = /^[ \t]*(?:- )?kind:[ \t]*["']?Secret["']?[ \t\r]*$/m;

/** Elements with the name of a secret, and elements with a name and a value as attributes. */
function findXml(text: string): Span[] {
  const elements = [...text.matchAll(/<([A-Za-z_][\w.:-]{0,80})(?:[ \t][^<>\n]{0,300})?>([^<>]{2,4096})<\//g)];
  const attributes = [
    ...text.matchAll(
      /\b(?:key|name)[ \t]{0,4}=[ \t]{0,4}["']([^"'\n]{1,80})["'][^<>\n]{1,80}?\bvalue[ \t]{0,4}=[ \t]{0,4}["']([^"'\n]{2,1024})["']/g,
    ),
  ];
  const named = [...text.matchAll(/\b(?:key|name)[ \t]{0,4}=[ \t]{0,4}["']([^"'\n]{1,80})["'][^<>\n]{0,80}>([^<>]{2,4096})<\//g)];
  const valued = [
    ...text.matchAll(/<([A-Za-z_][\w.:-]{0,80})[ \t](?:[^<>\n]{0,80}[ \t])?value[ \t]{0,4}=[ \t]{0,4}["']([^"'\n]{2,1024})["']/g),
  ];
  return [...elements, ...attributes, ...named, ...valued].flatMap((match) =>
    isSecretName(match[1]!) && !isHarmless(match[2]!.trim()) ? [lastGroup(match, match[2]!)] : [],
  );
}

/** Quoted names with a quoted value as the next argument: `define('DB_PASSWORD', 'value')`. */
function findPairs(text: string): Span[] {
  return [...text.matchAll(/["']-{0,2}([A-Za-z_][\w.-]{0,80})["'][ \t]{0,8},[ \t]{0,8}["']([^"'\n]{2,1024})["']/g)].flatMap((match) =>
    isSecretName(match[1]!) && !isHarmless(match[2]!) && !/^[a-z_ -]+$/i.test(match[2]!) ? [lastGroup(match, match[2]!)] : [],
  );
}

/** Arguments of functions that set a secret: `setPassword("value")`. */
function findCalls(text: string): Span[] {
  return [...text.matchAll(/\b([A-Za-z_]\w{0,80})\([ \t]{0,8}["']([^"'\n]{2,1024})["'][ \t]{0,8}\)/g)].flatMap((match) =>
    !/^(?:get|read|fetch|load|find|lookup|require|has)/i.test(match[1]!) &&
    isSecretName(match[1]!) &&
    !isHarmless(match[2]!) &&
    !/^[a-z_./ -]+$/i.test(match[2]!)
      ? [lastGroup(match, match[2]!)]
      : [],
  );
}

/** Members with a name and a value, in JSON or YAML that is a part of the text. */
function findNamedValues(text: string): Span[] {
  return [
    ...matches(
      text,
      /["']\w{0,40}(?:name|key)["']\s{0,8}:\s{0,8}["']([A-Za-z_][\w.-]{0,80})["']\s{0,8},\s{0,80}["']\w{0,40}value["']\s{0,8}:\s{0,8}["']([^"'\n]{2,1024})["']/gi,
    ),
    ...matches(
      text,
      /\b(?:name|key):[ \t]{1,8}["']?([A-Za-z_][\w.-]{0,80})["']?[ \t]{0,8}\r?\n[ \t]{0,80}value:[ \t]{1,8}["']?([^\s"']{2,1024})/gi,
    ),
  ];
}

/** Spans of the last group of each match. With two groups, the first is the name. */
function matches(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [, first, second] = match;
    if (second !== undefined && !isSecretName(first!)) return [];
    const value = second ?? first!;
    return isHarmless(value) ? [] : [lastGroup(match, value)];
  });
}

function lastGroup(match: RegExpExecArray, value: string): Span {
  const start = match.index + match[0].lastIndexOf(value);
  return { start, end: start + value.length };
}
