import { ReportedError } from '../core/reported-error';

/** Error of a backup or restore that an operator can resolve; its message is complete without a stack trace. */
export class RecoveryError extends ReportedError {
  public override readonly name = 'RecoveryError';
}
