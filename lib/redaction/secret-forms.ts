import { MASK } from './mask';
import { looksGenerated } from './secret-values';

/** Part of a text that is a secret. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Masks the parts of a text that have the form of a secret, whatever their names are. */
export function maskForms(text: string): string {
  return maskSpans(text, findForms(text));
}

/** Finds the parts of a text that have the form of a secret. */
export function findForms(text: string): Span[] {
  if (text.length < MIN_FORM) return [];
  const spans = listSpans(text, KNOWN_FORMS);
  if (text.includes('.atlasv1.')) spans.push(...listSpans(text, /\b\w{14}\.atlasv1\.[\w-]{50,}/g));
  return text.includes('://') ? [...spans, ...findInUrls(text), ...findInHooks(text)] : spans;
}

function listSpans(text: string, pattern: RegExp): Span[] {
  const spans: Span[] = [];
  // `matchAll` would copy the pattern for each text.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    spans.push({ start: match.index, end: match.index + match[0].length });
    if (match[0] === '') pattern.lastIndex++;
  }
  return spans;
}

/** Replaces parts of a text, which may overlap. */
export function maskSpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let masked = '';
  let done = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= done) continue;
    if (start >= done) masked += text.slice(done, start) + MASK;
    done = end;
  }
  return masked + text.slice(done);
}

const MIN_FORM = 10;

/** Tokens that begin with the mark of their issuer. */
const MARKED_TOKENS = [
  // Cloud providers.
  'AIza[\\w-]{35}|ya29\\.[\\w-]{20,}|GOCSPX-[\\w-]{20,}|1//0[\\w-]{30,}|GOOG1E[A-Z0-9]{50,}|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])',
  'do[opr]_v1_[a-f0-9]{32,}|dapi[a-f0-9]{32}|tskey-\\w+-[\\w-]{10,}|pscale_(?:tkn|pw|oauth)_[\\w-]{20,}|fo1_[\\w-]{40,}|FlyV1 [\\w+/=,-]{40,}',
  // Code hosting, CI and packages.
  'gh[pousr]_\\w{30,}|github_pat_\\w{30,}|gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\\w.-]{20,}|npm_\\w{30,}|pypi-[\\w-]{40,}|rubygems_[a-f0-9]{40,}',
  'dckr_(?:pat|oat)_[\\w-]{20,}|ATATT3[\\w=-]{50,}|ATBB\\w{20,}|ATCTT3[\\w=-]{50,}|AKCp[A-Za-z0-9]{60,}|bkua_[a-f0-9]{30,}|cio\\w{32}(?!\\w)|sqp_[a-f0-9]{40}',
  // Secret stores.
  'hv[sbr]\\.[\\w-]{20,}|dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.]{30,}|AGE-SECRET-KEY-1[0-9A-Z]{50,}|ops_eyJ[\\w-]{50,}|infisical_\\w{20,}',
  // Payment, mail and messages.
  '[srp]k_(?:live|test)_\\w{16,}|whsec_[\\w+/=]{20,}|sq0[a-z]{3}-[\\w-]{20,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{30,}|EZ[AT]K\\w{50,}|access_token\\$(?:production|sandbox)\\$\\w+\\$\\w+',
  'SG\\.[\\w-]{16,}\\.[\\w-]{16,}|xkeysib-[a-f0-9]{60,}-\\w+|key-[a-f0-9]{32}(?!\\w)|SK[a-f0-9]{32}(?!\\w)|re_\\w{8}_\\w{20,}|xox[abceoprs]-[\\w-]{10,}|xapp-[\\w-]{20,}|\\d{8,10}:AA[\\w-]{33}',
  // Observability.
  'NR(?:AK|II|JS|RA|BR|AL|AA|IQ)-?[\\w-]{20,}|gl(?:sa|c)_[\\w=+/-]{30,}|sntrys_[\\w=+/-]{40,}|sntryu_[a-f0-9]{60,}|phc_\\w{30,}|phx_\\w{30,}|dt0[a-z]\\d\\d\\.\\w{20,}\\.\\w{50,}|sdk-[a-f0-9]{8}-[a-f0-9-]{27}',
  // Others.
  'sk-(?:proj-|ant-|svcacct-|or-v1-)?[\\w-]{20,}|hf_\\w{30,}|r8_\\w{36,}|gsk_\\w{40,}|pplx-\\w{40,}|lin_api_\\w{30,}|secret_\\w{43}(?!\\w)|ntn_\\w{40,}|figd_[\\w-]{30,}|PMAK-[\\w-]{50,}|sbp_[a-f0-9]{40}|pul-[a-f0-9]{40}|nvapi-[\\w-]{50,}|sk\\.eyJ[\\w-]+\\.[\\w-]+|pat[A-Za-z0-9]{14}\\.[a-f0-9]{60,}|eyJ[\\w-]{10,}\\.[\\w-]{10,}\\.[\\w-]*',
];

/** Addresses of which the last part is the secret. */
const WEB_HOOKS = [
  '(?<=\\bhooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)/)[\\w/-]{8,}',
  '(?<=\\bdiscord(?:app)?\\.com/api/(?:v\\d+/)?webhooks/)\\d+/[\\w-]{8,}',
  '(?<=\\b(?:webhook\\.)?office\\.com/webhook(?:b2)?/)[\\w@/-]{8,}',
  '(?<=\\bhooks\\.zapier\\.com/hooks/catch/)[\\w/]{6,}',
  '(?<=\\bapi\\.telegram\\.org/bot)[\\w:-]{8,}',
  '(?<=\\bmaker\\.ifttt\\.com/trigger/[^\\s"\'<>]{1,100}/key/)[\\w-]{8,}',
  '(?<=\\b(?:hc-ping\\.com|cronitor\\.link/p|heartbeat\\.uptimerobot\\.com|betterstack\\.com/api/v1/heartbeat|healthchecks\\.io/ping)/)[\\w-]{8,}',
  '(?<=\\bevents\\.pagerduty\\.com/integration/)\\w{8,}',
];

const KNOWN_FORMS = new RegExp(
  [
    '-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|$)',
    `(?<![A-Za-z0-9_])(?:${MARKED_TOKENS.join('|')})`,
    // Hashes of passwords.
    '\\$(?:apr1|1|2[abxy]|5|6|7|y|gy|argon2(?:id|i|d)?|scrypt|pbkdf2(?:-\\w+)?)\\$[\\w./$=,+-]{16,}|\\{(?:SSHA|SHA|SMD5|MD5|CRYPT|SHA256|SHA512|SSHA256|SSHA512)\\}[\\w+/=.$-]{16,}',
    'SCRAM-SHA-(?:1|256|512)\\$\\d+:[\\w+/=]{8,}\\$[\\w+/=:]{16,}|\\bmd5[a-f0-9]{32}\\b',
    // Keys of PuTTY.
    '(?<=\\bPrivate-Lines: \\d{1,4}\\r?\\n)(?:[A-Za-z0-9+/=]{1,80}\\r?\\n?)+',
    ...WEB_HOOKS,
  ].join('|'),
  'g',
);

/** Finds passwords and tokens before the host of a URL. */
function* findInUrls(text: string): Generator<Span> {
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const start = at + 3;
    const length = text.slice(start, start + MAX_AUTHORITY).search(/[/?#\s"'<>\\`]|$/);
    const user = text.slice(start, start + length);
    const end = user.lastIndexOf('@');
    if (end === -1) continue;
    const colon = user.indexOf(':');
    if (colon !== -1 && colon < end - 1 && !isReference(user.slice(colon + 1, end))) yield { start: start + colon + 1, end: start + end };
    else if (colon === -1 && looksGenerated(user.slice(0, end))) yield { start, end: start + end };
  }
}

/** Finds generated parts of the address of a web hook of any service. */
function* findInHooks(text: string): Generator<Span> {
  for (const match of text.matchAll(/\/(?:web)?hooks?\/((?:[\w-]{1,100}\/){0,3}[\w-]{8,200})/g)) {
    let start = match.index + match[0].length - match[1]!.length;
    for (const part of match[1]!.split('/')) {
      if (looksGenerated(part)) yield { start, end: start + part.length };
      start += part.length + 1;
    }
  }
}

const MAX_AUTHORITY = 2_000;

function isReference(password: string): boolean {
  return /^(?:\$\{[^}]*\}|\$\w+|\$\([^)]*\)|\{\{.*\}\}|<.*>|%[sv]|\*+|\(sensitive\))$/.test(password);
}
