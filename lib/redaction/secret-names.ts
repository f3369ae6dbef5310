/**
 * Secrecy of the value of a name. `secret`: the value is one, unless it cannot be. `likely`: it is one when it looks generated, since the
 * name is used for other values too.
 */
export type Secrecy = 'secret' | 'likely' | 'none';

/** Traits of a value by its name. */
export interface NameTraits {
  readonly secrecy: Secrecy;

  /** The value is a name, version, path or the like of a secret. */
  readonly isReference: boolean;

  /** The value is an ordinary setting, in a place that may hold secrets. */
  readonly isSetting: boolean;

  /** The block refers to the source of a value, as `value_from` does. */
  readonly isSource: boolean;

  /** The value is a script, which often contains secrets. */
  readonly isScript: boolean;

  /** The block holds program input, as `env` does. Labels of such a name are excluded. */
  readonly isEnvironment: boolean;
}

/** Describes the name of an argument, key, variable, flag or header by its words, in any of the usual spellings. */
export function describeName(name: string): NameTraits {
  const known = DESCRIBED.get(name);
  if (known !== undefined) return known;
  const words = splitWords(name.slice(0, MAX_NAME));
  const last = words.at(-1) ?? '';
  const isReference = REFERENCES.has(last) || REFERENCE_PHRASE.test(words.join(' '));
  const traits = {
    secrecy: name.length > MAX_NAME ? ('none' as const) : rateWords(words),
    isReference,
    isSetting: isReference || SETTINGS.has(last),
    isSource: /(?:_from|From|_ref|Ref|_source|Source)$/.test(name),
    isScript: /^(?:metadata_startup_script|startup[_-]script|shutdown[_-]script|user[_-]data|custom[_-]data)$/i.test(name),
    isEnvironment: /^(?:env|environment|environment_variables|environmentVariables)$/.test(name),
  };
  if (DESCRIBED.size < MAX_DESCRIBED) DESCRIBED.set(name, traits);
  return traits;
}

/** Tests for a name whose value is a secret. */
export function isSecretName(name: string): boolean {
  return describeName(name).secrecy === 'secret';
}

/** Rates the name of a query parameter, where further names are used for secrets. */
export function rateParameter(name: string): Secrecy {
  const { secrecy } = describeName(name);
  return secrecy !== 'none' ? secrecy : PARAMETERS.has(splitWords(name.slice(0, MAX_NAME)).at(-1) ?? '') ? 'likely' : 'none';
}

const MAX_NAME = 200;
const DESCRIBED = new Map<string, NameTraits>();
const MAX_DESCRIBED = 20_000;

function rateWords(all: readonly string[]): Secrecy {
  const words = [...all];
  while (words.length > 1 && (QUALIFIERS.has(words.at(-1)!) || /^\d+$/.test(words.at(-1)!))) words.pop();
  const last = words.at(-1) ?? '';
  const phrase = words.join(' ');
  if (/\b(?:web)?hooks?(?: (?:url|uri|endpoint|address))?$/.test(phrase)) return 'likely';
  if (/\bpassw(?:or)?d (?:hash|digest)(?:es)?$/.test(phrase)) return 'secret';
  if (REFERENCE_PHRASE.test(phrase)) return 'none';
  if (words.length > 1 && SWITCHES.has(words[0]!)) return 'none';
  if (/\b(?:recovery|unlock|activation|access) codes?$/.test(phrase)) return 'secret';
  if (/\bmot de passe$/.test(phrase)) return 'secret';
  if (/\bconnection (?:string|uri|url)$/.test(phrase)) return 'secret';
  if (REFERENCES.has(last)) return 'none';
  if (words.some((word) => SECRET_WORD.test(word)) || SECRET_KEY.test(phrase)) return 'secret';
  if (/^(?:pass|pw|pin|authorization)$/.test(last) || (/pass$/.test(last) && !/(?:by|com|over|under|sur|tres|im|en)pass$/.test(last)))
    return 'secret';
  return LIKELY.has(last) || LIKELY_KEY.test(phrase) ? 'likely' : 'none';
}

/** Splits a name into words in lower case: `dbPassword`, `DB_PASSWORD` and `db-password` have the same two. */
function splitWords(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Last words that do not change the meaning of a name: `secret_data`, `private_key_pem`, `password_wo`. */
const QUALIFIERS = words(
  'wo value text string data plaintext plain clear base64 b64 pem json raw content contents old new current previous default override',
);

/** Last words of names that refer to a secret or describe it. */
const REFERENCES = words(
  'name names id ids ref refs reference references namespace version versions path paths file files filename type types kind format ttl lifetime ' +
    'expires expiry expiration expire review reviews url urls uri audience audiences store manager enabled disabled enable length policy policies ' +
    'rotation provider providers count algorithm size field fields label labels prefix suffix header headers class mode method methods scope scopes ' +
    'issuer endpoint endpoints duration period days hours minutes seconds at date time timestamp arn selector account role roles group groups ' +
    'engine backend required allowed source env var mount dir directory location validation complexity age status identity project region usage ' +
    'template sync operator driver csi controller agent injector annotation annotations resource resources limit limits quota host port user ' +
    'username email description title config configuration settings options spec optional items replication bits strategy service services ' +
    'server principal subject number keyring purpose state revision ready permission permissions binding validity hashing hash hashes checksum ' +
    'fingerprint thumbprint digest variables volumes environment bindings mounts stores managers accounts admins owner owners stdin',
);

/** First words of switches and of names of existing secrets. */
const SWITCHES = words(
  'existing use uses enable enabled has is require requires required disable automount generate create allow no skip max min num mount',
);

const REFERENCE_PHRASE =
  /\b(?:existing|pull secrets?|id tokens?|(?:password|token|credentials?) keys?|public keys?|kms keys?|crypto keys?|page tokens?|next token|stop tokens?|tokens? (?:per|bucket|limit)|secret key ref|secret ref)\b/;

const SECRET_WORD =
  /^(?:\w*passw(?:or)?ds?|\w*passwd|\w*passphrases?|\w*passcodes?|\w*secrets?|\w*tokens?|\w*credentials?|creds|\w*pwd|\w+pw|psk|passwort|kennwort|contrasena|motdepasse|senha|wachtwoord|haslo|losenord|salasana|mnemonic|htpasswd|dockerconfigjson|dockercfg|pgpass|netrc|kubeconfig|keytab|masterauth|\w*(?:api|access|auth|private|secret|encryption|signing|account|master|session)keys?)$/;

/** Keys that are secrets. */
const SECRET_KEY =
  /(?:^| )(?:api|access|auth|private|secret|raw|encryption|decryption|signing|shared|pre shared|preshared|license|account|master|client|storage|session|hmac|admin|cookie|crypt|authentication|authorization) keys?(?: base)?$/;

const LIKELY = words(
  'auth jwt bearer cookie cookies session salt pepper otp totp sas sig signature hmac dsn pfx p12 jks seed tokens md5 encrypt community authenticator userinfo connection',
);

const LIKELY_KEY =
  /(?:^| )(?:app|application|integration|subscription|write|read|ingestion|ingest|consumer|security|functions?|routing|deploy|service|server|tls|ssl|ssh|rsa|aes|instrumentation|join|registration|install|user|bot|host|event|query|certificate|agent|project) keys?$/;

/** Last words of settings of programs and charts. */
const SETTINGS = words(
  'image images tag tags repository registry digest alert expr expression for summary severity schedule cron timezone cpu memory storage replicas level ' +
    'interval timeout domain hostname hosts selector chart release component arch platform locale language',
);

const PARAMETERS = words('key sig signature code auth pass pw token credential hash s');
