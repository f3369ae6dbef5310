import { describeJson } from '../core/shape';
import { isBlock } from '../terraform/values';
import { RecoveryError } from './recovery-error';

/** Assertion of the application on the restored data: what a statement has to find on each clone. */
export interface Assertion {
  /** `SELECT` statement. Its consistency level is `ONE`: a clone has no other replicas. */
  readonly cql: string;

  /** First column of the first row, as `cqlsh` prints it without quotes: `249`, `true`, `null`. */
  readonly expect: string;
}

/** Limits of a file of assertions, which recovery VMs get in their metadata. */
const MAX_ASSERTIONS = 100;
const MAX_CQL_LENGTH = 2000;
const MAX_EXPECT_LENGTH = 1000;
const MAX_BYTES = 131_072;

const MEMBERS = ['cql', 'expect'];

/**
 * Checks the form of assertions.
 *
 * @param file its name, for errors
 * @throws RecoveryError if the JSON is no list of assertions
 */
export function requireAssertions(json: unknown, file: string): readonly Assertion[] {
  const problem = findProblem(json);
  if (problem !== undefined) throw new RecoveryError(`'${file}' is not a list of assertions: ${problem}`);
  return json as readonly Assertion[];
}

function findProblem(json: unknown): string | undefined {
  if (!Array.isArray(json)) return `it must be a list of objects with 'cql' and 'expect', got ${describeJson(json)}`;
  if (json.length === 0 || json.length > MAX_ASSERTIONS) return `it must have 1 to ${MAX_ASSERTIONS} assertions, got ${json.length}`;
  for (const [index, each] of json.entries()) {
    const problem = findAssertionProblem(each, `[${index}]`);
    if (problem !== undefined) return problem;
  }
  const bytes = Buffer.byteLength(JSON.stringify(json));
  return bytes > MAX_BYTES ? `it must have at most ${MAX_BYTES} bytes, got ${bytes}` : undefined;
}

function findAssertionProblem(assertion: unknown, path: string): string | undefined {
  if (!isBlock(assertion)) return `'${path}' must be an object with 'cql' and 'expect', got ${describeJson(assertion)}`;
  const unknown = Object.keys(assertion).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) return `'${path}' must have 'cql' and 'expect' only, got '${unknown}'`;
  const { cql, expect } = assertion;
  if (typeof cql !== 'string' || !/^\s*SELECT\s/i.test(cql)) return `'${path}.cql' must be a SELECT statement, got ${describeJson(cql)}`;
  if (cql.length > MAX_CQL_LENGTH) return `'${path}.cql' must have at most ${MAX_CQL_LENGTH} characters, got ${cql.length}`;
  if (typeof expect !== 'string') return `'${path}.expect' must be a string, got ${describeJson(expect)}`;
  if (expect.length > MAX_EXPECT_LENGTH) return `'${path}.expect' must have at most ${MAX_EXPECT_LENGTH} characters, got ${expect.length}`;
  return undefined;
}
