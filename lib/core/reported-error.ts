/** Error whose message is meant for the user: a command prints it alone, without a stack trace, and ends with its exit code. */
export class ReportedError extends Error {
  public override readonly name: string = 'ReportedError';

  /** Exit code of a command that ends with the error. */
  public readonly exitCode: number = 1;
}

/** Refusal of what was asked for, before anything was changed. */
export class RefusedError extends ReportedError {
  public override readonly name = 'RefusedError';
  public override readonly exitCode = 2;
}
