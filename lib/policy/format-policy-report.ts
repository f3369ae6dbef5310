import type { PolicyFinding, PolicyReport } from './check';

/** Formats a report of the policy for a terminal. */
export function formatPolicyReport(
  { findings, badWaivers }: PolicyReport,
  { colours = false }: { readonly colours?: boolean } = {},
): string {
  const paint = (code: number, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const open = (severity: PolicyFinding['severity']) =>
    findings.filter((finding) => finding.waivedBy === undefined && finding.severity === severity);
  const waived = findings.filter(({ waivedBy }) => waivedBy !== undefined);
  const lines = [
    ...open('error').flatMap((finding) => full(paint(31, 'error  '), finding)),
    ...open('warning').flatMap((finding) => full(paint(33, 'warning'), finding)),
    ...badWaivers.map((text) => `${paint(31, 'error  ')} ${text}`),
    ...waived.map(
      (finding) => `${paint(32, 'waived ')} ${finding.rule}: ${place(finding)}; ${finding.waivedBy!.reason} (${finding.waivedBy!.owner})`,
    ),
  ];
  const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  const summary = `${count(open('error').length + badWaivers.length, 'error')}, ${count(open('warning').length, 'warning')}, ${waived.length} waived`;
  return [...lines, summary].join('\n');
}

function full(label: string, finding: PolicyFinding): string[] {
  return [`${label} ${finding.rule}: ${place(finding)}`, `        ${finding.problem}`, `        ${finding.why}: ${finding.remediation}`];
}

function place({ address, constructPath }: PolicyFinding): string {
  return constructPath === undefined ? address : `${constructPath} (${address})`;
}
