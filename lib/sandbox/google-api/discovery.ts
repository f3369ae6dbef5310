import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from '../sandbox-error';
import type { ApiName, ApiRequest } from './api-request';
import { isBody } from './conversion';

/** Mismatch of a request with Google's discovery documents. */
export interface Problem {
  /** Message with the path of the field. */
  readonly text: string;

  /** The API rejects the request. Compute Engine ignores unknown fields. */
  readonly isRefused: boolean;
}

/** Validates requests against Google's description of its APIs. */
export interface RequestValidator {
  validate(request: ApiRequest): Problem[];
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
 * Fields that the google plugin (6.50, 7.45) sends and the discovery documents lack: fields of the beta API, fields that repeat the URL,
 * and arguments of the plugin's own.
 */
const PLUGIN_FIELDS: readonly RegExp[] = [
  /^compute .*\bnats\[\]\.initialNatIps$/,
  /^compute .*\.(region|zone)$/,
  /^compute .*\.routingConfig\.deleteBgpAlwaysCompareMed$/,
];

/** Google's discovery documents, from the PyPI package `google-api-python-client`: `googleapiclient/discovery_cache/documents`. */
export class DiscoveryDocuments implements RequestValidator {
  private readonly documents = new Map<string, Document | undefined>();

  /**
   * @param folder folder with files such as `compute.v1.json`
   * @throws SandboxError when the folder has no `compute.v1.json`
   */
  constructor(private readonly folder: string) {
    if (existsSync(join(folder, 'compute.v1.json'))) return;
    throw new SandboxError(`'${folder}' must hold Google's discovery documents, but has no compute.v1.json`);
  }

  public validate(request: ApiRequest): Problem[] {
    const { api, version, method, path, verb, query, body } = request;
    const document = this.document(api, version);
    if (!document) return [{ text: `there is no document of ${api} ${version}`, isRefused: false }];
    const asked = `${path}${verb === '' ? '' : `:${verb}`}`;
    const known = collectMethods(document).find((each) => each.httpMethod === method && buildPattern(each).test(asked));
    if (!known) return [{ text: `${api} ${version} has no ${method} ${asked}`, isRefused: false }];

    const isRefused = api !== 'compute';
    const found: Problem[] = [];
    for (const [name, { required, location }] of Object.entries(known.parameters ?? {})) {
      if (required && location === 'query' && !query.has(name))
        found.push({ text: `Missing required parameter "${name}"`, isRefused: true });
    }
    const visit = (value: unknown, schema: Schema, at: string): void => {
      const report = (text: string) => {
        if (!PLUGIN_FIELDS.some((each) => each.test(`${api} ${at}`))) found.push({ text: `${text} at '${at}'`, isRefused });
      };
      const resolved = schema.$ref ? (document.schemas[schema.$ref] ?? {}) : schema;
      if (resolved.enum && typeof value === 'string' && !resolved.enum.includes(value) && value !== '') {
        report(`Invalid value "${value}" (one of ${resolved.enum.join(', ')})`);
      }
      if (Array.isArray(value)) {
        if (resolved.items) for (const item of value) visit(item, resolved.items, `${at}[]`);
        else if (resolved.type !== 'any') report('Unknown list');
      } else if (isBody(value)) {
        for (const [name, inner] of Object.entries(value)) {
          const property = resolved.properties?.[name] ?? resolved.additionalProperties;
          if (property) visit(inner, property, `${at}.${name}`);
          else if (resolved.type !== 'any' && !isPluginField(api, `${at}.${name}`))
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

function isPluginField(api: ApiName, at: string): boolean {
  return PLUGIN_FIELDS.some((each) => each.test(`${api} ${at}`));
}

function collectMethods({ methods = {}, resources = {} }: Resource): Method[] {
  return [...Object.values(methods), ...Object.values(resources).flatMap(collectMethods)];
}

/** Expression for a method's path below the version, for example `v1/projects/{projectsId}/serviceAccounts/{serviceAccountsId}:setIamPolicy`. */
function buildPattern({ flatPath, path }: Method): RegExp {
  const text = (flatPath ?? path).replace(/^(dns\/)?v\d[a-z0-9]*\//, '');
  const source = text.replace(/[.*^$()|[\]\\]/g, '\\$&').replace(/\{\+?[^}]+\}/g, '[^/:]+');
  return new RegExp(`^${source}$`);
}
