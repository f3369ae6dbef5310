import type { Body } from './api-request';

/** Long-running operations of one API. Each is done when its answer goes out; the failed ones are remembered until they are asked for. */
export class ApiOperations {
  private readonly failures = new Map<string, string>();
  private count = 0;

  constructor(private readonly api: 'compute' | 'container') {}

  /**
   * @param kind for example `insert`
   * @param target self link of what it was about
   * @param failure error that it ended in
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
