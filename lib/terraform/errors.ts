import { ReportedError } from '../core/reported-error';
import { type ValuePath, writePath } from './value-path';

/** JSON of Terraform that is not accepted: not JSON, ambiguous, or of a kind that Terraform does not take there. */
export class TerraformDocumentError extends ReportedError {
  public override readonly name = 'TerraformDocumentError';

  constructor(
    problem: string,

    /** Place in the document. */
    public readonly path: ValuePath = [],
  ) {
    super(path.length === 0 ? problem : `${problem} (at ${writePath(path)})`);
  }
}
