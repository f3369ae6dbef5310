import type { Body } from './api-request';

/** Long-running operations of one API. Each is done when it is answered; failed ones are remembered until they are polled. */
export class ApiOperations {
  private readonly failures = new Map<string, string>();
  private count = 0;

  constructor(private readonly api: 'compute' | 'container') {}

  /**
   * Creates a finished operation.
   *
   * @param kind operation type, for example `insert`
   * @param target self link of the resource
   * @param failure error message. @default - the operation succeeded
   */
  public done(kind: string, target: string, place: Body, failure?: string): Body {
    const name = `operation-${process.hrtime.bigint()}-${this.count++}`;
    if (failure !== undefined) this.failures.set(name, failure);
    return { ...this.get(name), operationType: kind, targetLink: target, ...place };
  }

  public get(name: string): Body {
    const failure = this.failures.get(name);
    const common = { name, status: 'DONE', selfLink: name, operationType: 'update', targetLink: name };
    if (this.api === 'compute') {
      const error = failure === undefined ? {} : { error: { errors: [{ code: 'RESOURCE_OPERATION_FAILED', message: failure }] } };
      return { kind: 'compute#operation', id: '1', progress: 100, ...common, ...error };
    }
    return { ...common, ...(failure === undefined ? {} : { error: { code: 13, message: failure }, statusMessage: failure }) };
  }
}
