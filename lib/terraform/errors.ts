import { ReportedError } from '../core/reported-error';
import { formatPath, type ValuePath } from './value-path';

/** Terraform JSON that is invalid, ambiguous, or of an unsupported type. */
export class TerraformDocumentError extends ReportedError {
  public override readonly name: string = 'TerraformDocumentError';

  constructor(
    problem: string,

    /** Path in the document. */
    public readonly path: ValuePath = [],
  ) {
    super(path.length === 0 ? problem : `${problem} (at ${formatPath(path)})`);
  }
}

/** Failure of a Terraform command, with the message of Terraform. */
export class TerraformError extends ReportedError {
  public override readonly name = 'TerraformError';

  constructor(
    message: string,
    /** Command, for example `terraform apply`. */
    public readonly command: string,
  ) {
    super(message);
  }
}
