/** Text, or a function that renders a text that is not empty. */
export type Form = string | (() => string);

/** Part of a text in several forms: complete, shorter and shorter, and omitted, which is an empty text. */
export interface Piece<Kind> {
  readonly kind: Kind;
  readonly forms: readonly Form[];

  /** Index of its heading. A heading whose second form is empty is removed with its last piece. */
  readonly heading?: number;

  /** One of the first pieces of its section, which are omitted after all others. */
  readonly isLead?: boolean;
}

/** Step of shortening: pieces of a kind get a form, the last piece first, until the text fits. */
export interface Stage<Kind> {
  readonly kind: Kind;
  readonly form: number;
}

/** Delays the rendering of a text until its first use. */
export function lazily(make: () => string): () => string {
  let text: string | undefined;
  return () => {
    text ??= make();
    return text;
  };
}

/** Lower bound of the size of a text that is not rendered yet. */
const LEAST = 10;

/**
 * Chooses a form for each piece, so that their text fits. Of many thousand pieces most are omitted, and rendering each would take most of
 * the time. So pieces that are not rendered count as a few bytes, until the text may fit.
 */
export class Shortening<Kind> {
  private chosen: number[];
  private readonly members = new Map<number, number>();

  /** Indexes of the pieces of each kind. */
  private readonly ofKind = new Map<Kind, number[]>();
  private bytes = 0;
  private reserved = 0;
  private isExact = false;

  constructor(
    private readonly pieces: readonly Piece<Kind>[],
    private readonly available: number,
  ) {
    this.chosen = pieces.map(() => 0);
    for (const [index, { kind, heading }] of pieces.entries()) {
      if (heading !== undefined) this.members.set(heading, (this.members.get(heading) ?? 0) + 1);
      const indexes = this.ofKind.get(kind);
      if (indexes) indexes.push(index);
      else this.ofKind.set(kind, [index]);
    }
    this.bytes = this.sum();
    this.measure();
  }

  public get isTooLong(): boolean {
    return this.room < 0;
  }

  /** Bytes that are left; negative when the text is too long. */
  public get room(): number {
    return this.available - this.reserved - this.bytes;
  }

  /** Reserves bytes for a text beside the pieces. */
  public reserve(bytes: number): void {
    this.reserved = bytes;
    this.measure();
  }

  /** Shortens pieces until the text fits. Leads are not omitted, unless it is allowed. */
  public shorten(stages: readonly Stage<Kind>[], mayOmitLeads: boolean): void {
    for (const { kind, form } of stages) {
      const indexes = this.ofKind.get(kind) ?? [];
      for (let last = indexes.length - 1; last >= 0 && this.isTooLong; last--) {
        const { isLead, forms } = this.pieces[indexes[last]!]!;
        if (mayOmitLeads || !isLead || forms[form] !== '') this.choose(indexes[last]!, form);
      }
    }
  }

  /** Omits all pieces of a kind. */
  public omit(kind: Kind): void {
    for (const index of this.ofKind.get(kind) ?? []) this.choose(index, this.pieces[index]!.forms.length - 1);
  }

  /** Runs an attempt, and undoes it when the text is still too long. */
  public attempt(action: () => void): boolean {
    const saved = { chosen: [...this.chosen], members: [...this.members], reserved: this.reserved };
    action();
    if (!this.isTooLong) return true;
    this.chosen = saved.chosen;
    this.reserved = saved.reserved;
    for (const [heading, count] of saved.members) this.members.set(heading, count);
    this.bytes = this.sum();
    return false;
  }

  /** Renders the pieces of an index range. */
  public render(start: number, end: number): string {
    return this.pieces
      .slice(start, end)
      .map(({ forms }, index) => textOf(forms[this.chosen[start + index]!]!))
      .join('');
  }

  /** Counts the pieces of a kind that are shortened, and those that are omitted. */
  public count(kind: Kind): { readonly shortened: number; readonly omitted: number } {
    const indexes = this.ofKind.get(kind) ?? [];
    const omitted = indexes.filter((index) => this.isOmitted(index)).length;
    return { shortened: indexes.filter((index) => this.chosen[index]! > 0).length - omitted, omitted };
  }

  /** Counts the omitted pieces of an index range. */
  public countOmitted(start: number, end: number): number {
    let omitted = 0;
    for (let index = start; index < end; index++) if (this.isOmitted(index)) omitted++;
    return omitted;
  }

  private isOmitted(index: number): boolean {
    return this.chosen[index]! > 0 && this.pieces[index]!.forms[this.chosen[index]!] === '';
  }

  private choose(index: number, form: number): void {
    const { forms, heading } = this.pieces[index]!;
    if (this.chosen[index]! >= form || forms[form] === undefined) return;
    this.bytes += this.size(forms[form]) - this.size(forms[this.chosen[index]!]!);
    this.chosen[index] = form;
    this.measure();
    if (heading === undefined || forms[form] !== '') return;
    this.members.set(heading, this.members.get(heading)! - 1);
    if (this.members.get(heading) === 0) this.choose(heading, 1);
  }

  /** Computes the exact size, once the text may fit. */
  private measure(): void {
    if (this.isExact || this.isTooLong) return;
    this.isExact = true;
    this.bytes = this.sum();
  }

  private sum(): number {
    return this.pieces.reduce((sum, { forms }, index) => sum + this.size(forms[this.chosen[index]!]!), 0);
  }

  private size(form: Form): number {
    return typeof form === 'string' || this.isExact ? Buffer.byteLength(textOf(form)) : LEAST;
  }
}

function textOf(form: Form): string {
  return typeof form === 'string' ? form : form();
}
