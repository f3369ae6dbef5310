import { decodings, listForms } from './encodings';
import { MASK } from './mask';

/** Index of the secrets of a report. Finds them in texts, encoded too. */
export class KnownSecrets {
  private readonly secrets = new Set<string>();
  private readonly forms = new Set<string>();

  /** Forms by their first characters, longest first. Short ones are looked up by their length, since many may begin alike. */
  private readonly indexed = new Map<string, { lengths: number[]; long: string[] }>();

  public has(secret: string): boolean {
    return this.secrets.has(secret);
  }

  /** Adds a secret that is masked where it is a complete text. */
  public addWhole(secret: string): void {
    this.secrets.add(secret);
  }

  /** Adds a secret that is masked inside other texts too, unless it is too short for that. */
  public add(secret: string): void {
    this.secrets.add(secret);
    if (secret.length < MIN_INSIDE) return;
    for (const form of listForms(secret)) {
      if (form.length < MIN_INSIDE || this.forms.has(form)) continue;
      this.forms.add(form);
      this.index(form);
    }
  }

  private index(form: string): void {
    const start = form.slice(0, INDEXED);
    const indexed = this.indexed.get(start) ?? { lengths: [], long: [] };
    if (form.length > LONG) indexed.long = [...indexed.long, form].sort((a, b) => b.length - a.length);
    else if (!indexed.lengths.includes(form.length)) indexed.lengths = [...indexed.lengths, form.length].sort((a, b) => b - a);
    this.indexed.set(start, indexed);
  }

  /** Length of the longest secret at a position. */
  private lengthAt(text: string, at: number): number | undefined {
    const indexed = this.indexed.get(text.substr(at, INDEXED));
    if (!indexed) return undefined;
    const long = indexed.long.find((form) => text.startsWith(form, at));
    return long?.length ?? indexed.lengths.find((length) => this.forms.has(text.substr(at, length)));
  }

  /** Masks the secrets in a text. */
  public mask(text: string): string {
    if (this.indexed.size === 0) return text;
    let masked = '';
    let done = 0;
    for (let at = 0; at + INDEXED <= text.length; at++) {
      const length = this.lengthAt(text, at);
      if (length === undefined) continue;
      masked += text.slice(done, at) + MASK;
      done = at + length;
      at = done - 1;
    }
    return done === 0 ? text : masked + text.slice(done);
  }

  /** Tests that decoding a text, up to three times, reveals a secret. */
  public isRevealedBy(text: string, depth = 0): boolean {
    if (depth === 3 || this.secrets.size === 0) return false;
    return decodings(text).some((decoded) => this.mask(decoded) !== decoded || this.isRevealedBy(decoded, depth + 1));
  }
}

/** Minimum length of a secret that is masked inside other texts: a shorter one would be revealed by them. */
const MIN_INSIDE = 6;
const INDEXED = 5;

/** Forms of more characters are compared one by one. */
const LONG = 256;
