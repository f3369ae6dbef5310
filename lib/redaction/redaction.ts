import { ReportedError } from '../core/reported-error';
import type { Plan, ResourceChange } from '../terraform/plan';
import type { ModuleValuesJson } from '../terraform/plan-json';
import { isBlock } from '../terraform/values';
import { structuredText } from './structured-text';

/** Leaf of a value that changes. */
export interface Leaf {
  /** Names in its path, with those inside JSON and YAML texts, without indexes. */
  readonly names: readonly string[];
  readonly before: LeafValue | undefined;
  readonly after: LeafValue | undefined;
}

interface LeafValue {
  readonly value: unknown;

  /** True when Terraform marks it, or a parent, as sensitive. */
  readonly isSensitive: boolean;
}

/** Replacement of a secret. */
export const MASK = '(sensitive)';

/**
 * Masks the secrets of a plan in its report. Terraform marks some values as sensitive and prints all of them in its JSON, so a value is
 * masked
 *
 * - where Terraform marks it or a parent, before or after;
 * - where its name indicates a secret: passwords and tokens, environment values, metadata of VM instances,
 *   startup scripts, Helm values;
 * - where it has the form of a secret: private keys, known tokens, passwords in URLs;
 * - and wherever else it occurs, also in base64, escaped for JSON, or encoded for a URL.
 *
 * Strings are masked with `text` or `cell`, complete reports with `clean`. A secret that remains is an error. Values of fewer than six
 * characters are masked in their place and as complete texts, and not inside other texts, which would reveal them.
 */
export class Redaction {
  /** Collects the secrets of a plan and its sources. */
  public static of(plan: Plan, ...sources: readonly unknown[]): Redaction {
    const redaction = new Redaction();
    redaction.learnFromPlan(plan);
    for (const source of sources) redaction.learnByName(source, []);
    return redaction;
  }

  /** Collects the secrets of a configuration without a plan, and of environment variables. */
  public static ofConfiguration(configuration: unknown, environment: Readonly<Record<string, string | undefined>>): Redaction {
    const redaction = new Redaction();
    const { resource, data, variable } = isBlock(configuration) ? configuration : {};
    for (const types of [resource, data]) {
      for (const [type, named] of Object.entries(isBlock(types) ? types : {})) {
        for (const body of Object.values(isBlock(named) ? named : {})) redaction.learnByName(body, [], type);
      }
    }
    for (const [name, block] of Object.entries(isBlock(variable) ? variable : {})) {
      if (!isBlock(block) || (block.sensitive !== true && !SECRET_NAME.test(name))) continue;
      for (const value of [block.default, environment[`TF_VAR_${name}`]]) redaction.learn(value);
    }
    redaction.learnByName(configuration, []);
    for (const [name, value] of Object.entries(environment)) if (value !== undefined && SECRET_NAME.test(name)) redaction.learn(value);
    return redaction;
  }

  private readonly secrets = new Set<string>();
  private readonly forms = new Set<string>();

  /** Forms of secrets by their first characters. */
  private readonly index = new Map<string, string[]>();

  /** Cache of masked texts, since many occur repeatedly. */
  private readonly masked = new Map<string, string>();

  /** Tests that a leaf of a change is masked in its place. */
  public isMasked(type: string, { names, before, after }: Leaf): boolean {
    return [before, after].some((cell) => cell !== undefined && (cell.isSensitive || isMaskedByName(type, names, cell.value)));
  }

  /** Masks the secrets in a text. */
  public text(text: string): string {
    const known = this.masked.get(text);
    if (known !== undefined) return known;
    const masked = this.mask(text);
    if (text.length < MAX_REMEMBERED) this.masked.set(text, masked);
    return masked;
  }

  private mask(text: string): string {
    if (text.length < MIN_WHOLE) return text;
    if (this.secrets.has(text)) return MASK;
    const masked = maskForms(this.maskKnown(text));
    if (this.isSecretOnceDecoded(masked, 0)) return MASK;
    // Removing a secret may produce another one.
    if (masked !== text && this.maskKnown(masked) !== masked) throw new ReportedError('a secret would be shown: the report is not created');
    return masked;
  }

  /** Formats a value as text, with secrets masked. */
  public cell({ value }: Pick<LeafValue, 'value'>): string {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return this.text(String(value));
    return JSON.stringify(this.clean(value));
  }

  /**
   * Copies a JSON value with all texts and keys masked.
   *
   * @param fixed for objects of this library, whose keys are not data: members whose values are constants
   */
  public clean<T>(value: T, fixed?: ReadonlySet<string>): T {
    return this.copy(value, fixed) as T;
  }

  private copy(value: unknown, fixed: ReadonlySet<string> | undefined): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return !fixed && this.secrets.has(String(value)) ? MASK : value;
    if (Array.isArray(value)) return value.map((element) => this.copy(element, fixed));
    if (!isBlock(value)) return value;
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const name = fixed ? key : this.text(key);
      // Assigning a key of this name would set the prototype.
      if (name === '__proto__') Object.defineProperty(copy, name, { value: this.copy(value[key], fixed), enumerable: true });
      else copy[name] = fixed?.has(key) ? value[key] : this.copy(value[key], fixed);
    }
    return copy;
  }

  private learnFromPlan(plan: Plan): void {
    const { json } = plan;
    const deferred = plan.deferred.flatMap(({ change }) => change ?? []);
    for (const change of [...plan.resources, ...plan.drift, ...deferred]) this.learnFromChange(change);

    const root = json.configuration?.root_module;
    for (const [name, { value }] of Object.entries(json.variables ?? {})) {
      if (root?.variables?.[name]?.sensitive === true || SECRET_NAME.test(name)) this.learn(value);
      else this.learnByName(value, [name]);
    }
    for (const { default: value } of Object.values(root?.variables ?? {}).filter(({ sensitive }) => sensitive === true)) this.learn(value);
    for (const values of [json.planned_values, json.prior_state?.values]) {
      for (const [name, output] of Object.entries(values?.outputs ?? {}))
        if (output.sensitive && !isOfCdktf(name)) this.learn(output.value);
      this.learnFromModule(values?.root_module);
    }
    for (const output of plan.outputs) {
      if (isOfCdktf(output.name)) continue;
      for (const value of [output.before, output.after]) output.isSensitive ? this.learn(value) : this.learnByName(value, [output.name]);
      this.learnMarked(output.before, output.beforeSensitive);
      this.learnMarked(output.after, output.afterSensitive);
    }
    this.learnByName(json.configuration, []);
  }

  private learnFromChange({ type, before, after, beforeSensitive, afterSensitive }: ResourceChange): void {
    this.learnMarked(before, beforeSensitive);
    this.learnMarked(after, afterSensitive);
    this.learnByName(before, [], type);
    this.learnByName(after, [], type);
  }

  private learnFromModule(module: ModuleValuesJson | undefined): void {
    for (const { type, values, sensitive_values: sensitive } of module?.resources ?? []) {
      this.learnMarked(values, sensitive);
      this.learnByName(values, [], type);
    }
    for (const child of module?.child_modules ?? []) this.learnFromModule(child);
  }

  private learnMarked(value: unknown, marks: unknown): void {
    if (marks === true) this.learn(value);
    else if (typeof marks === 'object' && marks !== null && typeof value === 'object' && value !== null) {
      for (const [key, mark] of Object.entries(marks)) this.learnMarked((value as Record<string, unknown>)[key], mark);
    }
  }

  /** A value that is masked by its name is a secret elsewhere only if it also has the name or form of one. */
  private learnByName(value: unknown, names: readonly string[], type = ''): void {
    if (typeof value === 'string') {
      const text = structuredText(value);
      if (text !== undefined) {
        this.learnByName(text, names, type);
        return;
      }
      const isNamed = SECRET_NAME.test(names.at(-1) ?? '') && !isHarmless(value);
      if (isNamed || (isMaskedByName(type, names, value) && looksRandom(value))) this.learn(value);
      for (const [, secret = ''] of value.matchAll(PASSWORD_IN_URL)) this.learn(secret);
    } else if (Array.isArray(value)) {
      for (const element of value) this.learnByName(element, names, type);
    } else if (isBlock(value)) {
      // In a list of names and values, the name decides.
      const { name } = value;
      const isNamed = typeof name === 'string' && typeof value.value === 'string' && SECRET_NAME.test(name);
      const inside = [...names, ''];
      for (const key of Object.keys(value)) {
        inside[names.length] = isNamed && key === 'value' ? name : key;
        this.learnByName(value[key], inside, type);
      }
    }
  }

  private learn(value: unknown): void {
    if (typeof value === 'string') this.learnText(value);
    else if (typeof value === 'number' && Math.abs(value) >= 100_000) this.learnText(String(value));
    else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) this.learn(member);
  }

  private learnText(secret: string): void {
    if (this.secrets.has(secret) || isHarmless(secret)) return;
    this.secrets.add(secret);
    const text = structuredText(secret);
    if (text !== undefined) this.learnMembers(text, '');
    // Parts of it may occur elsewhere, such as a key in YAML with indented lines.
    for (const line of secret.includes('\n') ? secret.split('\n') : []) if (line.trim().length >= 16) this.learnText(line.trim());
    if (secret.length < MIN_INSIDE) return;
    for (const form of formsOf(secret)) {
      if (form.length < MIN_INSIDE || this.forms.has(form)) continue;
      this.forms.add(form);
      const start = form.slice(0, INDEXED);
      const known = this.index.get(start);
      if (known) known.push(form);
      else this.index.set(start, [form]);
    }
  }

  /** Collects the parts of a secret document that are secrets by themselves. */
  private learnMembers(value: unknown, name: string): void {
    if (typeof value === 'string') {
      if (SECRET_NAME.test(name) || value.length >= 24 || looksRandom(value)) this.learnText(value);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) this.learnMembers(member, Array.isArray(value) ? name : key);
    }
  }

  private maskKnown(text: string): string {
    if (this.index.size === 0) return text;
    let masked = '';
    let done = 0;
    for (let at = 0; at + INDEXED <= text.length; at++) {
      const forms = this.index.get(text.substr(at, INDEXED));
      if (forms === undefined) continue;
      const length = Math.max(0, ...forms.filter((form) => text.startsWith(form, at)).map((form) => form.length));
      if (length === 0) continue;
      masked += text.slice(done, at) + MASK;
      done = at + length;
      at = done - 1;
    }
    return done === 0 ? text : masked + text.slice(done);
  }

  /** Tests that decoding a text, up to three times, reveals a secret. */
  private isSecretOnceDecoded(text: string, depth: number): boolean {
    if (depth === 3 || this.secrets.size === 0) return false;
    return decodings(text).some((decoded) => this.maskKnown(decoded) !== decoded || this.isSecretOnceDecoded(decoded, depth + 1));
  }
}

const MAX_REMEMBERED = 200;

/** Minimum length of a secret that is a complete text. */
const MIN_WHOLE = 2;

/** Minimum length of a secret that is masked inside other texts. */
const MIN_INSIDE = 6;
const INDEXED = 5;

/** Names whose values are secrets. */
const SECRET_NAME =
  /pass(?:word|wd|phrase)|(?:^|[_.-])pwd$|secret(?![_-]?(?:id|name|ref|key_?ref|namespace|version|type|path|store|manager|s?_?(?:name|enabled)))|token(?!iz)(?![_-]?(?:id|name|type|format|ttl|lifetime|expir|review|url|uri|path|audience))|private[_-]?key(?!_?(?:id|type|path))|api[_-]?key|access[_-]?key(?!_?id)|auth[_-]?key|(?:raw|encryption|signing|shared|license)[_-]?key$|credential(?!_?(?:type|name|id))|connection[_-]?string|client[_-]?key/i;

/** Names of scripts, which often contain secrets. */
const RUN = /^(?:metadata_startup_script|startup[_-]script|shutdown[_-]script|user[_-]data|custom[_-]data)$/i;

/** Names of program input. Labels of such a name are excluded. */
const ENVIRONMENT = /^(?:env|environment|environment_variables)$/i;

const HELM_VALUES = new Set(['values', 'set', 'set_list', 'set_sensitive', 'set_wo', 'metadata', 'manifest', 'postrender']);

function isMaskedByName(type: string, names: readonly string[], value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  if (isHarmless(String(value))) return false;
  const last = names.at(-1) ?? '';
  if (SECRET_NAME.test(last)) return true;
  if (typeof value === 'number') return false;
  const top = names[0] ?? '';
  if (type === 'helm_release' && HELM_VALUES.has(top)) return !(last === 'name' || last === 'type');
  if (type.startsWith('google_') && names.slice(0, -1).includes('metadata')) return true;
  if (names.some((name) => RUN.test(name))) return true;
  const environment = names.slice(0, -1).findIndex((name) => ENVIRONMENT.test(name));
  // References and names of values are not values.
  return environment !== -1 && last !== 'name' && !names.slice(environment).some((name) => /^value_?from$/i.test(name));
}

/** Tests for values that cannot be secrets: booleans, references and small numbers. */
function isHarmless(text: string): boolean {
  return text.length < MIN_WHOLE || /^(?:true|false|yes|no|on|off|null|none|enabled|disabled|[-.\d]{1,5}|\$\{[^}]*\})$/i.test(text);
}

const PASSWORD_IN_URL = /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]{3,})@/gi;

/** Patterns of secrets. */
const KNOWN_FORMS = new RegExp(
  [
    '-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)',
    '\\beyJ[\\w-]{10,}\\.[\\w-]{10,}\\.[\\w-]*',
    '\\bAIza[\\w-]{35}',
    '\\bya29\\.[\\w-]{20,}',
    '\\bgh[pousr]_\\w{30,}',
    '\\bgithub_pat_\\w{30,}',
    '\\bglpat-[\\w-]{20,}',
    '\\bxox[abprs]-[\\w-]{10,}',
    '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b',
    '\\b[sr]k_(?:live|test)_\\w{16,}',
    '\\bnpm_\\w{30,}',
    '\\bGOCSPX-[\\w-]{20,}',
  ].join('|'),
  'g',
);

function maskForms(text: string): string {
  const masked = text.length < 16 ? text : text.replace(KNOWN_FORMS, MASK);
  if (!masked.includes('://')) return masked;
  return masked.replace(PASSWORD_IN_URL, (url, secret: string) => url.replace(`:${secret}@`, `:${MASK}@`));
}

/** Tests for outputs that cdktf uses between stacks. It marks all of them as sensitive, and most are not. */
function isOfCdktf(output: string): boolean {
  return output.startsWith('cross-stack-output-');
}

function looksRandom(text: string): boolean {
  if (text.length < 12 || /\s/.test(text) || /^[a-z][a-z0-9+.-]*:\/\//.test(text)) return false;
  if (!/\d/.test(text) || !/[a-z]/i.test(text) || !/^[\w+/=.!@#$%^&*~:-]+$/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const entropy = [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
  // Names with a number are words with separators.
  return entropy > 3 && !/^[a-z]+(?:[-_./:][a-z]*\d{0,4}[a-z]?)*$/.test(text);
}

/** Forms of a text inside other texts. */
function formsOf(secret: string): string[] {
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
    ...base64Forms(secret),
    Buffer.from(secret).toString('hex'),
    secret.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
  ];
}

function encodeUrl(text: string): string {
  // A lone surrogate cannot be encoded.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

/** Base64 forms of a text at the three possible offsets, without characters that depend on the neighbours. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const start = [0, 2, 3][offset]!;
    const end = Math.floor((bytes.length * 8) / 6);
    const form = bytes.toString('base64').slice(start, end);
    return [form, form.replace(/\+/g, '-').replace(/\//g, '_')];
  });
}

function decodings(text: string): string[] {
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
