import { findKind } from '../resource-types';
import { type Block, isBlock, known, listAt, textAt, valueAt } from '../terraform/values';
import { parseDocuments } from '../terraform/yaml';
import { findDataArguments, isNamedAsData } from './data-arguments';
import { apiGroup, readHeader } from './manifest';
import { toWords } from './words';

/** Object that a release creates. */
export interface ReleaseObject {
  /** Key that other versions of the object have too: group, kind, namespace and name. */
  readonly key: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly body: Block;

  /** Helm keeps it when it leaves the chart, and when the release is deleted. */
  readonly isKept: boolean;
}

/**
 * Lists the objects in the `manifest` of a `helm_release`: documents of YAML, or a JSON object with an entry for each.
 *
 * @returns undefined when the plan does not show them
 */
export function listReleaseObjects(release: unknown): readonly ReleaseObject[] | undefined {
  const text = known(textAt(release, 'manifest'));
  if (text === undefined) return undefined;
  return splitText(text).flatMap(toObjects);
}

/** Tests that data goes with an object: definitions, namespaces, claims, databases of operators. */
export function hasData({ apiVersion, kind, body }: ReleaseObject): boolean {
  const type = findKind(apiVersion, kind);
  if (type === undefined) {
    return kind === 'CustomResourceDefinition' || findDataArguments(body).length > 0 || isNamedAsData(`_${toWords(kind)}`);
  }
  const deletion = typeof type.deletion === 'function' ? type.deletion(body) : type.deletion;
  return deletion.kind === 'data' || deletion.kind === 'rule';
}

/** Documents, each as an object, or as a text when it is in a form of YAML that is not read. */
function splitText(text: string): readonly unknown[] {
  if (/^\s*[[{]/.test(text)) {
    const [json] = parseDocuments(text);
    return isBlock(json) && !('kind' in json) ? Object.values(json) : [json];
  }
  return text.split(/^---.*$/m).map((document) => parseDocuments(document)[0] ?? document);
}

function toObjects(document: unknown): readonly ReleaseObject[] {
  if (isBlock(document) && Array.isArray(document.items)) return listAt(document, 'items').flatMap(toObjects);
  const body = typeof document === 'string' ? readHeader(document) : document;
  const kind = known(textAt(body, 'kind'));
  if (!isBlock(body) || kind === undefined) return [];
  const apiVersion = known(textAt(body, 'apiVersion')) ?? '';
  const name = known(textAt(body, 'metadata', 'name')) ?? '';
  const namespace = known(textAt(body, 'metadata', 'namespace')) ?? '';
  const isKept = valueAt(valueAt(body, 'metadata', 'annotations'), 'helm.sh/resource-policy') === 'keep';
  return [{ key: [apiGroup(apiVersion), kind, namespace, name].join('/'), apiVersion, kind, name, body, isKept }];
}
