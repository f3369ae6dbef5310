/** Tests for a value that cannot be a secret: a boolean, a small number, a placeholder, or a reference to where the secret is. */
export function isHarmless(text: string): boolean {
  if (text.length < MIN_SECRET || CONSTANT.test(text)) return true;
  return text.length < MAX_REFERENCE && REFERENCE.test(text) && !looksGenerated(text.slice(text.lastIndexOf('/') + 1));
}

/** Tests for a value that reveals nothing even where Terraform marks it: a boolean, a small number, an expression of Terraform. */
export function isHarmlessIfMarked(text: string): boolean {
  return text.length < MIN_SECRET || /^(?:true|false|yes|no|on|off|null|none|enabled|disabled|[-.\d]{1,5}|\$\{[^}]*\})$/i.test(text);
}

/** Tests for a text that a machine generated, rather than a name or words. */
export function looksGenerated(text: string): boolean {
  if (text.length < 12 || /\s/.test(text) || /^[a-z][a-z0-9+.-]*:\/\//.test(text)) return false;
  if (text.length > MAX_GENERATED) return /^[\w+/=-]+$/.test(text);
  if (!/[a-z]/i.test(text) || !/^[\w+/=.!@#$%^&*~:-]+$/.test(text)) return false;
  // Names with a number are words with separators.
  if (!/\d/.test(text)) return (text.match(/[a-z][A-Z]|[A-Z]{2}[a-z]/g)?.length ?? 0) >= 4 && entropyOf(text) > 3;
  return entropyOf(text) > 3 && !/^[a-z]+(?:[-_./:][a-z]*(?:\d{1,4}[a-z]?)?)*$/.test(text);
}

/** Tests for a plain word, which may occur in other values without being the secret. */
export function isWord(text: string): boolean {
  return /^[a-z]+$/i.test(text);
}

/** Minimum length of a secret. */
export const MIN_SECRET = 2;

const MAX_GENERATED = 5_000;
const MAX_REFERENCE = 500;

const CONSTANT =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|enabled|disabled|required|optional|[-.\d]{1,5}|\d+(?:\.\d+)?(?:ms|us|ns|s|m|h|d|w|y|[kmgtpe]i?b?)|v?\d+(?:\.\d+){1,3}(?:-[a-z.]+\d{0,3})?|read|write|\*+|x{3,}|\.{3}|redacted|\(sensitive\)|\(sensitive value\)|\(known after apply\))$/i;

const REFERENCE = new RegExp(
  [
    // Expressions of Terraform, shells, templates and CI systems.
    '^\\$\\{[^}]*\\}$|^\\$\\w+$|^\\$\\([^)]*\\)$|^\\{\\{[^}]*\\}\\}$|^<[\\w .:-]+>$|^%\\w+%$|^%[sdvq]$|^@\\w+@$',
    // Files.
    '^(?:~|\\.{1,2})?(?:/[\\w.@-]+){2,}$|^file:',
    // Secret stores.
    '^(?:projects/[^/]+/|arn:aws|vault:|secret/data/|op://|sm://|gcp-?sm|awssm|ref\\+|secretref:|akv://|env://|azurekeyvault|@Microsoft\\.KeyVault)',
    // Digests.
    '^(?:sha(?:1|224|256|384|512)|md5|h1)[:-]',
    // Expressions of programs.
    '^(?:process\\.env|os\\.(?:environ|getenv)|System\\.|ENV\\[|var\\.|local\\.|data\\.|module\\.|each\\.|env\\.|secrets\\.|vars\\.|github\\.|inputs\\.|self\\.|this\\.)',
    '^[A-Za-z_][\\w.]*[(\\[](?:$|["\'\\w)])',
    '^[A-Za-z_]\\w*(?:\\.\\w+)*\\.\\w*(?:[kK]ey|KEY|[tT]oken|TOKEN|[sS]ecret|SECRET|[pP]assword|PASSWORD|_PASS|_PW)$',
    // Public halves of keys.
    '^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\\S+) |^-----BEGIN (?:CERTIFICATE|PUBLIC KEY|RSA PUBLIC KEY)-----',
  ].join('|'),
);

function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
