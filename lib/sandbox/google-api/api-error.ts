import type { Body } from './api-request';

/** Error status in newer Google APIs, by HTTP status code. */
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

/** Error answer of a Google API. */
export class ApiError extends Error {
  public override readonly name = 'ApiError';

  /**
   * @param code HTTP status code
   * @param reason reason code, for example `notFound`
   * @param status status in newer APIs, for example `NOT_FOUND`. @default - the status of the HTTP code
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

  /** Builds the body of the answer. */
  public body(): Body {
    const { code, message, reason, status } = this;
    return { error: { code, message, status, errors: [{ message, domain: 'global', reason }] } };
  }
}
