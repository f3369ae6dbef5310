import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isBlock, listAt, textAt, valueAt } from '../../lib/terraform/values';
import { parseYaml } from '../../lib/terraform/yaml';

/** Kubernetes object of a case. */
export type Manifest = Readonly<Record<string, unknown>>;

/** Case that np-guard publishes: manifests, and the connections that its analyzer expects. */
export interface PublishedCase {
  readonly name: string;
  readonly manifests: readonly Manifest[];
  readonly expected: string;
}

/** Kinds that change the meaning of a case, and that the analysis does not have. */
const OTHER_NETWORKS = /^(ClusterUserDefinedNetwork|NetworkAttachmentDefinition|UserDefinedNetwork|VirtualMachine.*)$/;

const SUFFIX = '_connlist_output.txt';

/**
 * Reads the cases of a copy of https://github.com/np-guard/netpol-analyzer: those with expected connections of all workloads.
 *
 * @param skip receives the cases that are not read, with the reason
 */
export function readPublishedCases(folder: string, skip: (name: string, reason: string) => void): PublishedCase[] {
  const outputs = path.join(folder, 'test_outputs/connlist');
  return readdirSync(outputs)
    .filter((file) => file.endsWith(SUFFIX))
    .sort()
    .flatMap((file): PublishedCase[] => {
      const name = file.slice(0, -SUFFIX.length);
      const input = path.join(folder, 'tests', name);
      if (!existsSync(input)) return [];
      const manifests = readManifests(input);
      if (!manifests) return reject(skip, name, 'YAML that is not supported');
      if (manifests.some((manifest) => OTHER_NETWORKS.test(String(manifest.kind))))
        return reject(skip, name, 'other networks than that of pods');
      return [{ name, manifests, expected: readFileSync(path.join(outputs, file), 'utf8') }];
    });
}

function reject(skip: (name: string, reason: string) => void, name: string, reason: string): [] {
  skip(name, reason);
  return [];
}

/** Reads the objects of a folder, and those of lists; undefined when the text of one is not supported. */
function readManifests(folder: string): Manifest[] | undefined {
  const documents = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ya?ml|json)$/.test(file))
    .sort()
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split(/^---.*$/m))
    .filter((text) => /^\s*[^\s#]/m.test(text))
    .map((text) => parseYaml(text));
  const manifests: Manifest[] = [];
  for (const document of documents) {
    if (!isBlock(document)) return undefined;
    manifests.push(...listObjects(document));
  }
  return manifests;
}

/** Objects of a list, which have the kind of the list, or the object itself. */
function listObjects(document: Manifest): Manifest[] {
  const { apiVersion } = document;
  const [, kind] = /^(\w*)List$/.exec(String(document.kind)) ?? [];
  if (kind === undefined) return [document];
  return listAt(document, 'items').flatMap((item) => (isBlock(item) ? [{ ...(kind === '' ? {} : { apiVersion, kind }), ...item }] : []));
}

/** Workload as the expected connections name it: `namespace/name[Kind]`. Pods have the name of their owner. */
export function formatWorkload(manifest: Manifest): string {
  const namespace = String(textAt(manifest, 'metadata', 'namespace') ?? 'default');
  const owner = valueAt(manifest, 'metadata', 'ownerReferences');
  const name = textAt(owner, 'name') ?? textAt(manifest, 'metadata', 'name');
  return `${namespace}/${String(name)}[${String(textAt(owner, 'kind') ?? manifest.kind)}]`;
}
