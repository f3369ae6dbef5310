/**
 * Error whose message is meant for the user.
 *
 * @remarks
 * A command prints the message without a stack trace and exits with `exitCode`. Every other error is a defect: the command exits with
 * 70, and prints the stack trace when `DEBUG` is set. An app that handles both the same way hides defects.
 *
 * @example
 * ```ts
 * try {
 *   app.synth();
 * } catch (error) {
 *   if (!(error instanceof ReportedError)) throw error;
 *   process.stderr.write(`${error.message}\n`);
 *   process.exitCode = error.exitCode;
 * }
 * ```
 */
export class ReportedError extends Error {
  public override readonly name: string = 'ReportedError';

  /** Exit code of a command that ends with the error. */
  public readonly exitCode: number = 1;
}

/**
 * Refusal of a request before anything was changed.
 *
 * @remarks
 * Commands exit with 2, so that a pipeline can tell a refusal from a failure, which may have changed a part.
 *
 * @example
 * ```ts
 * const outdir = process.env.CDKTF_OUTDIR;
 * if (outdir === '/') throw new RefusedError(`'CDKTF_OUTDIR' must not be the root folder, got '${outdir}'`);
 * ```
 */
export class RefusedError extends ReportedError {
  public override readonly name = 'RefusedError';
  public override readonly exitCode = 2;
}
