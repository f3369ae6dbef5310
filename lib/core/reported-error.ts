/** Error whose message is meant for the user: a command prints it alone, without a stack trace, and ends with exit code 1. */
export class ReportedError extends Error {
  public override readonly name: string = 'ReportedError';
}

/** Refusal of what was asked for, before anything was changed. A command ends with exit code 2. */
export class RefusedError extends ReportedError {
  public override readonly name = 'RefusedError';
}
