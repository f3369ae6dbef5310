import { stripInstanceKeys } from '../terraform/plan';
import { isBlock, textsIn, valueAt } from '../terraform/values';
import type { Subject } from './subject';
import type { SubjectChange } from './typed-change';

/** Arguments that name the resource itself or its place. Equal values of them are no reference. */
const OWN: ReadonlySet<string> = new Set([
  'id',
  'name',
  'display_name',
  'project',
  'project_id',
  'folder',
  'folder_id',
  'parent',
  'region',
  'zone',
  'location',
  'labels',
  'tags',
  'metadata',
]);

/** Attributes by which other resources refer to a resource. */
const IDS: readonly string[] = ['id', 'self_link', 'arn'];

/**
 * Finds the resources that refer to others and to which others refer: by the configuration, and by the values before the plan is applied.
 */
export class Neighbours {
  private readonly byId = new Map<string, SubjectChange[]>();
  private readonly byText = new Map<string, SubjectChange[]>();
  private readonly byAddress = new Map<string, SubjectChange[]>();
  private readonly byReference = new Map<string, SubjectChange[]>();

  /** @param candidates resources that are looked for */
  constructor(
    private readonly subject: Subject,
    candidates: readonly SubjectChange[],
  ) {
    for (const change of candidates) {
      for (const id of listIds(change)) add(this.byId, id, change);
      for (const text of listTexts(change)) add(this.byText, text, change);
      add(this.byAddress, stripInstanceKeys(change.address), change);
      for (const reference of this.listReferences(change)) add(this.byReference, reference, change);
    }
  }

  /** Candidates that a resource refers to, or that refer to it. */
  public of(change: SubjectChange): readonly SubjectChange[] {
    const found = [
      ...listTexts(change).flatMap((text) => this.byId.get(text) ?? []),
      ...listIds(change).flatMap((id) => this.byText.get(id) ?? []),
      ...this.listReferences(change).flatMap((reference) => this.byAddress.get(reference) ?? []),
      ...(this.byReference.get(stripInstanceKeys(change.address)) ?? []),
    ];
    return [...new Set(found)].filter(({ address }) => address !== change.address);
  }

  private listReferences(change: SubjectChange): readonly string[] {
    const expressions = this.subject.plan.configured(change)?.expressions;
    if (!isBlock(expressions)) return [];
    return Object.keys(expressions)
      .filter((name) => !OWN.has(name))
      .flatMap((name) => this.subject.references(change, name).map((reference) => toResourceAddress(reference)));
  }
}

function add(map: Map<string, SubjectChange[]>, key: string, change: SubjectChange): void {
  const list = map.get(key);
  if (list) list.push(change);
  else map.set(key, [change]);
}

/** Ids of at least three characters: shorter ones are also other values. */
function listIds({ before }: SubjectChange): readonly string[] {
  return IDS.flatMap((name) => {
    const id = valueAt(before, name);
    return typeof id === 'string' && id.length > 2 ? [id] : [];
  });
}

function listTexts({ before }: SubjectChange): readonly string[] {
  if (!isBlock(before)) return [];
  return Object.entries(before).flatMap(([name, value]) => (OWN.has(name) || IDS.includes(name) ? [] : textsIn(value)));
}

/** Address of the resource that a reference begins with: `module.a.aws_db_instance.b` of `module.a.aws_db_instance.b.endpoint`. */
function toResourceAddress(reference: string): string {
  return /^(?:module\.[^.]+\.)*[^.]+\.[^.]+/.exec(reference)?.[0] ?? reference;
}
