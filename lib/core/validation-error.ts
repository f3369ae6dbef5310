import type { IConstruct } from 'constructs';
import { ReportedError } from './reported-error';

/**
 * Invalid input to a construct.
 *
 * @remarks
 * The message has one form: prop, rule and value, followed by the path of the construct, for example
 * `'maxNodes' must be at least minNodes (3), got 2 (at staging/Cluster/Apps)`.
 *
 * @example
 * ```ts
 * const minReplicas: number = 2;
 * if (minReplicas < 1) throw new ValidationError(namespace, `'minReplicas' must be at least 1, got ${minReplicas}`);
 * ```
 */
export class ValidationError extends ReportedError {
  public override readonly name = 'ValidationError';

  /**
   * @param scope construct whose path ends the message
   * @param message prop, rule and value
   */
  constructor(scope: IConstruct, message: string) {
    super(`${message} (at ${scope.node.path || scope.constructor.name})`);
  }
}
