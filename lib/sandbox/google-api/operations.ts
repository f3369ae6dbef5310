import type { OperationError } from '../api-faults';
import type { Body } from './api-request';

/** Long-running operations of one API. Each is done when it is answered; failed ones are remembered until they are polled. */
export class ApiOperations {
  private readonly failures = new Map<string, OperationError>();

  /** Polls that find an operation running, by name. */
  private readonly running = new Map<string, number>();
  private count = 0;

  constructor(private readonly api: 'compute' | 'container') {}

  /**
   * Creates a finished operation.
   *
   * @param kind operation type, for example `insert`
   * @param target self link of the resource
   * @param failure error, or its message. @default - the operation succeeded
   * @param runningPolls number of answers with the status `RUNNING`, this one included. @default 0
   */
  public done(kind: string, target: string, place: Body, failure?: string | OperationError, runningPolls = 0): Body {
    const name = `operation-${process.hrtime.bigint()}-${this.count++}`;
    if (failure !== undefined) {
      this.failures.set(name, typeof failure === 'string' ? { code: 'RESOURCE_OPERATION_FAILED', message: failure } : failure);
    }
    if (runningPolls > 0) this.running.set(name, runningPolls);
    return { ...this.get(name), operationType: kind, targetLink: target, ...place };
  }

  public get(name: string): Body {
    const left = this.running.get(name) ?? 0;
    if (left > 0) this.running.set(name, left - 1);
    const common = { name, status: left > 0 ? 'RUNNING' : 'DONE', selfLink: name, operationType: 'update', targetLink: name };
    const failure = left > 0 ? undefined : this.failures.get(name);
    if (this.api === 'compute') {
      const error = failure === undefined ? {} : { error: { errors: [failure] } };
      return { kind: 'compute#operation', id: '1', progress: left > 0 ? 0 : 100, ...common, ...error };
    }
    const { message } = failure ?? {};
    return { ...common, ...(message === undefined ? {} : { error: { code: 13, message }, statusMessage: message }) };
  }
}
