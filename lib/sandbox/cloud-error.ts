/** Answer of a Google API that is an error. */
export interface Refusal {
  /** HTTP status code. */
  readonly code: number;
  readonly message: string;

  /** For example `alreadyExists`. */
  readonly reason: string;
}

/** An operation the cloud refuses, in the words of the real provider: Terraform prints the message as the error's text. */
export class CloudError extends Error {
  public override readonly name = 'CloudError';

  /** `Error creating Disk: googleapi: Error 409: The resource '...' already exists, alreadyExists`. */
  public static google(doing: string, code: number, message: string, reason: string): CloudError {
    return new CloudError(`${doing}: googleapi: Error ${code}: ${message}, ${reason}`, '', { code, message, reason });
  }

  /**
   * @param detail lines printed below the message
   * @param refusal what the service answers, when it refuses the request itself. @default - an operation fails, or the provider refuses
   */
  constructor(
    message: string,
    public readonly detail = '',
    public readonly refusal?: Refusal,
  ) {
    super(message);
  }
}
