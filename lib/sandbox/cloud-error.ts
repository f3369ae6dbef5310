/** Error answer of a Google API. */
export interface Refusal {
  /** HTTP status code. */
  readonly code: number;
  readonly message: string;

  /** Reason code, for example `alreadyExists`. */
  readonly reason: string;
}

/** Error of a service that is down for a moment. */
export const UNAVAILABLE: Refusal = { code: 503, message: 'The service is currently unavailable.', reason: 'backendError' };

/** Operation that the cloud rejects, with the real provider's message, which Terraform prints as the error. */
export class CloudError extends Error {
  public override readonly name = 'CloudError';

  /** Error of a Google API: `Error creating Disk: googleapi: Error 409: The resource '...' already exists, alreadyExists`. */
  public static google(doing: string, code: number, message: string, reason: string): CloudError {
    return new CloudError(`${doing}: googleapi: Error ${code}: ${message}, ${reason}`, '', { code, message, reason });
  }

  /**
   * @param detail lines printed below the message
   * @param refusal error answer, if the API rejects the request itself. @default - none: a long-running operation fails, or the provider rejects
   */
  constructor(
    message: string,
    public readonly detail = '',
    public readonly refusal?: Refusal,
  ) {
    super(message);
  }
}
