import { ReportedError } from '../core/reported-error';

/** Error that the user can fix: shown as its message, without a stack trace. */
export class SandboxError extends ReportedError {
  public override readonly name = 'SandboxError';
}
