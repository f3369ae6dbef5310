/** Keys of JSON reports by the names that they had before. */
const FORMER_KEYS: Readonly<Record<string, string>> = {
  impact: 'lost',
  recovery: 'comesBack',
  remediation: 'fix',
  endpoint: 'peer',
  endpoints: 'peers',
  exposures: 'openings',
};

/** Keys of `cassandra status --json` by the names that they had before. */
export const FORMER_STATUS_KEYS: Readonly<Record<string, string>> = { problems: 'unwell', message: 'says' };

/** Writes a report as JSON, with each renamed key under its former name too: see `docs/aliases.md`. */
export function reportJson(report: unknown, indent?: number, formerKeys = FORMER_KEYS): string {
  return JSON.stringify(addFormerKeys(report, new Map(Object.entries(formerKeys))), undefined, indent);
}

/** Copies what contains a renamed key, and returns everything else as it is. A function for `JSON.stringify` would be called for each value. */
function addFormerKeys(value: unknown, formerKeys: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let items: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const changed = addFormerKeys(value[index], formerKeys);
      if (changed === value[index]) continue;
      items ??= [...value];
      items[index] = changed;
    }
    return items ?? value;
  }
  const members = value as Readonly<Record<string, unknown>>;
  let copy: Record<string, unknown> | undefined;
  const renamed: string[] = [];
  for (const key of Object.keys(members)) {
    const changed = addFormerKeys(members[key], formerKeys);
    if (changed !== members[key]) copy = { ...(copy ?? members), [key]: changed };
    if (formerKeys.has(key)) renamed.push(key);
  }
  if (renamed.length === 0) return copy ?? value;
  return { ...(copy ?? members), ...Object.fromEntries(renamed.map((key) => [formerKeys.get(key)!, (copy ?? members)[key]])) };
}
