import type { Body } from './api-request';

/** Status of an error in the newer Google APIs, by its HTTP code. */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
};

/** An answer of a Google API that is an error. */
export class ApiError extends Error {
  public override readonly name = 'ApiError';

  /**
   * @param code HTTP status code
   * @param reason for example `notFound`
   * @param status for example `NOT_FOUND`. @default - the one that goes with the code
   */
  constructor(
    public readonly code: number,
    message: string,
    public readonly reason: string,
    public readonly status: string = STATUSES[code] ?? 'UNKNOWN',
  ) {
    super(message);
  }

  public static notFound(name: string): ApiError {
    return new ApiError(404, `The resource '${name}' was not found`, 'notFound');
  }

  /** The error as it goes over the wire. */
  public body(): Body {
    const { code, message, reason, status } = this;
    return { error: { code, message, status, errors: [{ message, domain: 'global', reason }] } };
  }
}
