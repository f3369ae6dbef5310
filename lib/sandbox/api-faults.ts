import { type Refusal, UNAVAILABLE } from './cloud-error';

/** Error of a long-running operation. */
export interface OperationError {
  /** For example `QUOTA_EXCEEDED`. */
  readonly code: string;
  readonly message: string;
}

/** Fault to inject into calls of the Compute Engine API of a sandbox with VMs. */
export interface ApiFault {
  /** Collection and method of the API, for example `disks.createSnapshot`, `instances.get` or `operations.wait`. */
  readonly call: string;

  /** Name of the resource. @default - any */
  readonly name?: string;

  /**
   * Number of the first call to fail, counted from the injection.
   *
   * @default 1
   */
  readonly nth?: number;

  /**
   * Number of consecutive calls to fail.
   *
   * @default 1
   */
  readonly times?: number;

  /**
   * Point of failure. `before`: the call has no effect. `after`: it takes effect, and its answer is `refusal` or its operation fails.
   *
   * @default 'before'
   */
  readonly when?: 'before' | 'after';

  /**
   * Error that the API answers with.
   *
   * @default - 503, `The service is currently unavailable.`, `backendError`, unless `operationError` or `runningPolls` is set
   */
  readonly refusal?: Refusal;

  /** Error of the operation, which a call that changes something starts. @default - none */
  readonly operationError?: OperationError;

  /** Number of polls that find the operation `RUNNING`; `Infinity` for one that never ends. @default 0 */
  readonly runningPolls?: number;
}

/** Injected faults of API calls that are still pending. */
export class ApiFaults {
  private pending: { readonly fault: ApiFault; before: number; times: number }[] = [];

  public inject(fault: ApiFault): void {
    this.pending.push({ fault, before: (fault.nth ?? 1) - 1, times: fault.times ?? 1 });
  }

  /** Counts a call and takes the fault injected into it, if there is one. */
  public take(call: string, name: string): ApiFault | undefined {
    let due: ApiFault | undefined;
    for (const entry of this.pending) {
      if (entry.fault.call !== call || (entry.fault.name !== undefined && entry.fault.name !== name)) continue;
      if (entry.before > 0) entry.before--;
      else if (!due) {
        due = entry.fault;
        entry.times--;
      }
    }
    this.pending = this.pending.filter(({ times }) => times > 0);
    if (!due) return undefined;
    const hasOutcome = due.refusal ?? due.operationError ?? due.runningPolls;
    return hasOutcome === undefined ? { ...due, refusal: UNAVAILABLE } : due;
  }
}
