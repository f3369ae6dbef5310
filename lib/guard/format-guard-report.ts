import { type Fold, foldVerdicts } from './fold';
import type { GuardReport } from './guard';
import type { Verdict } from './verdict';

/** Properties for `formatGuardReport`. */
export interface FormatGuardReportOptions {
  /** Colours the severities. @default false */
  readonly colours?: boolean;
}

/** Formats a report for a terminal, one block per finding. Findings that differ only in the names of their resources are one block. */
export function formatGuardReport(report: GuardReport, { colours = false }: FormatGuardReportOptions = {}): string {
  const paint = (code: number, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const refused = report.verdicts.filter(({ severity, acknowledgedBy }) => severity === 'refuse' && !acknowledgedBy);
  const warnings = report.verdicts.filter(({ severity }) => severity === 'warn');
  const acknowledged = report.verdicts.filter(({ acknowledgedBy }) => acknowledgedBy);

  const lines: string[] = [];
  for (const fold of foldVerdicts(report.verdicts, ({ acknowledgedBy }) => acknowledgedBy?.reason ?? '')) {
    const { verdict } = fold;
    const mark = verdict.acknowledgedBy
      ? paint(36, 'acknowledged')
      : verdict.severity === 'refuse'
        ? paint(31, 'refused')
        : paint(33, 'warning');
    lines.push(...formatBlock(mark, fold), '');
  }
  for (const { acknowledgement, state } of report.acknowledgements) {
    if (state === 'used') continue;
    const { rule, address, action, expires } = acknowledgement;
    const what = stripControlCharacters(`acknowledgement of ${rule}, ${action === undefined ? '' : `${action} of `}${address}`);
    lines.push(state === 'expired' ? `${what}: expired on ${expires}` : `${what}: matches nothing in this plan, remove it`);
  }
  if (report.acknowledgements.some(({ state }) => state !== 'used')) lines.push('');

  const { notLookedAt = [] } = report;
  if (notLookedAt.length > 0) lines.push('Not looked at:', ...notLookedAt.map(({ rule, reason }) => `  ${rule}: ${reason}`), '');

  lines.push(
    report.isRefused
      ? paint(
          31,
          `Refused: ${formatCount(refused.length, 'finding')}, ${formatCount(warnings.length, 'warning')}, ${acknowledged.length} acknowledged.`,
        )
      : report.verdicts.length === 0
        ? 'No findings.'
        : `Not refused: ${formatCount(warnings.length, 'warning')}, ${acknowledged.length} acknowledged.`,
  );
  return lines.join('\n');
}

function formatBlock(mark: string, { verdict, resources }: Fold<Verdict>): string[] {
  const { rule, address, action, constructPath, reason, impact, recovery, remediation, acknowledgedBy } = verdict;
  const of = action === 'unknown' ? '' : `${action} of `;
  const what = resources === undefined ? `${constructPath === undefined ? '' : `${constructPath}, `}${of}${address}` : `${of}${resources}`;
  const lines = [
    `${rule}: ${what}`,
    `  ${reason}`,
    ...(impact === '' ? [] : [`  impact: ${impact}`]),
    ...(recovery === '' ? [] : [`  recovery: ${recovery}`]),
    ...(acknowledgedBy ? [`  acknowledged until ${acknowledgedBy.expires}: ${acknowledgedBy.reason}`] : [`  remediation: ${remediation}`]),
  ].map(stripControlCharacters);
  return [`${mark} ${lines[0]}`, ...lines.slice(1)];
}

function formatCount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Replaces control characters: names come from untrusted files, and must not control the terminal or change the text direction. */
function stripControlCharacters(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, '?');
}
