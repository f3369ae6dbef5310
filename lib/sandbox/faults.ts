import type { Refusal } from './cloud-error';

/** Something that goes wrong. */
export interface Fault {
  /** Resource type, for example `google_compute_disk`. */
  readonly type: string;

  /** The operation that fails. */
  readonly operation: 'create' | 'update' | 'delete';

  /**
   * Which of these operations fails, counted from the moment of the injection.
   *
   * @default 1
   */
  readonly nth?: number;

  /**
   * `before`: nothing happened in the cloud. `after`: it took effect, and failed while the provider waited for it.
   *
   * @default 'before'
   */
  readonly when?: 'before' | 'after';

  /**
   * The provider ends without an answer, as a crash does; simulated providers alone, the real ones get the refusal.
   *
   * @default false
   */
  readonly crash?: boolean;

  /**
   * What the service answers. The real plugins try again after 429 and 503, the simulated ones do not.
   *
   * @default - 503, `The service is currently unavailable.`, `backendError`
   */
  readonly refusal?: Refusal;

  /**
   * How many of these operations fail, one after the other.
   *
   * @default 1
   */
  readonly times?: number;

  /**
   * What the error says in Terraform's output, without the real plugins.
   *
   * @default - made from `refusal`: `googleapi: Error 503: The service is currently unavailable., backendError`
   */
  readonly message?: string;
}

const UNAVAILABLE: Refusal = { code: 503, message: 'The service is currently unavailable.', reason: 'backendError' };

/** A fault that struck. */
export interface Strike {
  readonly when: 'before' | 'after';
  readonly crash: boolean;
  readonly refusal: Refusal;
  readonly message: string;
}

/** The faults that are waiting for their operation. */
export class Faults {
  private waiting: { readonly fault: Fault; before: number; times: number }[] = [];

  public inject(fault: Fault): void {
    this.waiting.push({ fault, before: (fault.nth ?? 1) - 1, times: fault.times ?? 1 });
  }

  /** Counts an operation, and returns the fault that strikes it. */
  public strike(type: string, operation: Fault['operation']): Strike | undefined {
    let struck: Fault | undefined;
    for (const entry of this.waiting) {
      if (entry.fault.type !== type || entry.fault.operation !== operation) continue;
      if (entry.before > 0) entry.before--;
      else if (!struck) {
        struck = entry.fault;
        entry.times--;
      }
    }
    this.waiting = this.waiting.filter(({ times }) => times > 0);
    if (!struck) return undefined;
    const { when = 'before', crash = false, refusal = UNAVAILABLE } = struck;
    const { message = `googleapi: Error ${refusal.code}: ${refusal.message}, ${refusal.reason}` } = struck;
    return { when, crash, refusal, message };
  }
}
