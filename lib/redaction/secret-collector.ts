import type { Plan, ResourceChange } from '../terraform/plan';
import type { ConfiguredResourceJson, ModuleJson, ModuleValuesJson } from '../terraform/plan-json';
import { isBlock, toList } from '../terraform/values';
import { ConfigurationNames } from './configuration-names';
import { decodeBase64 } from './encodings';
import { findKeyedSecrets, findUserPassword, isSecretFlag } from './keyed-text';
import type { KnownSecrets } from './known-secrets';
import { findForms } from './secret-forms';
import { describeName, isSecretName } from './secret-names';
import { isNamedSecret, isSecretData, isSecretPlace, manifestType, type Place } from './secret-places';
import { isHarmless, isHarmlessIfMarked, isWord, looksGenerated } from './secret-values';
import { structuredText } from './structured-text';

/** Collects the secrets of plans, configurations and environment variables. */
export class SecretCollector {
  /** Secrets, and if they are masked inside other texts too. */
  private readonly found = new Map<string, boolean>();
  private readonly names = new ConfigurationNames();

  /** Number of secrets that were added, repeatedly too. */
  private additions = 0;

  /** Texts that were searched: most occur several times in a plan. */
  private readonly searched = new Set<string>();

  /** Adds the secrets to an index, except for those that are a part of names. */
  public addTo(secrets: KnownSecrets): void {
    for (const [secret, isInside] of this.found) {
      if (this.names.include(secret)) continue;
      if (isInside) secrets.add(secret);
      else secrets.addWhole(secret);
    }
  }

  public collectFromPlan(plan: Plan): void {
    const { json } = plan;
    const deferred = plan.deferred.flatMap(({ change }) => change ?? []);
    for (const change of [...plan.resources, ...plan.drift, ...deferred]) this.collectFromChange(change);

    const root = json.configuration?.root_module;
    for (const [name, { value }] of Object.entries(json.variables ?? {})) {
      this.names.addLabel(name);
      if (root?.variables?.[name]?.sensitive === true) this.addMarked(value);
      else this.collect(value, { type: '', names: [name] });
    }
    for (const values of [json.planned_values, json.prior_state?.values]) {
      for (const [name, output] of Object.entries(values?.outputs ?? {}))
        if (output.sensitive && !isOfCdktf(name)) this.addMarked(output.value);
      this.collectFromModuleValues(values?.root_module);
    }
    for (const output of plan.outputs) {
      this.names.addLabel(output.name);
      if (isOfCdktf(output.name)) continue;
      for (const value of [output.before, output.after]) {
        if (output.isSensitive) this.addMarked(value);
        else this.collect(value, { type: '', names: [output.name] });
      }
      this.collectMarked(output.before, output.beforeSensitive);
      this.collectMarked(output.after, output.afterSensitive);
    }
    for (const { messages } of plan.checks) this.collect(messages, { type: '', names: [] });
    for (const { expressions } of Object.values(json.configuration?.provider_config ?? {}))
      this.collect(readConstants(expressions), { type: '', names: [] });
    if (root) this.collectFromModule(root);
  }

  /** Collects from the blocks of a configuration in JSON. */
  public collectFromConfiguration(configuration: unknown): void {
    if (!isBlock(configuration)) return;
    const { resource, data, ephemeral, variable, '//': notes, ...others } = configuration;
    for (const types of [resource, data, ephemeral]) {
      for (const [type, named] of entriesOf(types)) {
        this.names.addLabel(type);
        for (const [name, bodies] of entriesOf(named)) {
          this.names.addLabel(name);
          for (const body of toList(bodies)) this.collectFromBody(body, type);
        }
      }
    }
    for (const [name, blocks] of entriesOf(variable)) {
      this.names.addLabel(name);
      for (const block of toList(blocks)) {
        if (!isBlock(block)) continue;
        if (block.sensitive === true) this.addMarked(block.default);
        else this.collect(block.default, { type: '', names: [name] });
      }
    }
    for (const [kind, value] of Object.entries(others)) {
      if (kind === 'module' || kind === 'output') for (const [name] of entriesOf(value)) this.names.addLabel(name);
      this.collect(value, { type: '', names: [] });
    }
  }

  /** Collects the values of sensitive variables, and variables of the environment with the name of a secret. */
  public collectFromEnvironment(configuration: unknown, environment: Readonly<Record<string, string | undefined>>): void {
    const variables = new Map(entriesOf(isBlock(configuration) ? configuration.variable : undefined));
    for (const [name, value] of Object.entries(environment)) {
      if (value === undefined) continue;
      const block = name.startsWith('TF_VAR_') ? variables.get(name.slice('TF_VAR_'.length)) : undefined;
      if (isBlock(block) && block.sensitive === true) this.addMarked(value);
      else if (describeName(name).secrecy !== 'none') this.collect(value, { type: '', names: [name] });
    }
  }

  private collectFromBody(body: unknown, type: string): void {
    if (!isBlock(body)) return;
    const { '//': notes, ...values } = body;
    const path = isBlock(notes) && isBlock(notes.metadata) ? notes.metadata.path : undefined;
    if (typeof path === 'string') this.names.addLabel(path);
    this.collect(values, { type, names: [] });
  }

  private collectFromChange({ address, previousAddress, type, before, after, beforeSensitive, afterSensitive }: ResourceChange): void {
    this.names.addAddress(address);
    if (previousAddress !== undefined) this.names.addAddress(previousAddress);
    this.collectMarked(before, beforeSensitive);
    this.collectMarked(after, afterSensitive);
    this.collect(before, { type, names: [] });
    this.collect(after, { type, names: [] });
  }

  private collectFromModuleValues(module: ModuleValuesJson | undefined): void {
    for (const { address, type, values, sensitive_values: sensitive } of module?.resources ?? []) {
      this.names.addAddress(address);
      this.collectMarked(values, sensitive);
      this.collect(values, { type, names: [] });
    }
    for (const child of module?.child_modules ?? []) this.collectFromModuleValues(child);
  }

  private collectFromModule(module: ModuleJson): void {
    for (const [name, { sensitive, default: value }] of Object.entries(module.variables ?? {})) {
      this.names.addLabel(name);
      if (sensitive === true) this.addMarked(value);
      else this.collect(value, { type: '', names: [name] });
    }
    for (const [name, { sensitive, expression }] of Object.entries(module.outputs ?? {})) {
      this.names.addLabel(name);
      if (sensitive === true && !isOfCdktf(name)) this.addMarked(readConstants(expression));
      else this.collect(readConstants(expression), { type: '', names: [name] });
    }
    for (const resource of module.resources ?? []) this.collectFromConfigured(resource);
    for (const [name, { expressions, module: child }] of Object.entries(module.module_calls ?? {})) {
      this.names.addLabel(name);
      for (const [variable, expression] of entriesOf(expressions)) {
        const value = readConstants(expression);
        if (child?.variables?.[variable]?.sensitive === true) this.addMarked(value);
        else this.collect(value, { type: '', names: [variable] });
      }
      if (child) this.collectFromModule(child);
    }
  }

  private collectFromConfigured(resource: ConfiguredResourceJson): void {
    const { address, type = '', expressions, count_expression, for_each_expression } = resource;
    this.names.addAddress(address);
    this.collect(readConstants(expressions), { type, names: [] });
    for (const expression of [count_expression, for_each_expression]) this.collect(readConstants(expression), { type: '', names: [] });
    const { provisioners } = resource as { readonly provisioners?: unknown };
    for (const provisioner of toList(provisioners)) {
      if (isBlock(provisioner)) this.collect(readConstants(provisioner.expressions), { type: '', names: [] });
    }
  }

  private collectMarked(value: unknown, marks: unknown): void {
    if (marks === true) this.addMarked(value);
    else if (typeof marks === 'object' && marks !== null && typeof value === 'object' && value !== null) {
      for (const [key, mark] of Object.entries(marks)) this.collectMarked((value as Record<string, unknown>)[key], mark);
    }
  }

  /** A value that is masked because of its place is a secret elsewhere only if it also has the name or form of one. */
  private collect(value: unknown, place: Place): void {
    if (typeof value === 'string') this.collectText(value, place);
    else if (typeof value === 'number') {
      if (Math.abs(value) >= MIN_NUMBER && isNamedSecret(place.names, value)) this.add(String(value));
    } else if (Array.isArray(value)) {
      if (value.length > 1 && value.every((element) => typeof element === 'string')) this.collectFromArguments(value);
      for (const element of value) this.collect(element, place);
    } else if (isBlock(value)) this.collectFromBlock(value, place);
  }

  private collectFromBlock(value: Readonly<Record<string, unknown>>, place: Place): void {
    const kind = manifestType(value);
    const inside: Place = kind === undefined ? place : { type: kind, names: [] };
    const isKey = typeof value.kty === 'string';
    // In a list of names and values, the name decides.
    const keys = Object.keys(value);
    const name = keys.flatMap((key) => (describeKey(key).isName && isRatedName(value[key]) ? [value[key]] : []))[0];
    const names = [...inside.names, ''];
    for (const key of keys) {
      const { isIdentifier, isPublicName, isValue } = describeKey(key);
      const member = value[key];
      if (isIdentifier) this.names.addLabel(key);
      if (isPublicName && typeof member === 'string') this.names.addWords(member);
      if (isKey && JWK_MEMBER.test(key) && typeof member === 'string') this.add(member);
      names[inside.names.length] = name !== undefined && isValue ? name : key;
      this.collect(member, { type: inside.type, names });
    }
  }

  private collectText(value: string, place: Place): void {
    const { names } = place;
    const isNamed = isNamedSecret(names, value);
    if (isNamed || (isSecretPlace(place, value) && looksGenerated(value))) {
      this.add(value);
      // Credentials, also in base64, hold the password; the data of a Kubernetes secret is in base64.
      const decoded = isNamed || isSecretData(names) ? decodeBase64(value) : undefined;
      if (decoded !== undefined) this.add(decoded);
      const password = isNamed ? findUserPassword(value) : undefined;
      if (password !== undefined) this.add(password);
    } else if (isSecretData(names) && isSecretPlace(place, value)) this.addData(value, place);
    const structured = structuredText(value);
    if (structured === undefined) this.search(value, 0);
    else this.collect(structured, place);
  }

  /** Adds a value of the data of a Kubernetes secret, unless it is a word. */
  private addData(value: string, place: Place): void {
    if (!isHarmless(value) && !describeName(place.names.at(-1) ?? '').isReference) this.add(value);
    const decoded = decodeBase64(value);
    if (decoded === undefined || isHarmless(decoded)) return;
    this.add(decoded);
    this.collect(structuredText(decoded) ?? decoded, { type: '', names: [place.names.at(-1) ?? ''] });
  }

  /** Collects the secrets in a text without a name. */
  private search(text: string, depth: number): void {
    if (text.length < MIN_SEARCHED || this.searched.has(text)) return;
    this.searched.add(text);
    for (const { start, end } of [...findForms(text), ...findKeyedSecrets(text)]) this.addFound(text.slice(start, end));
    if (depth < MAX_DEPTH && text.length >= MIN_ENCODED) this.searchEncoded(text, depth);
  }

  private addFound(secret: string): void {
    this.add(secret);
    const password = findUserPassword(secret);
    if (password !== undefined && decodeBase64(secret) !== undefined) this.add(password);
  }

  /** Scripts and files are often given in base64. One with a secret is masked as a whole. */
  private searchEncoded(text: string, depth: number): void {
    for (const [encoded] of text.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g)) {
      const decoded = decodeBase64(encoded);
      if (decoded === undefined || !/[=:\s]/.test(decoded)) continue;
      const { additions } = this;
      this.searched.delete(decoded);
      const structured = structuredText(decoded);
      if (structured === undefined) this.search(decoded, depth + 1);
      else this.collect(structured, { type: '', names: [] });
      if (this.additions > additions) this.add(encoded);
    }
  }

  /** Collects the secrets in the arguments of a command, where a flag and its value are two elements. */
  private collectFromArguments(values: readonly string[]): void {
    values.forEach((flag, index) => {
      const value = values[index + 1];
      const name = /^--?([A-Za-z][\w-]*)$/.exec(flag)?.[1];
      if (name !== undefined && value !== undefined && !value.startsWith('-') && isSecretFlag(name) && !isHarmless(value)) this.add(value);
    });
    if (!values.some((value) => value.startsWith('-'))) return;
    const line = values.map((value) => (/[\s"']/.test(value) ? JSON.stringify(value) : value)).join(' ');
    if (line.length <= MAX_COMMAND) this.search(line, 2);
  }

  /** Adds what Terraform marks as sensitive. */
  private addMarked(value: unknown): void {
    if (typeof value === 'string') this.addText(value, true, isHarmlessIfMarked);
    else if (typeof value === 'number' && Math.abs(value) >= MIN_NUMBER) this.addText(String(value), true, isHarmlessIfMarked);
    else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) this.addMarked(member);
  }

  /** Adds a secret that has no mark. A plain word is often a part of other values, and is masked as a complete value only. */
  private add(secret: string): void {
    this.addText(secret, !isWord(secret));
  }

  private addText(secret: string, isInside: boolean, isExcluded = isHarmless): void {
    if (isExcluded(secret)) return;
    this.additions++;
    const known = this.found.get(secret);
    if (known === true || known === isInside) return;
    this.found.set(secret, isInside);
    const text = structuredText(secret);
    if (text !== undefined) this.addMembers(text, '');
    // Parts of it may occur elsewhere, such as a key in YAML with indented lines.
    for (const line of secret.includes('\n') ? secret.split('\n') : [])
      if (line.trim().length >= MIN_LINE) this.addText(line.trim(), isInside, isExcluded);
  }

  /** Adds the parts of a secret document that are secrets by themselves. */
  private addMembers(value: unknown, name: string): void {
    if (typeof value === 'string') {
      if (isSecretName(name) || value.length >= MIN_MEMBER || looksGenerated(value)) this.addText(value, true);
      const password = /^auth$/i.test(name) ? findUserPassword(value) : undefined;
      if (password !== undefined) this.addText(password, true);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) this.addMembers(member, Array.isArray(value) ? name : key);
    }
  }
}

const MIN_NUMBER = 100_000;
const MIN_SEARCHED = 4;
const MIN_LINE = 16;
const MIN_MEMBER = 24;
const MAX_COMMAND = 20_000;

/** Minimum length of a text in base64 that is decoded. */
const MIN_ENCODED = 16;
const MAX_DEPTH = 2;

/** Uses of a key of a block. */
interface KeyTraits {
  readonly isIdentifier: boolean;

  /** Its value names the value of another key. */
  readonly isName: boolean;
  readonly isValue: boolean;

  /** Its value is a public name. */
  readonly isPublicName: boolean;
}

const KEYS = new Map<string, KeyTraits>();
const MAX_KEYS = 20_000;

function describeKey(key: string): KeyTraits {
  const known = KEYS.get(key);
  if (known) return known;
  const traits = {
    isIdentifier: /^[a-z][a-z0-9_]{0,60}$/.test(key),
    isName: /^(?:\w*[nN]ame|\w*[kK]ey|header|parameter|variable|field)$/.test(key),
    isValue: /^(?:\w*[vV]alues?|content|text|default)$/.test(key),
    isPublicName:
      /^(?:name|namespace|project|project_id|region|zone|location|network|subnetwork|cluster|account_id|app|service_account_name)$/.test(
        key,
      ),
  };
  if (KEYS.size < MAX_KEYS) KEYS.set(key, traits);
  return traits;
}

/** Private members of a JSON Web Key. */
const JWK_MEMBER = /^(?:d|p|q|dp|dq|qi|k)$/;

function isRatedName(name: unknown): name is string {
  return typeof name === 'string' && describeName(name).secrecy !== 'none';
}

function entriesOf(value: unknown): [string, unknown][] {
  return isBlock(value) ? Object.entries(value) : [];
}

/** Tests for outputs that cdktf uses between stacks. It marks all of them as sensitive, and most are not. */
function isOfCdktf(output: string): boolean {
  return output.startsWith('cross-stack-output-');
}

/** Reads the constants in expressions of a plan, in the shape of the arguments. */
function readConstants(expressions: unknown): unknown {
  if (Array.isArray(expressions)) return expressions.map(readConstants);
  if (!isBlock(expressions)) return undefined;
  if ('constant_value' in expressions) return expressions.constant_value;
  if (Array.isArray(expressions.references)) return undefined;
  return Object.fromEntries(Object.entries(expressions).map(([name, expression]) => [name, readConstants(expression)]));
}
