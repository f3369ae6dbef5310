import { isIP } from 'node:net';
import { CloudError } from '../../cloud-error';
import { NO_QUANTITY, Quantity } from '../../quantity';
import type { Rule } from '../../type-description';
import { expandPaths, isSet, isValues, type Value, type Values } from '../../values';
import { labelValue, portName, portNumber, qualifiedName } from './syntax';

/** Check of an argument by the plugin while planning: returns the errors, for a key such as `spec.0.type`. */
export type PluginCheck = (value: Exclude<Value, null>, key: string) => readonly string[];

/** Checks by path of the argument, in the short form of type descriptions. */
export type PluginChecks = Readonly<Record<string, PluginCheck>>;

/** Validation rule with checks of arguments. */
export interface PluginRule extends Rule {
  /** Paths of the checked arguments. */
  readonly paths: readonly string[];
}

/** Creates a rule that rejects arguments while planning, in the plugin's words. Unknown values are not checked. */
export function createPluginRule(checks: PluginChecks): PluginRule {
  const byPath = Object.entries(checks).flatMap(([paths, check]) => expandPaths([paths]).map((path) => [path, check] as const));
  const root = createNode();
  for (const [path, check] of byPath) {
    let node = root;
    for (const name of path.split('.')) {
      const next = node.children.get(name) ?? createNode();
      node.children.set(name, next);
      node = next;
    }
    node.checks.push(check);
  }
  const rule: Rule = ({ configuration = {} }) => {
    const errors = collectErrors(configuration, root, '');
    if (errors.length > 0) throw new CloudError(errors[0]!, errors.slice(1).join('\n'));
  };
  return Object.assign(rule, { paths: byPath.map(([path]) => path) });
}

/** Checks of an argument or block, and of its content. */
interface CheckNode {
  readonly checks: PluginCheck[];
  readonly children: Map<string, CheckNode>;
}

function createNode(): CheckNode {
  return { checks: [], children: new Map() };
}

function collectErrors(value: Value, node: CheckNode, key: string): string[] {
  if (!isSet(value)) return [];
  const at = (next: string | number): string => (key === '' ? String(next) : `${key}.${next}`);
  if (Array.isArray(value)) return value.flatMap((item, index) => collectErrors(item, node, at(index)));
  const errors = node.checks.flatMap((check) => check(value, key));
  if (!isValues(value)) return errors;
  for (const [name, child] of node.children) {
    const inner = value[name];
    if (inner !== undefined) errors.push(...collectErrors(inner, child, at(name)));
  }
  return errors;
}

/** Moves checks below a path. */
export function below(path: string, checks: PluginChecks): PluginChecks {
  return Object.fromEntries(Object.entries(checks).map(([name, check]) => [`${path}.${name}`, check]));
}

/** Checks the syntax of a text. */
export const textLike =
  (syntax: (text: string) => readonly string[]): PluginCheck =>
  (value, key) =>
    syntax(String(value)).map((detail) => `${key} ${detail}`);

export const oneOf =
  (...allowed: string[]): PluginCheck =>
  (value, key) =>
    allowed.includes(String(value)) ? [] : [`expected ${key} to be one of [${allowed.map((each) => `"${each}"`).join(' ')}], got ${value}`];

export const atLeast =
  (minimum: number): PluginCheck =>
  (value, key) =>
    Number(value) >= minimum ? [] : [`expected ${key} to be at least (${minimum}), got ${value}`];

export const notNegative: PluginCheck = (value, key) => (Number(value) >= 0 ? [] : [`${key} must be greater than or equal to 0`]);
export const positive: PluginCheck = (value, key) => (Number(value) > 0 ? [] : [`${key} must be greater than 0`]);

export const wholeNumber: PluginCheck = (value, key) =>
  value === '' || /^[+-]?\d+$/.test(String(value))
    ? []
    : [`${key}: cannot parse '${value}' as int: strconv.ParseInt: parsing "${value}": invalid syntax`];

export const numberOrPercent: PluginCheck = (value, key) => {
  const text = String(value);
  if (text === '') return [];
  if (!text.endsWith('%'))
    return /^[+-]?\d+$/.test(text)
      ? []
      : [`${key}: cannot parse '${text}' as int or percent: strconv.ParseInt: parsing "${text}": invalid syntax`];
  const number = text.slice(0, -1);
  if (!/^[+-]?\d+$/.test(number))
    return [`${key}: cannot parse '${text}' as percent: strconv.ParseInt: parsing "${number}": invalid syntax`];
  return Number(number) >= 0 && Number(number) <= 100 ? [] : [`${key}: '${text}' is not between 0% and 100%`];
};

export const matching =
  (pattern: RegExp): PluginCheck =>
  (value, key) =>
    pattern.test(String(value)) ? [] : [`expected value of ${key} to match regular expression "${pattern.source}", got ${value}`];

export const quantity: PluginCheck = (value, key) => (Quantity.parse(String(value)) ? [] : [`${key}.${value} : ${NO_QUANTITY}`]);

export const quantities: PluginCheck = (value, key) =>
  Object.entries(isValues(value) ? value : {}).flatMap(([name, amount]) =>
    isSet(amount) && !Quantity.parse(String(amount)) ? [`${key}.${name} ("${amount}"): ${NO_QUANTITY}`] : [],
  );

/** Checks a port number or name. */
export const port: PluginCheck = (value, key) =>
  (/^[+-]?\d+$/.test(String(value)) ? portNumber(Number(value)) : portName(String(value))).map((detail) => `${key} ${detail}`);

export const numberOfPort: PluginCheck = (value, key) =>
  portNumber(Number(value)).length === 0 ? [] : [`expected "${key}" to be a valid port number, got: ${value}`];

/** Checks an IP address or one of some words. */
export const addressOr =
  (...words: string[]): PluginCheck =>
  (value, key) =>
    words.includes(String(value)) || isIP(String(value)) !== 0
      ? []
      : [...oneOf(...words)(value, key), `expected ${key} to contain a valid IP, got: ${value}`];

/** Checks an address range in CIDR notation. */
export const range: PluginCheck = (value, key) => {
  const [address = '', length = '', ...rest] = String(value).split('/');
  const version = isIP(address);
  return rest.length === 0 && version !== 0 && /^\d+$/.test(length) && Number(length) <= (version === 4 ? 32 : 128)
    ? []
    : [`expected "${key}" to be a valid CIDR Value, got ${value}: invalid CIDR address: ${value}`];
};

export const modeBits: PluginCheck = (value, key) => {
  const text = String(value);
  return [
    ...(text.startsWith('0') ? [] : [`${key}: value ${text} should start with '0' (octal numeral)`]),
    ...(/^[0-7]+$/.test(text)
      ? []
      : [`${key} :Cannot parse octal numeral ("${text}"): strconv.ParseInt: parsing "${text}": invalid syntax`]),
    ...(/^[0-7]+$/.test(text) && Number.parseInt(text, 8) > 0o777
      ? [`${key} (0${Number.parseInt(text, 8).toString(8)}) expects octal notation (a value between 0 and 0777)`]
      : []),
  ];
};

/** Checks a relative path in a volume. */
export const relativePath: PluginCheck = (value, key) => {
  const text = String(value);
  if (text.startsWith('/')) return ['must be a relative path'];
  if (text.split('/').includes('..')) return [`"${key}" must not contain ".."`];
  return text.startsWith('..') ? [`"${key}" must not start with ".."`] : [];
};

const labels: PluginCheck = (value, key) =>
  listEntries(value).flatMap(([name, text]) => [
    ...qualifiedName(name).map((detail) => `${key} ("${name}") ${detail}`),
    ...(isSet(text) ? labelValue(String(text)).map((detail) => `${key} ("${text}") ${detail}`) : []),
  ]);

const annotations: PluginCheck = (value, key) =>
  listEntries(value).flatMap(([name]) => qualifiedName(name.toLowerCase()).map((detail) => `${key} ("${name}") ${detail}`));

/** Checks labels and annotations of an object or template. */
export const METADATA: PluginChecks = { labels, annotations };

function listEntries(value: Value): [string, Value][] {
  return isValues(value) ? Object.entries(value as Values) : [];
}
