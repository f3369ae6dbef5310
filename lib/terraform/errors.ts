import { ReportedError } from '../core/reported-error';
import { type ValuePath, writePath } from './value-path';

/** JSON of Terraform that is not accepted: not JSON, ambiguous, or of a kind that Terraform does not take there. */
export class TerraformDocumentError extends ReportedError {
  public override readonly name: string = 'TerraformDocumentError';

  constructor(
    problem: string,

    /** Place in the document. */
    public readonly path: ValuePath = [],
  ) {
    super(path.length === 0 ? problem : `${problem} (at ${writePath(path)})`);
  }
}

/** Failure of a Terraform command. The message is Terraform's own. */
export class TerraformError extends ReportedError {
  public override readonly name = 'TerraformError';

  constructor(
    message: string,
    /** The command, for example `terraform apply`. */
    public readonly command: string,
  ) {
    super(message);
  }
}
