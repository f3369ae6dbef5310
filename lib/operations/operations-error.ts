import { ReportedError } from '../core/reported-error';

/** Error that an operator can resolve; its message is complete without a stack trace. */
export class OperationsError extends ReportedError {
  public override readonly name = 'OperationsError';
}
