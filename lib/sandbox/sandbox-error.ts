import { ReportedError } from '../core/reported-error';

/** Something the user of the sandbox can do something about: its message is all there is to show. */
export class SandboxError extends ReportedError {
  public override readonly name: string = 'SandboxError';
}

/** Terraform ran and failed. The message is Terraform's own. */
export class TerraformError extends SandboxError {
  public override readonly name = 'TerraformError';

  constructor(
    message: string,
    /** The command, for example `terraform apply`. */
    public readonly command: string,
    public readonly exitCode: number,
  ) {
    super(message);
  }
}
