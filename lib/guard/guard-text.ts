import type { GuardReport } from './guard';
import type { Verdict } from './verdict';

/** Properties for `guardText`. */
export interface GuardTextOptions {
  /** @default false */
  readonly colours?: boolean;
}

/** A report for a terminal, one block a verdict. */
export function guardText(report: GuardReport, { colours = false }: GuardTextOptions = {}): string {
  const paint = (code: number, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const refused = report.verdicts.filter(({ severity, acknowledgedBy }) => severity === 'refuse' && !acknowledgedBy);
  const warnings = report.verdicts.filter(({ severity }) => severity === 'warn');
  const acknowledged = report.verdicts.filter(({ acknowledgedBy }) => acknowledgedBy);

  const lines: string[] = [];
  for (const verdict of report.verdicts) {
    const mark = verdict.acknowledgedBy
      ? paint(36, 'acknowledged')
      : verdict.severity === 'refuse'
        ? paint(31, 'refused')
        : paint(33, 'warning');
    lines.push(...block(mark, verdict), '');
  }
  for (const { acknowledgement, state } of report.acknowledgements) {
    if (state === 'used') continue;
    const { rule, address, action, expires } = acknowledgement;
    const what = harmless(`acknowledgement of ${rule}, ${action} of ${address}`);
    lines.push(
      state === 'expired' ? `${what}: expired on ${expires} and holds no more` : `${what}: matches nothing in this plan and can go`,
    );
  }
  if (report.acknowledgements.some(({ state }) => state !== 'used')) lines.push('');

  lines.push(
    report.isRefused
      ? paint(
          31,
          `Refused: ${counted(refused.length, 'verdict')}, ${counted(warnings.length, 'warning')}, ${acknowledged.length} acknowledged.`,
        )
      : report.verdicts.length === 0
        ? 'Nothing to say against this plan.'
        : `Not refused: ${counted(warnings.length, 'warning')}, ${acknowledged.length} acknowledged.`,
  );
  return lines.join('\n');
}

function block(
  mark: string,
  { rule, address, action, constructPath, reason, impact, recovery, remediation, acknowledgedBy }: Verdict,
): string[] {
  const lines = [
    `${rule}: ${constructPath === undefined ? '' : `${constructPath}, `}${action} of ${address}`,
    `  ${reason}`,
    ...(impact === '' ? [] : [`  impact: ${impact}`]),
    ...(recovery === '' ? [] : [`  recovery: ${recovery}`]),
    ...(acknowledgedBy ? [`  acknowledged until ${acknowledgedBy.expires}: ${acknowledgedBy.reason}`] : [`  remediation: ${remediation}`]),
  ].map(harmless);
  return [`${mark} ${lines[0]}`, ...lines.slice(1)];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Names come from files that others wrote: nothing of them may steer the terminal, or turn the text around. */
function harmless(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, '?');
}
