import { CloudError } from '../../cloud-error';
import { isSet, isValues, type Value, type Values } from '../../values';

/** Syntax check: returns the errors of a text, in Kubernetes' words. */
export type Syntax = (text: string) => readonly string[];

/** Field of an object with its path. Collects errors in the API server's words and order. */
export class Field {
  /** Wraps an object. */
  public static of(object: Values): Field {
    return new Field(object, '', []);
  }

  private constructor(
    public readonly value: Value | undefined,
    public readonly path: string,
    private readonly errors: string[],
  ) {}

  /** Selects the field at a path such as `spec.template`. */
  public get(path: string): Field {
    return path.split('.').reduce<Field>((field, name) => field.child(name), this);
  }

  /** Lists the elements of a list. */
  public items(path: string): Field[] {
    const { value, path: at } = this.get(path);
    return Array.isArray(value) ? value.map((item, index) => new Field(item, `${at}[${index}]`, this.errors)) : [];
  }

  /** Lists the values of a map, by key. */
  public entries(path: string): [key: string, field: Field][] {
    const { value, path: at } = this.get(path);
    return isValues(value) ? Object.entries(value).map(([key, item]) => [key, new Field(item, `${at}[${key}]`, this.errors)]) : [];
  }

  /** Replaces the value, for messages. */
  public as(value: Value): Field {
    return new Field(value, this.path, this.errors);
  }

  /** Replaces the path, for messages. */
  public at(path: string): Field {
    return new Field(this.value, path, this.errors);
  }

  /** Converts a number in a text. */
  public get asNumber(): Field {
    return this.text === '' ? this : this.as(this.number);
  }

  public get isSet(): boolean {
    return isSet(this.value);
  }

  /** Value as text; empty if absent. */
  public get text(): string {
    return isSet(this.value) ? String(this.value) : '';
  }

  /** Value as a number; 0 if absent. */
  public get number(): number {
    return Number(this.text);
  }

  /** Selects the names of fields that are set. */
  public pickPresent(names: readonly string[]): string[] {
    return names.filter((name) => this.get(name).isSet);
  }

  public required(detail = ''): void {
    this.add('Required value', detail);
  }

  public invalid(detail: string): void {
    this.add(`Invalid value: ${quoted(this.value)}`, detail);
  }

  public duplicate(): void {
    this.add(`Duplicate value: ${quoted(this.value)}`);
  }

  public notFound(): void {
    this.add(`Not found: ${quoted(this.value)}`);
  }

  public forbidden(detail: string): void {
    this.add('Forbidden', detail);
  }

  public tooLong(detail: string): void {
    this.add('Too long', detail);
  }

  /** Rejects an unsupported value. */
  public supports(supported: readonly string[]): void {
    if (supported.includes(this.text)) return;
    this.add(`Unsupported value: ${quoted(this.value ?? '')}`, `supported values: ${supported.map((each) => `"${each}"`).join(', ')}`);
  }

  /** Rejects a text of another syntax, if it is set. */
  public check(syntax: Syntax): void {
    if (this.text === '') return;
    for (const detail of syntax(this.text)) this.invalid(detail);
  }

  /** Rejects an empty text, and one of another syntax. */
  public requireText(syntax: Syntax, detail = ''): void {
    if (this.text === '') this.required(detail);
    else this.check(syntax);
  }

  public requireAtLeast(minimum: number): void {
    if (this.isSet && this.number < minimum) {
      this.invalid(minimum === 0 ? 'must be greater than or equal to 0' : `must be greater than ${minimum - 1}`);
    }
  }

  /**
   * Rejects an object with errors.
   *
   * @param what kind and name, such as `Deployment.apps "billing"`
   */
  public refuse(what: string): void {
    if (this.errors.length > 0) throw new CloudError(`${what} is invalid: ${this.errorText}`);
  }

  /** Joined errors; empty if there are none. */
  public get errorText(): string {
    const [first = '', ...others] = new Set(this.errors);
    return others.length === 0 ? first : `[${[first, ...others].join(', ')}]`;
  }

  private child(name: string): Field {
    return new Field(isValues(this.value) ? this.value[name] : undefined, this.path === '' ? name : `${this.path}.${name}`, this.errors);
  }

  private add(fault: string, detail = ''): void {
    this.errors.push(`${this.path}: ${fault}${detail === '' ? '' : `: ${detail}`}`);
  }
}

function quoted(value: Value | undefined): string {
  return JSON.stringify(value ?? null);
}
