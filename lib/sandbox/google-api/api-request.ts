/** JSON body of a request or answer. */
export type Body = { [name: string]: unknown };

/** Simulated Google APIs, by the first part of the path. */
export const API_NAMES = [
  'cloudscheduler',
  'compute',
  'container',
  'dns',
  'iam',
  'logging',
  'monitoring',
  'cloudresourcemanager',
  'secretmanager',
  'serviceusage',
  'workflows',
] as const;

export type ApiName = (typeof API_NAMES)[number];

/** Call of a REST method of a Google API. */
export interface ApiRequest {
  readonly api: ApiName;

  /** API version, for example `v1`. */
  readonly version: string;

  /** HTTP method. */
  readonly method: string;

  /** Path below the version, for example `projects/p/zones/z/disks/data`; decoded. */
  readonly path: string;

  /** Custom method after the colon, for example `setIamPolicy`; empty if there is none. */
  readonly verb: string;
  readonly query: URLSearchParams;
  readonly body: Body;
}

/** Body of a successful answer. */
export type ApiAnswer = Body;

/**
 * Parses a request; undefined for an API that is not simulated.
 *
 * The google plugin 6 strips the version from custom endpoints with `https://` only, so that it is repeated with `http://`
 * (`/iam/v1/v1/...`), and strips `/dns/` from the one of Cloud DNS. Monitoring has its own version after the one of the endpoint.
 */
export function parseRequest(method: string, url: string, body: Body): ApiRequest | undefined {
  const { pathname, searchParams: query } = new URL(url, 'http://localhost');
  const parts = /^\/(?<api>[a-z]+)(?<versions>(?:\/?v\d[a-z0-9]*|\/dns)+)\/(?<rest>.*)$/.exec(decodeURIComponent(pathname))?.groups;
  const api = API_NAMES.find((name) => name === (parts?.api === 'x' ? 'dns' : parts?.api));
  if (!parts || !api) return undefined;
  const version = parts.versions!.split('/').at(-1)!;
  const [, path = '', verb = ''] = /^(.*?)(?::([A-Za-z]+))?$/.exec(parts.rest!)!;
  return { api, version, method, path, verb, query, body };
}
