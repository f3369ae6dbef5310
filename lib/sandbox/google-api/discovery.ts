import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from '../sandbox-error';
import type { ApiName, ApiRequest } from './api-request';
import { isBody } from './conversion';

/** Something in a request that Google's documents do not have. */
export interface Doubt {
  /** Path of the field, and what is the matter with it. */
  readonly text: string;

  /** True when the API refuses the request for it. Compute Engine passes over fields that it does not know. */
  readonly isRefused: boolean;
}

/** Holds requests against Google's own description of its APIs. */
export interface RequestJudge {
  doubts(request: ApiRequest): Doubt[];
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly readOnly?: boolean;
}

interface Method {
  readonly httpMethod: string;
  readonly path: string;
  readonly flatPath?: string;
  readonly request?: Schema;
  readonly parameters?: Readonly<Record<string, { readonly required?: boolean; readonly location?: string }>>;
}

interface Document {
  readonly servicePath: string;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}

interface Resource {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}

/**
 * What the google plugin (6.50, 7.45) sends although Google's documents do not have it: fields of the beta API, fields that say again
 * what the URL says, and arguments of its own.
 */
const OF_THE_PLUGIN: readonly RegExp[] = [
  /^compute .*\bnats\[\]\.initialNatIps$/,
  /^compute .*\.(region|zone)$/,
  /^compute .*\.routingConfig\.deleteBgpAlwaysCompareMed$/,
];

/**
 * Google's discovery documents, as the package `google-api-python-client` of PyPI has them: `googleapiclient/discovery_cache/documents`.
 */
export class DiscoveryDocuments implements RequestJudge {
  private readonly documents = new Map<string, Document | undefined>();

  /**
   * @param folder with files such as `compute.v1.json`
   * @throws SandboxError when it has no such file
   */
  constructor(private readonly folder: string) {
    if (existsSync(join(folder, 'compute.v1.json'))) return;
    throw new SandboxError(`'${folder}' must hold Google's discovery documents, but has no compute.v1.json`);
  }

  public doubts(request: ApiRequest): Doubt[] {
    const { api, version, method, path, verb, query, body } = request;
    const document = this.document(api, version);
    if (!document) return [{ text: `there is no document of ${api} ${version}`, isRefused: false }];
    const asked = `${path}${verb === '' ? '' : `:${verb}`}`;
    const known = methodsOf(document).find((each) => each.httpMethod === method && pattern(each).test(asked));
    if (!known) return [{ text: `${api} ${version} has no ${method} ${asked}`, isRefused: false }];

    const isRefused = api !== 'compute';
    const found: Doubt[] = [];
    for (const [name, { required, location }] of Object.entries(known.parameters ?? {})) {
      if (required && location === 'query' && !query.has(name))
        found.push({ text: `Missing required parameter "${name}"`, isRefused: true });
    }
    const visit = (value: unknown, schema: Schema, at: string): void => {
      const doubt = (text: string) => {
        if (!OF_THE_PLUGIN.some((each) => each.test(`${api} ${at}`))) found.push({ text: `${text} at '${at}'`, isRefused });
      };
      const resolved = schema.$ref ? (document.schemas[schema.$ref] ?? {}) : schema;
      if (resolved.enum && typeof value === 'string' && !resolved.enum.includes(value) && value !== '') {
        doubt(`Invalid value "${value}" (one of ${resolved.enum.join(', ')})`);
      }
      if (Array.isArray(value)) {
        if (resolved.items) for (const item of value) visit(item, resolved.items, `${at}[]`);
        else if (resolved.type !== 'any') doubt('Unknown list');
      } else if (isBody(value)) {
        for (const [name, inner] of Object.entries(value)) {
          const property = resolved.properties?.[name] ?? resolved.additionalProperties;
          if (property) visit(inner, property, `${at}.${name}`);
          else if (resolved.type !== 'any' && !isOfThePlugin(api, `${at}.${name}`))
            found.push({ text: `Unknown name "${name}" at '${at}'`, isRefused });
        }
      }
    };
    if (known.request) visit(body, known.request, known.request.$ref ?? '');
    return found;
  }

  private document(api: ApiName, version: string): Document | undefined {
    const name = `${api}.${version}.json`;
    if (!this.documents.has(name)) {
      const file = join(this.folder, name);
      this.documents.set(name, existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);
    }
    return this.documents.get(name);
  }
}

function isOfThePlugin(api: ApiName, at: string): boolean {
  return OF_THE_PLUGIN.some((each) => each.test(`${api} ${at}`));
}

function methodsOf({ methods = {}, resources = {} }: Resource): Method[] {
  return [...Object.values(methods), ...Object.values(resources).flatMap(methodsOf)];
}

/** A method's path below the version, for example `v1/projects/{projectsId}/serviceAccounts/{serviceAccountsId}:setIamPolicy`. */
function pattern({ flatPath, path }: Method): RegExp {
  const text = (flatPath ?? path).replace(/^(dns\/)?v\d[a-z0-9]*\//, '');
  const source = text.replace(/[.*^$()|[\]\\]/g, '\\$&').replace(/\{\+?[^}]+\}/g, '[^/:]+');
  return new RegExp(`^${source}$`);
}
