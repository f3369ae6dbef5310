import { type GuardOptions, guard, type Verdict } from '../../lib/guard';

/** One entry of `resource_changes`, as far as a test cares. */
export interface HandMadeChange {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly change: { readonly actions: readonly string[]; readonly before: unknown; readonly after: unknown };
}

type Values = Readonly<Record<string, unknown>>;
type More = Readonly<Record<string, unknown>>;

function entry(address: string, actions: readonly string[], before: unknown, after: unknown, more: More = {}): HandMadeChange {
  const [type, name] = address.split('.') as [string, string];
  const { change, ...rest } = more;
  return { address, type, name, change: { actions, before, after, ...(change as object) }, ...rest };
}

/** Stays as it is. */
export const kept = (address: string, values: Values): HandMadeChange => entry(address, ['no-op'], values, values);

export const created = (address: string, values: Values, more?: More): HandMadeChange => entry(address, ['create'], null, values, more);

export const deleted = (address: string, values: Values, more?: More): HandMadeChange =>
  entry(address, ['delete'], values, null, { action_reason: 'delete_because_no_resource_config', ...more });

export const updated = (address: string, before: Values, after: Values, more?: More): HandMadeChange =>
  entry(address, ['update'], before, { ...before, ...after }, more);

export const replaced = (address: string, before: Values, after: Values, more?: More): HandMadeChange =>
  entry(address, ['delete', 'create'], before, { ...before, ...after }, more);

/** A plan as `terraform show -json` prints it. */
export function plan(changes: readonly HandMadeChange[], more: More = {}): More {
  return {
    format_version: '1.2',
    resource_changes: changes,
    planned_values: {},
    configuration: { root_module: { resources: changes.filter(isAttachment).map(attachmentInWords) } },
    complete: true,
    errored: false,
    ...more,
  };
}

const isAttachment = ({ type }: HandMadeChange): boolean => type.endsWith('_attachment');

/** An attachment as it was written: by reference to the disk of the same name. */
function attachmentInWords({ address, type, name }: HandMadeChange) {
  const disk = `google_compute_disk.${name}`;
  return { address, mode: 'managed', type, name, expressions: { disk: { references: [`${disk}.name`, disk] } } };
}

/** Verdicts of one rule on these changes. */
export function findVerdicts(rule: string, changes: readonly HandMadeChange[], options?: GuardOptions): readonly Verdict[] {
  return guard(plan(changes), options).verdicts.filter((verdict) => verdict.rule === rule);
}
