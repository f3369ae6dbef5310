import { type Refusal, UNAVAILABLE } from './cloud-error';

/** Fault to inject into one or more operations on a resource type. */
export interface Fault {
  /** Resource type, for example `google_compute_disk`. */
  readonly type: string;

  /** Operation that fails. */
  readonly operation: 'create' | 'update' | 'delete';

  /**
   * Number of the first operation to fail, counted from the injection.
   *
   * @default 1
   */
  readonly nth?: number;

  /**
   * Point of failure. `before`: the operation has no effect in the cloud. `after`: it takes effect, and fails while the
   * provider waits for it to complete.
   *
   * @default 'before'
   */
  readonly when?: 'before' | 'after';

  /**
   * Crashes the provider plugin instead of answering. Simulated plugins only; the real ones get `refusal`.
   *
   * @default false
   */
  readonly crash?: boolean;

  /**
   * Error that the service answers with. The real plugins retry 429 and 503, the simulated ones do not.
   *
   * @default - 503, `The service is currently unavailable.`, `backendError`
   */
  readonly refusal?: Refusal;

  /**
   * Number of consecutive operations to fail.
   *
   * @default 1
   */
  readonly times?: number;

  /**
   * Error text in Terraform's output, with simulated plugins.
   *
   * @default - made from `refusal`: `googleapi: Error 503: The service is currently unavailable., backendError`
   */
  readonly message?: string;
}

/** Injected fault that an operation has to fail with, its defaults resolved. */
export interface InjectedFault {
  readonly when: 'before' | 'after';
  readonly crash: boolean;
  readonly refusal: Refusal;
  readonly message: string;
}

/** Injected faults that are still pending. */
export class Faults {
  private pending: { readonly fault: Fault; before: number; times: number }[] = [];

  public inject(fault: Fault): void {
    this.pending.push({ fault, before: (fault.nth ?? 1) - 1, times: fault.times ?? 1 });
  }

  /** Counts an operation and takes the fault injected into it, if there is one. */
  public take(type: string, operation: Fault['operation']): InjectedFault | undefined {
    let due: Fault | undefined;
    for (const entry of this.pending) {
      if (entry.fault.type !== type || entry.fault.operation !== operation) continue;
      if (entry.before > 0) entry.before--;
      else if (!due) {
        due = entry.fault;
        entry.times--;
      }
    }
    this.pending = this.pending.filter(({ times }) => times > 0);
    if (!due) return undefined;
    const { when = 'before', crash = false, refusal = UNAVAILABLE } = due;
    const { message = `googleapi: Error ${refusal.code}: ${refusal.message}, ${refusal.reason}` } = due;
    return { when, crash, refusal, message };
  }
}
