import { Token, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';
import { findNearest } from './nearest-name';
import { PROP_TYPES, type PropType, REQUIRED_MEMBERS } from './prop-types';
import { ValidationError } from './validation-error';

/**
 * Strings that may be empty: Kubernetes allows taints and tolerations with an empty value, and an empty value of the others is none;
 * exemptions check their texts with the address. An empty `sourceSnapshot` is refused: it would create a disk without data.
 */
const MAY_BE_EMPTY = [
  'ClusterFromNameProps.clusterCaCertificate',
  'ConnectionOptions.reason',
  'NodePoolProps.diskKmsKey',
  'NodePoolProps.minCpuPlatform',
  'NodeTaint.value',
  'PrivateClusterProps.googleGroupsSecurityGroup',
  'PrivateClusterProps.minVersion',
  'PrivateClusterProps.notificationTopic',
  'PrivateClusterProps.secretsKmsKey',
  'ProtectionExemption.owner',
  'ProtectionExemption.reason',
  'PublicEndpointProps.securityPolicyName',
  'SnapshotScheduleProps.storageLocation',
  'Toleration.value',
];

/** Texts that are read by people or programs of the app. `undefined` and `NaN` are valid in them; `.*` is an item of a list or map. */
const FREE_TEXTS = [
  'ConnectionOptions.reason',
  'ProtectionExemption.reason',
  'ScheduledJobProps.args.*',
  'ScheduledJobProps.command.*',
  'ScheduledJobProps.environment.*',
  'WorkloadProps.args.*',
  'WorkloadProps.command.*',
  'WorkloadProps.environment.*',
];

/**
 * Identifier with a missing value, such as a misspelt environment variable: the whole of it, of a segment of a path, image or email address,
 * or of its first or last word. Within a path or host name, `undefined-labs` may be the name of an organization.
 */
const MISSING_VALUE =
  /(?:^|[/:@])(?:undefined|null|NaN)(?:$|[/:@])|^(?:undefined|null|NaN)[-._]|[-._](?:undefined|null|NaN)$|\[object Object\]/;

/**
 * Validates the props of a construct against their interface: required props, types, and names. Tokens of the expected type and tokens for
 * whole values are valid; the constructs check everything else. A subclass may have props of its own.
 *
 * @throws ValidationError with the prop, its type and the value
 */
export function requireProps(scope: IConstruct, type: keyof typeof PROP_TYPES, props: unknown): void {
  const check = new PropCheck(scope);
  const given = check.requireObject('props', '', type, props);
  if (!isOfSubclass(scope, type)) check.requireKnownNames('', type, given);
}

/** Tests if a construct is of a subclass of the class to which the props belong. */
function isOfSubclass(scope: IConstruct, type: string): boolean {
  const className = type.replace(/Props$/, '');
  let prototype = Object.getPrototypeOf(Object.getPrototypeOf(scope));
  while (prototype !== null && prototype.constructor.name !== className) prototype = Object.getPrototypeOf(prototype);
  return prototype !== null;
}

/**
 * Validates that a value has the members of a class or interface of the library.
 *
 * @throws ValidationError with the prop, its type and the value
 */
export function requireInstance(scope: IConstruct, prop: string, type: string, value: unknown): void {
  new PropCheck(scope).requireInstance(prop, type, value);
}

/** Value that checks itself where it is used. */
interface Checkable {
  /** Returns the violated rule, undefined for a valid value. */
  findProblem?(): string | undefined;
}

/** Describes a value for an error message. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return `a function`;
  if (typeof value !== 'object' || value === null) return String(value);
  const node = 'node' in value ? (value.node as { path?: unknown } | null) : undefined;
  const className = nameOfClass(value);
  if (typeof node?.path === 'string') return `${className ?? 'a construct'} ${node.path}`;
  if (!Array.isArray(value) && !isPlain(value)) return className ?? 'an object';
  try {
    const text = JSON.stringify(value);
    return text.length > 80 ? `${text.slice(0, 80)}…` : text;
  } catch {
    return Array.isArray(value) ? 'a list' : 'an object';
  }
}

class PropCheck {
  constructor(private readonly scope: IConstruct) {}

  /** Checks an object of props. `path` is empty for the props of the construct. */
  public requireObject(name: string, path: string, type: string, value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.error(name, `an object of ${type}`, value);
    const types: Readonly<Record<string, PropType>> = PROP_TYPES[type as keyof typeof PROP_TYPES];
    const given = value as Readonly<Record<string, unknown>>;
    for (const key in types) {
      const isOptional = key.endsWith('?');
      const prop = isOptional ? key.slice(0, -1) : key;
      if (isOptional && given[prop] === undefined) continue;
      this.require(`${path}${prop}`, types[key]!, given[prop], `${type}.${prop}`);
    }
    return given;
  }

  /** Refuses unknown props of a literal object. An instance of a class may have more members, and any object methods. */
  public requireKnownNames(path: string, type: string, given: Readonly<Record<string, unknown>>): void {
    if (!isPlain(given)) return;
    const types: Readonly<Record<string, PropType>> = PROP_TYPES[type as keyof typeof PROP_TYPES];
    for (const key of Object.keys(given)) {
      if (Object.hasOwn(types, key) || Object.hasOwn(types, `${key}?`) || ['undefined', 'function'].includes(typeof given[key])) continue;
      const nearest = findNearest(
        key,
        Object.keys(types).map((prop) => prop.replace('?', '')),
      );
      const hint = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
      throw new ValidationError(this.scope, `'${path}${key}' must be a prop of ${type}, got ${describeValue(given[key])}${hint}`);
    }
  }

  private require(path: string, type: PropType, value: unknown, member: string): void {
    if (typeof type !== 'string') this.requireComposed(path, type, value, member);
    else if (type === 'string') this.requireText(path, value, member);
    else if (type === 'number') this.requireType(path, 'a number', Number.isFinite(value), value);
    else if (type === 'boolean') this.requireType(path, 'true or false', typeof value === 'boolean', value);
    else if (type === 'function') this.requireType(path, 'a function', typeof value === 'function', value);
    else if (type === 'object') this.requireType(path, 'an object', isRecord(value), value);
    else if (type === 'any') this.requireType(path, 'a value', value !== undefined && value !== null && !Number.isNaN(value), value);
    else if (Object.hasOwn(REQUIRED_MEMBERS, type)) this.requireInstance(path, type, value);
    else this.requireKnownNames(`${path}.`, type, this.requireObject(path, `${path}.`, type, value));
  }

  private requireComposed(path: string, type: Exclude<PropType, string>, value: unknown, member: string): void {
    if ('listOf' in type) {
      if (!Array.isArray(value)) this.requireType(path, 'a list', false, value);
      else for (const [n, item] of value.entries()) this.require(`${path}[${n}]`, type.listOf, item, `${member}.*`);
    } else if ('mapOf' in type) {
      if (!isRecord(value)) this.requireType(path, 'an object', false, value);
      else for (const key of Object.keys(value)) this.require(`${path}.${key}`, type.mapOf, value[key], `${member}.*`);
    } else if ('oneOf' in type) {
      // The constructs check texts, with the key of the item in their message.
      this.requireType(path, `one of ${type.oneOf.join(', ')}`, typeof value === 'string', value);
    } else {
      const fitting = type.anyOf.some((each) => this.accepts(each, value));
      this.requireType(path, `one of ${type.anyOf.map(String).join(', ')}`, fitting, value);
    }
  }

  /** Checks a text. Items of lists and maps, whose `member` ends with `.*`, may be empty; a prop may not. */
  private requireText(path: string, value: unknown, member: string): void {
    if (typeof value !== 'string') {
      this.requireType(path, 'a string', false, value);
      return;
    }
    if (FREE_TEXTS.includes(member) ? value === '[object Object]' : MISSING_VALUE.test(value)) {
      throw this.error(path, 'a value that is set, as undefined, null, NaN and objects are no texts', value);
    }
    if (value === '' && !member.endsWith('.*') && !MAY_BE_EMPTY.includes(member))
      throw this.error(path, 'a string that is not empty', value);
  }

  public requireInstance(path: string, type: string, value: unknown): void {
    const isInstance = typeof value === 'object' && value !== null && REQUIRED_MEMBERS[type]!.every((member) => hasMember(value, member));
    this.requireType(path, `${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}`, isInstance, value);
    const problem = (value as Checkable).findProblem?.();
    if (problem !== undefined) throw new ValidationError(this.scope, `'${path}' must be ${problem}, got ${value}`);
  }

  private accepts(type: PropType, value: unknown): boolean {
    try {
      this.require('', type, value, '.*');
      return true;
    } catch (error) {
      if (error instanceof ValidationError) return false;
      throw error;
    }
  }

  private requireType(path: string, rule: string, isValid: boolean, value: unknown): void {
    if (!isValid && (value === undefined || value === null || !Token.isUnresolved(value))) throw this.error(path, rule, value);
  }

  private error(path: string, rule: string, value: unknown): ValidationError {
    return new ValidationError(this.scope, `'${path}' must be ${rule}, got ${describeValue(value)}`);
  }
}

/** Tests for a member that is set. Getters are not called: one may create what it returns, or fail before its time. */
function hasMember(value: object, member: string): boolean {
  const own = Object.getOwnPropertyDescriptor(value, member);
  return own === undefined ? member in value : own.get !== undefined || own.value !== undefined;
}

/** Tests for a literal object, also of another realm, such as one of a test runner. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Tests for an object with entries of its own. Collections, dates and tokens have none. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Tokenization.isResolvable(value)) return false;
  return isPlain(value) || Object.prototype.toString.call(value) === '[object Object]';
}

/** Name of the class of an object. Anonymous classes have none. */
function nameOfClass(value: object): string | undefined {
  const name = value.constructor?.name;
  return name === '' || name === 'Object' ? undefined : name;
}
