import type { Check } from '../../lib/recovery';
import type { Damage } from './damages';

/** Result of the verification of one damage. */
export interface Caught {
  readonly name: string;

  /** Checks that named it; empty if it was missed. */
  readonly by: readonly string[];
  readonly seconds: number;

  /** Differences from what is expected; empty if there are none. */
  readonly problems: readonly string[];
}

/**
 * Compares the checks of a verification with what a damage is expected to fail.
 *
 * @param node damaged node; undefined if all are, or the rows of all disks count
 */
export function findProblems(damage: Damage, checks: readonly Check[], node: string | undefined): string[] {
  const { expected, also = [] } = damage;
  const named = listNaming(damage, checks, node);
  const problems = expected.filter((each) => !named.includes(each)).map((each) => `not reported: ${each}`);
  const failed = listReported(checks, node).filter((found) => !found.startsWith(NOT_RUN));
  const further = failed.filter((found) => ![...expected, ...also].some((each) => isNamed(found, each)));
  return [...problems, ...further.map((found) => `reported as well: ${found}`)];
}

/** Reported checks that a damage is expected to be named by. */
export function listNaming({ expected }: Damage, checks: readonly Check[], node: string | undefined): string[] {
  const reported = listReported(checks, node);
  return expected.filter((each) => reported.some((found) => isNamed(found, each)));
}

const NOT_RUN = 'not-run ';

/** Checks that did not pass, without repetition. */
function listReported(checks: readonly Check[], node: string | undefined): string[] {
  const own = checks.filter((check) => check.outcome !== 'passed' && (node === undefined || check.node === node));
  return [...new Set(own.map((check) => `${check.outcome === 'not-run' ? NOT_RUN : ''}${describe(check)}`))];
}

function describe({ level, code, table }: Check): string {
  return [level, code, table].filter((part) => part !== undefined).join(' ');
}

/** `4 rows` names `4 rows proof.orders`, too. */
function isNamed(found: string, expected: string): boolean {
  return found === expected || found.startsWith(`${expected} `);
}
