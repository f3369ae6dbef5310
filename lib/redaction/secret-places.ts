import { findKind, findResourceType, isNotApplicable } from '../resource-types';
import { isBlock } from '../terraform/values';
import { describeName, type Secrecy } from './secret-names';
import { isHarmless, looksGenerated } from './secret-values';

/** Place of a value: its type, and the names in its path, without indexes. */
export interface Place {
  /** Terraform type, or the kind of a manifest as `apiVersion/Kind`; empty for values of other origin. */
  readonly type: string;
  readonly names: readonly string[];
}

/** Tests for a value that is masked in its place: a named secret, or a value of a place that holds secrets among others. */
export function isSecretPlace({ type, names }: Place, value: unknown): boolean {
  if (isNamedSecret(names, value)) return true;
  if (typeof value !== 'string') return false;
  return (isAmongSecrets(type, names) || names.some((name) => describeName(name).isScript) || isInEnvironment(names)) && !isHarmless(value);
}

/** Tests for a place that the description of the type has as secret. */
function isAmongSecrets(type: string, names: readonly string[]): boolean {
  if (names.length === 1 && VALUE.test(names[0]!) && SECRET_TYPE.test(type)) return true;
  if (!listSecretPaths(type).some((path) => isAt(names, path))) return false;
  if (isSecretData(names)) return true;
  // Charts and programs have settings among their secrets.
  const last = names.at(-1) ?? '';
  return !describeName(last === 'value' ? (names.at(-2) ?? '') : last).isSetting;
}

function isInEnvironment(names: readonly string[]): boolean {
  const environment = names.findIndex((name, index) => index < names.length - 1 && describeName(name).isEnvironment);
  // References and names of values are not values.
  return environment !== -1 && names.at(-1) !== 'name' && !names.some((name, index) => index >= environment && describeName(name).isSource);
}

/** Tests for a value that is a secret by its own name, or by that of a block it is in. */
export function isNamedSecret(names: readonly string[], value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const secrecy = rateNames(names);
  if (secrecy === 'none') return false;
  const text = String(value);
  if (isHarmless(text) || (typeof value === 'number' && /tokens$/i.test(names.at(-1) ?? ''))) return false;
  return secrecy === 'secret' || looksGenerated(text);
}

/** Rates a place by its name and by the blocks it is in. */
function rateNames(names: readonly string[]): Secrecy {
  const end = names.length - 1;
  const last = names[end] ?? '';
  const { secrecy, isReference } = describeName(last);
  let isInSecret = false;
  let isInSource = false;
  for (let index = 0; index < end; index++) {
    const block = describeName(names[index]!);
    isInSecret ||= block.secrecy === 'secret';
    isInSource ||= block.isSource;
  }
  const rated = secrecy !== 'none' || !isInSecret || isReference ? secrecy : last === 'key' ? 'likely' : 'secret';
  return isInSource && rated === 'secret' ? 'likely' : rated;
}

/** Tests for a value in a map of a Kubernetes secret. */
export function isSecretData(names: readonly string[]): boolean {
  return /^(?:data|binary_data|binaryData|data_wo|binary_data_wo|stringData)$/.test(names[0] ?? '');
}

/** Type of a Kubernetes manifest, for the places in it; undefined for another value. */
export function manifestType(value: unknown): string | undefined {
  return isBlock(value) && typeof value.kind === 'string' && typeof value.apiVersion === 'string'
    ? `${value.apiVersion}/${value.kind}`
    : undefined;
}

/** Types that are a secret by their name, of any provider, and the argument with its value: `azurerm_key_vault_secret`, `random_password`. */
const SECRET_TYPE = /_(?:secret|password|passphrase|token|credential|api_key|access_key|private_key)s?(?:_version)?$/;
const VALUE = /^(?:value|plaintext_value|encrypted_value|value_wo|data_json|data|payload|result|hex|secret)$/;

type SecretPaths = readonly (readonly string[])[];

const PATHS = new Map<string, SecretPaths>();

/** Tests for a type with places that hold secrets. */
export function holdsSecrets(type: string): boolean {
  return listSecretPaths(type).length > 0;
}

/** Paths of secrets, as the description of the type has them. */
function listSecretPaths(type: string): SecretPaths {
  const known = PATHS.get(type);
  if (known) return known;
  const slash = type.lastIndexOf('/');
  const described = slash === -1 ? findResourceType(type) : findKind(type.slice(0, slash), type.slice(slash + 1));
  const secrets = described?.secrets;
  const paths = secrets === undefined ? (type.startsWith('google_') ? UNKNOWN_GOOGLE : []) : isNotApplicable(secrets) ? [] : secrets;
  PATHS.set(type, paths);
  return paths;
}

/** Metadata of VMs, in types that are not described. */
const UNKNOWN_GOOGLE: SecretPaths = [['*', 'metadata', '*']];

/** Tests that names are at or below a path. `*` is any number of names, since elements of a list may have one. */
function isAt(names: readonly string[], path: readonly string[], from = 0): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (step !== '*') return names[from] === step && isAt(names, rest, from + 1);
  if (rest.length === 0) return from < names.length;
  for (let next = from; next <= names.length; next++) if (isAt(names, rest, next)) return true;
  return false;
}
