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
  const renamed = Object.entries(formerKeys);
  const withFormerKeys = (_key: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const former = renamed.flatMap(([key, name]) => (Object.hasOwn(value, key) ? [[name, (value as Record<string, unknown>)[key]]] : []));
    return former.length === 0 ? value : { ...value, ...Object.fromEntries(former) };
  };
  return JSON.stringify(report, withFormerKeys, indent);
}
