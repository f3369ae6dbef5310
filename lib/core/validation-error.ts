import type { IConstruct } from 'constructs';
import { ReportedError } from './reported-error';

/** Wrong input to a construct. The message names the prop, the rule, the value and the construct's path. */
export class ValidationError extends ReportedError {
  public override readonly name = 'ValidationError';

  constructor(scope: IConstruct, message: string) {
    super(`${message} (at ${scope.node.path || scope.constructor.name})`);
  }
}
