import { ReportedError } from '../core/reported-error';

/** Something an operator can do something about: its message says all there is to say. */
export class OperationsError extends ReportedError {
  public override readonly name = 'OperationsError';
}
