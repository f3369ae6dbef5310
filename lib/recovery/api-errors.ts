import { RecoveryError } from './recovery-error';

/** Request to one of Google's APIs. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'DELETE';

  /** Path below the project or, in Cloud Storage, the endpoint, for example `zones/Z/disks/NAME`. */
  readonly path: string;
}

/** Error of an answer, or of a request without one. */
interface FailedRequest {
  readonly message: string;
  readonly response?: {
    readonly status: number;
    readonly data?: { readonly error?: string | { readonly message?: string; readonly errors?: readonly { readonly reason?: string }[] } };
  };
}

const LOG_IN = "log in with 'gcloud auth application-default login', or set GOOGLE_OAUTH_ACCESS_TOKEN";

/** Reasons of HTTP 403 that more requests a minute have. */
const RATE_LIMITS: readonly (string | undefined)[] = ['rateLimitExceeded', 'userRateLimitExceeded'];

/** HTTP statuses of errors that were answers. */
const statuses = new WeakMap<RecoveryError, number>();

/** HTTP status of an error; `undefined` if it was no answer. */
export function readStatus(error: unknown): number | undefined {
  return error instanceof RecoveryError ? statuses.get(error) : undefined;
}

/** Number of retries after which a request fails with an error; 0 if the same request cannot succeed later. */
export function countRetries(error: unknown): number {
  const { response } = error as FailedRequest;
  // A connection that fails or hangs: each attempt may take as long as the time limit of a request.
  if (response === undefined) return 2;
  const isTransient = response.status === 429 || response.status >= 500;
  return isTransient || (response.status === 403 && RATE_LIMITS.includes(readReason(error))) ? 5 : 0;
}

/** Describes an error of a request, with the remedy. */
export function describeError(error: unknown, call: ApiCall, project: string): RecoveryError {
  const { response, message } = error as FailedRequest;
  const answer = response?.data?.error;
  const reason = typeof answer === 'object' ? (answer.message ?? message) : (answer ?? message);
  const remedy = describeRemedy(error, call, project);
  const described = new RecoveryError(`${call.method} ${call.path}: ${reason}${remedy === undefined ? '' : `; ${remedy}`}`);
  // The answer of a token server is not one of the API.
  if (response !== undefined && typeof answer !== 'string') statuses.set(described, response.status);
  return described;
}

function describeRemedy(error: unknown, call: ApiCall, project: string): string | undefined {
  const { response } = error as FailedRequest;
  if (response?.status === 401 || typeof response?.data?.error === 'string') return `the credentials are not accepted: ${LOG_IN}`;
  if (response?.status !== 403) return undefined;
  const reason = readReason(error);
  if (reason === 'quotaExceeded') return describeQuota(project);
  if (reason === 'accessNotConfigured') return `enable ${isOfStorage(call) ? 'storage' : 'compute'}.googleapis.com in project ${project}`;
  if (RATE_LIMITS.includes(reason)) return 'try again later';
  const place = isOfStorage(call) ? `for bucket ${decodeURIComponent(call.path.split('/')[1]!)}` : `in project ${project}`;
  return `the account needs ${permissionOf(call)} ${place}: grant it, or ${LOG_IN}`;
}

function isOfStorage({ path }: ApiCall): boolean {
  return path.startsWith('b/');
}

/** Remedy for an exceeded quota. */
export function describeQuota(project: string): string {
  return `raise the quota of project ${project}, or delete what is not needed`;
}

/** Error without usable credentials. */
export function describeMissingCredentials(error: unknown): RecoveryError {
  const [reason] = (error as Error).message.split('\n');
  return new RecoveryError(`no usable credentials for Google Cloud (${reason}): ${LOG_IN}`);
}

function readReason(error: unknown): string | undefined {
  const answer = (error as FailedRequest).response?.data?.error;
  return typeof answer === 'object' ? answer.errors?.[0]?.reason : undefined;
}

/** Permission that a request needs first. */
function permissionOf({ method, path }: ApiCall): string {
  const parts = path.split('?')[0]!.split('/');
  if (parts[0] === 'b') return `storage.objects.${parts[3] === undefined ? 'list' : 'get'}`;
  const [type, name, action] = parts[0] === 'zones' ? parts.slice(2) : parts.slice(1);
  if (type === 'operations') return `compute.${parts[0] === 'zones' ? 'zone' : 'global'}Operations.get`;
  if (action === 'serialPort') return `compute.${type}.getSerialPortOutput`;
  if (action !== undefined) return `compute.${type}.${action}`;
  if (method === 'GET') return `compute.${type}.${name === undefined ? 'list' : 'get'}`;
  return `compute.${type}.${method === 'POST' ? 'create' : 'delete'}`;
}
