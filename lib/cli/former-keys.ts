/** Keys of JSON reports by the names that they had before. */
const FORMER_KEYS: Readonly<Record<string, string>> = {
  impact: 'lost',
  recovery: 'comesBack',
  remediation: 'fix',
  endpoint: 'peer',
  endpoints: 'peers',
  exposures: 'openings',
};

/** Writes a report as JSON, with each renamed key under its former name too: see `docs/aliases.md`. */
export function reportJson(report: unknown, indent?: number): string {
  const withFormerKeys = (_key: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const former = Object.entries(value).flatMap(([key, member]) => {
      const name = Object.hasOwn(FORMER_KEYS, key) ? FORMER_KEYS[key] : undefined;
      return name === undefined ? [] : [[name, member] as const];
    });
    return former.length === 0 ? value : { ...value, ...Object.fromEntries(former) };
  };
  return JSON.stringify(report, withFormerKeys, indent);
}
