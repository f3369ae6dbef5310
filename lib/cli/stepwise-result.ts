import { RefusedError, ReportedError } from '../core/reported-error';
import type { ReplacementResult } from '../recovery';
import { progress } from './cassandra-ring';

type StepwiseResult = Pick<ReplacementResult<string, string>, 'state' | 'endedAt' | 'problem' | 'error'>;

/**
 * Prints the result of a complete operation.
 *
 * @param complete state of a complete operation
 * @throws an error for every other result, with exit code 2 for a refusal before any change
 */
export function reportResult(result: StepwiseResult, complete: string, lines: readonly string[]): void {
  const { state, endedAt, problem, error } = result;
  const text = lines.join('\n');
  if (state === complete) {
    process.stdout.write(`${text}\n`);
    return;
  }
  const message = `ended at ${endedAt}: ${problem}\n${text}`;
  if (error !== undefined && !(error instanceof ReportedError)) {
    progress(message);
    throw error;
  }
  throw error instanceof RefusedError && state === 'unchanged' ? new RefusedError(message) : new ReportedError(message);
}
