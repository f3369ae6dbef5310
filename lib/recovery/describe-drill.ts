import { formatDuration } from '../operations/findings';
import { cell, fence } from '../preview/markdown-text';
import { countRows, listTables } from './compare-rows';
import type { DrillOutcome } from './drill';
import type { DrillProof, DrillRecord, DrillResult } from './drill-proof';
import type { RemainingResource } from './remaining-resources';
import { type Check, describeCheck, LEVELS, type Level } from './verification';

/** Outcome of a drill, with its proof. */
export interface ProvenDrill extends Pick<DrillOutcome, 'remaining'> {
  readonly proof: DrillProof;
}

/** The drill passed, and nothing of it remains. */
export function isClean({ proof, remaining }: ProvenDrill): boolean {
  return proof.result === 'PASSED' && remaining.length === 0;
}

/** Finds the first reason why a drill did not pass, by level: a check that failed, otherwise one that was not run. */
export function findFirstFailure({ verification: { checks } }: DrillRecord): Check | undefined {
  const sorted = [...checks].sort((one, other) => one.level - other.level);
  return sorted.find(({ outcome }) => outcome === 'failed') ?? sorted.find(({ outcome }) => outcome === 'not-run');
}

/** Describes a drill for a terminal. The last line has the result and, if it is not `PASSED`, the reason. */
export function describeDrill(drill: ProvenDrill): string[] {
  const { record } = drill.proof;
  return [
    `drill of ${record.ring}${record.isLocal ? ' on this machine' : ''} in project ${record.project}: ${describeSet(record)}, zones ${record.zones.join(', ')}`,
    ...listLevels(record).map(({ level, name, outcome, detail }) =>
      `level ${level} ${name.padEnd(11)} ${outcome.padEnd(7)}  ${detail}`.trimEnd(),
    ),
    ...describeTimes(record),
    ...drill.remaining.map((each) => `not removed: ${describeRemaining(each)}`),
    describeResultLine(drill),
  ];
}

/** Result in one line. */
export function describeResultLine({ proof: { result, record }, remaining }: ProvenDrill): string {
  const rest = remaining.length === 0 ? '' : `; not removed: ${remaining.length}, ${formatTotal(remaining)}`;
  return oneLine(`${result}: ${describeReason(result, record)}${rest}`);
}

/** Formats a drill as Markdown, for the summary of a job. */
export function formatDrillSummary(drill: ProvenDrill): string {
  const { proof, remaining } = drill;
  const { record } = proof;
  const failures = record.verification.checks.filter(({ outcome }) => outcome === 'failed');
  return [
    `## ${SIGNS[proof.result]} Backup drill of ${record.ring}${record.isLocal ? ' on a local machine' : ''}: ${proof.result}`,
    '',
    describeSet(record),
    '',
    ...(proof.result === 'PASSED' ? [] : [fence(describeResultLine(drill), 'text')]),
    '| level | result | checks |',
    '| --- | --- | --- |',
    ...listLevels(record).map(({ level, name, outcome, detail }) => `| ${level} ${name} | ${outcome} | ${cell(detail)} |`),
    '',
    ...describeTimes(record).map((line) => `- ${line}`),
    `- zones: ${record.zones.join(', ')}`,
    `- proof: ${proof.signature === undefined ? 'not signed' : 'signed'}`,
    ...(failures.length > 1 ? ['', 'Failed checks:', '', fence(failures.map(describeCheck).map(oneLine).join('\n'), 'text')] : []),
    ...(remaining.length === 0 ? [] : ['', 'Not removed:', '', fence(remaining.map(describeRemaining).map(oneLine).join('\n'), 'text')]),
    '',
  ].join('\n');
}

/** Badge of the latest drill, for the endpoint badge of shields.io. */
export function createDrillBadge({ result, record }: DrillProof): object {
  const color = { PASSED: 'brightgreen', UNVERIFIED: 'yellow', FAILED: 'red' }[result];
  return { schemaVersion: 1, label: 'backup drill', message: `${result.toLowerCase()} ${record.endedAt.slice(0, 10)}`, color };
}

const SIGNS: Readonly<Record<DrillResult, string>> = { PASSED: '✅', UNVERIFIED: '⚠️', FAILED: '❌' };

function describeSet({ verification: { set }, copies, rpoSeconds }: DrillRecord): string {
  if (set === '') return 'no set';
  return `set ${set}${copies === undefined ? '' : ` copied to project ${copies}`}${rpoSeconds === undefined ? '' : `, ${formatDuration(rpoSeconds)} old`}`;
}

function describeReason(result: DrillResult, record: DrillRecord): string {
  const { verification, assertions, zones, rpoSeconds, rtoSeconds } = record;
  if (result === 'PASSED') {
    const disks = Object.keys(record.diskSizesGiB).length;
    const tables = listTables(verification).length;
    const read = `${tables} ${tables === 1 ? 'table' : 'tables'} with ${countRows(verification)} rows on ${disks} disks`;
    return `set ${verification.set}, ${read}, ${assertions.length} assertions; RPO ${formatDuration(rpoSeconds ?? 0)}, RTO ${formatDuration(rtoSeconds ?? 0)}; zones ${zones.join(', ')}`;
  }
  const first = findFirstFailure(record);
  if (first !== undefined) return describeCheck(first);
  if (result === 'UNVERIFIED') return 'level 6 (application): all checks passed, and no assertions of the application were given';
  if (record.configurationHash === '') return 'level 0 (set): the configuration of the ring is unknown';
  return verification.checks.length === 0 ? 'no check was run' : 'level 6 (application): an assertion found another value';
}

interface LevelSummary {
  readonly level: number;
  readonly name: string;
  readonly outcome: Check['outcome'];
  readonly detail: string;
}

/** All levels: one without checks was not run. */
function listLevels({ verification: { checks } }: DrillRecord): LevelSummary[] {
  return Object.entries(LEVELS).map(([key, name]) => {
    const level = Number(key) as Level;
    const own = checks.filter((check) => check.level === level);
    const count = (outcome: Check['outcome']): number => own.filter((check) => check.outcome === outcome).length;
    const [passed, failed, notRun] = [count('passed'), count('failed'), count('not-run')];
    const outcome = failed > 0 ? 'failed' : notRun > 0 || passed === 0 ? 'not-run' : 'passed';
    const parts = [`${passed} passed`, ...(failed > 0 ? [`${failed} failed`] : []), ...(notRun > 0 ? [`${notRun} not run`] : [])];
    const first = own.find((check) => check.outcome === 'failed');
    return { level, name, outcome, detail: oneLine([parts.join(', '), ...(first === undefined ? [] : [describeCheck(first)])].join('; ')) };
  });
}

function describeTimes({ verification: { seconds }, rpoSeconds, rtoSeconds, diskSizesGiB }: DrillRecord): string[] {
  const sizes = Object.values(diskSizesGiB);
  const size = sizes.length === 0 ? 'no disk' : `disks of ${[...new Set(sizes)].join(', ')} GiB`;
  const phases = Object.entries(seconds).map(([phase, each]) => `${phase} ${Math.round(each)} s`);
  return [
    rpoSeconds === undefined ? 'RPO unknown: there is no set' : `RPO ${formatDuration(rpoSeconds)}: writes of this time would be lost`,
    rtoSeconds === undefined
      ? 'RTO unknown: not every check passed'
      : `RTO ${formatDuration(rtoSeconds)} with ${size}, from the first clone to the last row${phases.length === 0 ? '' : ` (${phases.join(', ')})`}`,
  ];
}

function describeRemaining({ description, monthlyCost }: RemainingResource): string {
  return `${description}, ${monthlyCost === undefined ? 'cost unknown' : `$${monthlyCost.toFixed(2)} a month`}`;
}

function formatTotal(remaining: readonly RemainingResource[]): string {
  const known = remaining.flatMap(({ monthlyCost }) => monthlyCost ?? []);
  const total = `$${known.reduce((sum, cost) => sum + cost, 0).toFixed(2)} a month`;
  if (known.length === remaining.length) return total;
  return known.length === 0 ? 'cost unknown' : `${total}, and a part of unknown cost`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
