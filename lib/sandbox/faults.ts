/** Something that goes wrong, once. */
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
   * The provider ends without an answer, as a crash does.
   *
   * @default false
   */
  readonly crash?: boolean;

  /**
   * What the error says.
   *
   * @default 'googleapi: Error 503: The service is currently unavailable., backendError'
   */
  readonly message?: string;
}

/** A fault that struck. */
export interface Strike {
  readonly when: 'before' | 'after';
  readonly crash: boolean;
  readonly message: string;
}

/** The faults that are waiting for their operation. */
export class Faults {
  private waiting: { readonly fault: Fault; left: number }[] = [];

  public inject(fault: Fault): void {
    this.waiting.push({ fault, left: fault.nth ?? 1 });
  }

  /** Counts an operation, and returns the fault that strikes it. */
  public strike(type: string, operation: Fault['operation']): Strike | undefined {
    for (const entry of this.waiting) {
      if (entry.fault.type === type && entry.fault.operation === operation) entry.left--;
    }
    const struck = this.waiting.find(({ left }) => left <= 0);
    if (!struck) return undefined;
    this.waiting = this.waiting.filter((entry) => entry !== struck);
    const {
      when = 'before',
      crash = false,
      message = 'googleapi: Error 503: The service is currently unavailable., backendError',
    } = struck.fault;
    return { when, crash, message };
  }
}
