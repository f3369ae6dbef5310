import { ReportedError } from '../core/reported-error';

/** Something the user of the sandbox can do something about: its message is all there is to show. */
export class SandboxError extends ReportedError {
  public override readonly name = 'SandboxError';
}
