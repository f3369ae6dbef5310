import { ReportedError } from '../core/reported-error';
import type { Plan, ResourceChange } from '../terraform/plan';
import { isBlock } from '../terraform/values';
import { findKeyedSecrets } from './keyed-text';
import { KnownSecrets } from './known-secrets';
import { MASK } from './mask';
import { SecretCollector } from './secret-collector';
import { maskForms, maskSpans } from './secret-forms';
import { holdsSecrets, isSecretPlace, manifestType, type Place } from './secret-places';
import { MIN_SECRET } from './secret-values';
import { structuredText } from './structured-text';

/** Leaf of a value that changes. */
export interface Leaf {
  readonly before: LeafValue | undefined;
  readonly after: LeafValue | undefined;
}

interface LeafValue {
  readonly value: unknown;

  /** True when Terraform marks it, or a parent, as sensitive. */
  readonly isSensitive: boolean;
}

/**
 * Masks the secrets of a plan in its report. Terraform marks some values as sensitive and prints all of them in its JSON, so a value is
 * masked
 *
 * - where Terraform marks it or a parent, before or after;
 * - where its name indicates a secret: passwords and tokens, environment values, and what the description of its type has as secrets, such
 *   as metadata of VM instances, Helm values, and the data of Kubernetes secrets, in manifests too;
 * - where it follows the name of a secret in a text: `key=value`, `--key value`, headers, query parameters, connection strings;
 * - where it has the form of a secret: private keys, known tokens, web hooks, passwords in URLs;
 * - and wherever else it occurs, also in base64, escaped for JSON, or encoded for a URL.
 *
 * Strings are masked with `text` or `cell`, complete reports with `clean`. A secret that remains is an error. Values of fewer than six
 * characters are masked in their place and as complete texts, and not inside other texts, which would reveal them. A secret that is a part
 * of names in the configuration, such as addresses, is masked in its place only.
 */
export class Redaction {
  /** Collects the secrets of a plan and of its configurations. */
  public static of(plan: Plan, ...configurations: readonly unknown[]): Redaction {
    const known = Redaction.created.get(plan.json);
    if (
      known &&
      known.configurations.length === configurations.length &&
      known.configurations.every((configuration, index) => configuration === configurations[index])
    )
      return known.redaction;
    const collector = new SecretCollector();
    collector.collectFromPlan(plan);
    for (const configuration of configurations) collector.collectFromConfiguration(configuration);
    const redaction = new Redaction(collector);
    Redaction.created.set(plan.json, { configurations, redaction });
    return redaction;
  }

  /** Collects the secrets of a configuration without a plan, and of environment variables. */
  public static ofConfiguration(configuration: unknown, environment: Readonly<Record<string, string | undefined>>): Redaction {
    const collector = new SecretCollector();
    collector.collectFromConfiguration(configuration);
    collector.collectFromEnvironment(configuration, environment);
    return new Redaction(collector);
  }

  /** Redactions by the JSON of their plan, which the guard and the report have in common. */
  private static readonly created = new WeakMap<object, { readonly configurations: readonly unknown[]; readonly redaction: Redaction }>();

  private readonly secrets = new KnownSecrets();

  private readonly manifests = new WeakMap<object, readonly Place[]>();

  /** Caches of masked texts, since many occur repeatedly. */
  private readonly texts = new Map<string, string>();
  private readonly values = new Map<string, string>();

  private constructor(collector: SecretCollector) {
    collector.addTo(this.secrets);
  }

  /** Finds the place of a leaf of a change. In a Kubernetes manifest, places are those of its kind. */
  public placeOf(change: Pick<ResourceChange, 'type' | 'before' | 'after'>, names: readonly string[]): Place {
    let manifests = this.manifests.get(change);
    if (!manifests) {
      manifests = [change.after, change.before].flatMap((value) => (holdsKind(value) ? findManifests(value) : []));
      this.manifests.set(change, manifests);
    }
    if (manifests.length === 0) return { type: change.type, names };
    const around = manifests.filter((manifest) => manifest.names.every((name, index) => name === names[index]));
    const innermost = around.filter((manifest) => manifest.names.length === around.at(-1)!.names.length);
    // Elements of a list have the same names: the kinds in it may be secrets.
    const inside = innermost.find(({ type }) => holdsSecrets(type)) ?? innermost[0];
    return inside === undefined ? { type: change.type, names } : { type: inside.type, names: names.slice(inside.names.length) };
  }

  /** Tests that a leaf is masked in its place. */
  public isMasked(place: Place, { before, after }: Leaf): boolean {
    return [before, after].some((cell) => cell !== undefined && (cell.isSensitive || isSecretPlace(place, cell.value)));
  }

  /** Masks the secrets in a text of this library. */
  public text(text: string): string {
    return remember(this.texts, text, () => this.mask(text, false));
  }

  /** Masks the secrets in a text of the plan or of Terraform, which may have some after names of secrets. */
  public value(text: string): string {
    const masked = remember(this.values, text, () => this.mask(text, true));
    // Parts of a report are masked again with the whole of it.
    if (masked.length < MAX_REMEMBERED) this.texts.set(masked, masked);
    return masked;
  }

  /** Formats a value as text, with secrets masked. */
  public cell({ value }: Pick<LeafValue, 'value'>, place: Place = { type: '', names: [] }): string {
    if (typeof value === 'string') return this.value(value);
    if (typeof value !== 'object' || value === null) return this.text(String(value));
    return JSON.stringify(this.clean(this.placed(value, place)));
  }

  /**
   * Copies a JSON value with all texts and keys masked.
   *
   * @param fixed for objects of this library, whose keys are not data: members whose values are constants
   */
  public clean<T>(value: T, fixed?: ReadonlySet<string>): T {
    return this.copy(value, fixed) as T;
  }

  private mask(text: string, isValue: boolean): string {
    if (text.length < MIN_SECRET) return text;
    if (this.secrets.has(text)) return MASK;
    const known = this.secrets.mask(text);
    const masked = maskForms(isValue ? maskSpans(known, findKeyedSecrets(known)) : known);
    if (this.secrets.isRevealedBy(masked)) return MASK;
    // Removing a secret may produce another one.
    if (masked !== text && this.secrets.mask(masked) !== masked) {
      throw new ReportedError('a secret would be shown: the report is not created');
    }
    return masked;
  }

  private copy(value: unknown, fixed: ReadonlySet<string> | undefined): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return !fixed && this.secrets.has(String(value)) ? MASK : value;
    if (Array.isArray(value)) return value.map((element) => this.copy(element, fixed));
    if (!isBlock(value)) return value;
    return mapMembers(value, (key, member) => [fixed ? key : this.text(key), fixed?.has(key) ? member : this.copy(member, fixed)]);
  }

  /** Copies a value with those of its members masked that are secrets by their place. */
  private placed(value: unknown, place: Place): unknown {
    if (Array.isArray(value)) return value.map((element) => this.placed(element, place));
    if (isBlock(value)) {
      const { type, names } = placeInside(value, place);
      return mapMembers(value, (key, member) => [key, this.placed(member, { type, names: [...names, key] })]);
    }
    if (isSecretPlace(place, value)) return MASK;
    return typeof value === 'string' ? this.value(value) : value;
  }
}

const MAX_REMEMBERED = 200;

function remember(known: Map<string, string>, text: string, mask: () => string): string {
  const masked = known.get(text) ?? mask();
  if (text.length < MAX_REMEMBERED) known.set(text, masked);
  return masked;
}

function placeInside(value: unknown, place: Place): Place {
  const type = manifestType(value);
  return type === undefined ? place : { type, names: [] };
}

/** Tests for values and texts with the member `kind`, which most resources have none of. */
function holdsKind(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('kind');
  if (Array.isArray(value)) return value.some(holdsKind);
  return isBlock(value) && ('kind' in value || Object.values(value).some(holdsKind));
}

/** Finds the Kubernetes manifests in a value and its texts, outer ones first. The names are those of the path to each. */
function findManifests(value: unknown, names: readonly string[] = []): Place[] {
  if (typeof value === 'string') return value.includes('kind') ? findManifests(structuredText(value), names) : [];
  if (Array.isArray(value)) return value.flatMap((element) => findManifests(element, names));
  if (!isBlock(value)) return [];
  const type = manifestType(value);
  const inside = Object.keys(value).flatMap((key) => findManifests(value[key], [...names, key]));
  return type === undefined ? inside : [{ type, names }, ...inside];
}

/** Copies an object with other keys and members. */
function mapMembers(value: Readonly<Record<string, unknown>>, map: (key: string, member: unknown) => [string, unknown]): object {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const [name, member] = map(key, value[key]);
    // Assigning a key of this name would set the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, { value: member, enumerable: true });
    else copy[name] = member;
  }
  return copy;
}
