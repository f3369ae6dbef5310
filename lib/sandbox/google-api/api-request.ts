/** A JSON object as a Google API takes and answers it. */
export type Body = { [name: string]: unknown };

/** Google APIs that the server has, by the first part of the path. */
export const API_NAMES = [
  'compute',
  'container',
  'dns',
  'iam',
  'logging',
  'monitoring',
  'cloudresourcemanager',
  'secretmanager',
  'serviceusage',
] as const;

export type ApiName = (typeof API_NAMES)[number];

/** One call of a REST method of a Google API. */
export interface ApiRequest {
  readonly api: ApiName;

  /** For example `v1`. */
  readonly version: string;

  readonly method: string;

  /** Path below the version, for example `projects/p/zones/z/disks/data`; decoded. */
  readonly path: string;

  /** Custom method behind the colon, for example `setIamPolicy`; empty without one. */
  readonly verb: string;
  readonly query: URLSearchParams;
  readonly body: Body;
}

/** Answer with status 200: a JSON object. */
export type ApiAnswer = Body;

/**
 * The call that a URL means. undefined when it is of no API that there is.
 *
 * The google plugin 6 takes the version off a custom endpoint when it begins with `https://` only, so that with `http://` it comes twice
 * (`/iam/v1/v1/...`); it takes `/dns/` off that of Cloud DNS. Monitoring has versions of its own behind the one of the endpoint.
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
