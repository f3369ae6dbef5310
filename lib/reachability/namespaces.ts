import type { TerraformDocument } from '../terraform/document';
import { valueAt } from '../terraform/values';
import type { Cluster, Clusters } from './cluster';
import type { NamespaceIdentity } from './endpoint';
import { applyPatches } from './label-patches';
import { NAMESPACE_NAME_LABEL, readLabels } from './labels';
import { formatNamespaceKey } from './namespace-key';
import type { References } from './references';

/** Namespaces of a stack, and those that its resources name. */
export class Namespaces {
  private readonly byKey = new Map<string, NamespaceIdentity>();

  constructor(document: TerraformDocument, references: References, clusters: Clusters) {
    for (const resource of document.ofType('kubernetes_namespace_v1', 'kubernetes_namespace')) {
      const name = references.text(valueAt(resource.values, 'metadata', 'name') ?? resource.name);
      const own = applyPatches(readLabels(resource, references, 'metadata', 'labels'), name, undefined, document, references);
      const labels = { ...own, known: new Map([...own.known, [NAMESPACE_NAME_LABEL, name]]) };
      this.byKey.set(formatNamespaceKey(clusters.of(resource).key, name), { name, declared: true, labels });
    }
  }

  /** Namespace by its name. Labels of a namespace that is not in the stack are not known. */
  public find(cluster: Cluster, name: string): NamespaceIdentity {
    const key = formatNamespaceKey(cluster.key, name);
    const known = this.byKey.get(key);
    if (known) return known;
    const namespace: NamespaceIdentity = {
      name,
      declared: false,
      labels: { known: new Map([[NAMESPACE_NAME_LABEL, name]]), others: 'unknown' },
    };
    this.byKey.set(key, namespace);
    return namespace;
  }

  /** Names of the namespaces of the stack, in all clusters. */
  public get declared(): ReadonlySet<string> {
    return new Set([...this.byKey.values()].flatMap(({ name, declared }) => (declared && name !== undefined ? [name] : [])));
  }
}
