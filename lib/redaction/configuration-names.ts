/**
 * Names in a configuration: types, labels, modules, constructs, arguments, and instance keys and names of objects that are words. They are
 * public, so a secret that is a part of one is masked only in its own place. Otherwise a marked `cassandra` would mask addresses.
 */
export class ConfigurationNames {
  private readonly labels = new Vocabulary();
  private readonly words = new Vocabulary();

  /** Adds a name that Terraform or a construct has: a type, a label, a module, an argument. */
  public addLabel(name: string): void {
    this.labels.add(name);
  }

  /** Adds a name that may be data: an instance key, or the value of an argument such as `name`. */
  public addWords(name: string): void {
    if (isWords(name)) this.words.add(name);
  }

  /** Adds the parts of a Terraform address. */
  public addAddress(address: string): void {
    const keys: string[] = [];
    const labels = address.replace(/\["((?:[^"\\]|\\.)*)"\]|\[\d+\]/g, (_, key?: string) => {
      if (key !== undefined) keys.push(key);
      return '';
    });
    this.addLabel(labels);
    for (const key of keys) this.addWords(key);
  }

  /** Tests that a text is a part of a name. */
  public include(text: string): boolean {
    return this.labels.include(text) || (isWords(text) && this.words.include(text));
  }
}

/** Tests for words with separators and numbers, such as `europe-west1-b`. */
function isWords(text: string): boolean {
  return text.length <= MAX_NAME && /^[a-z]+\d{0,4}(?:[-_./](?:[a-z]+\d{0,4}|\d{1,4}))*$/.test(text);
}

const MAX_NAME = 200;

/** Names, by the words in them. */
class Vocabulary {
  private readonly names = new Set<string>();
  private readonly words = new Set<string>();
  private text: { readonly names: string; readonly words: string } | undefined;

  public add(name: string): void {
    if (this.names.has(name)) return;
    this.text = undefined;
    this.names.add(name);
    for (const word of name.split(SEPARATORS)) this.words.add(word);
  }

  public include(text: string): boolean {
    if (text.length > MAX_NAME) return false;
    this.text ??= { names: [...this.names].join('\n'), words: [...this.words].join('\n') };
    const words = text.split(SEPARATORS);
    if (words.length === 1) return this.text.words.includes(text);
    return (
      words.slice(1, -1).every((word) => this.words.has(word)) && this.text.words.includes(words[0]!) && this.text.names.includes(text)
    );
  }
}

const SEPARATORS = /[^A-Za-z0-9]+/;
