import { valueAt } from '../../terraform/values';
import { type KubernetesVersion, readControlPlaneVersion } from '../kubernetes-version';
import { APIS_OF_TYPES, findRemovedApi } from '../removed-apis';
import type { Rule } from '../rule';
import type { Subject } from '../subject';
import type { SubjectChange } from '../typed-change';
import type { Finding } from '../verdict';

/** Resources of an API that the upgrade removes: no client can change them afterwards, Terraform included. */
export const apiRemoved: Rule = {
  id: 'api-removed',
  severities: ['refuse'],
  title: 'Resources use a Kubernetes API that the target version of their cluster no longer serves',
  why: 'the objects keep running, but no client can change them through that API, so every later plan fails',
  remediation: 'migrate to the newer API version before the upgrade',
  check: (subject) => {
    const target = newestTarget(subject);
    if (!target) return [];
    return subject.resources.flatMap((change): Finding[] =>
      apisOf(change).flatMap(({ apiVersion, kind }): Finding[] => {
        const api = findRemovedApi(apiVersion, kind);
        if (!api || api.removedIn > target.minor) return [];
        return [
          {
            severity: 'refuse',
            address: change.address,
            action: change.action,
            reason: `${kind} of ${apiVersion} was removed in Kubernetes 1.${api.removedIn}, and the cluster will run ${target}`,
            impact: 'management of the object: it keeps running, but every later plan that changes it fails',
            recovery: 'complete, once it uses the newer API',
            remediation: `use ${api.use} before the upgrade`,
          },
        ];
      }),
    );
  },
};

/** Newest control plane version after the plan. A plan does not tell the cluster of a Kubernetes resource, so the newest counts. */
function newestTarget(subject: Subject): KubernetesVersion | undefined {
  return subject
    .ofType('google_container_cluster')
    .flatMap(({ after }) => (after === null ? [] : (readControlPlaneVersion(after) ?? [])))
    .reduce<KubernetesVersion | undefined>((newest, version) => (newest && !newest.isOlderThan(version) ? newest : version), undefined);
}

function apisOf({ type, after, objectAfter }: SubjectChange): { apiVersion: string; kind: string }[] {
  if (after === null) return [];
  if (objectAfter) return [objectAfter];
  const api = APIS_OF_TYPES[type];
  if (api) return [{ apiVersion: api[0], kind: api[1] }];
  const text = type === 'helm_release' ? valueAt(after, 'manifest') : type === 'kubectl_manifest' ? valueAt(after, 'yaml_body') : undefined;
  return typeof text === 'string' ? apisIn(text) : [];
}

/** Pairs of `apiVersion` and `kind` in YAML documents, or in JSON. */
function apisIn(text: string): { apiVersion: string; kind: string }[] {
  const found = new Map<string, { apiVersion: string; kind: string }>();
  const add = (apiVersion: string, kind: string): unknown => found.set(`${apiVersion} ${kind}`, { apiVersion, kind });
  for (const document of text.split(/^---.*$/m)) {
    const apiVersion = /^apiVersion:\s*["']?([\w./-]+)/m.exec(document)?.[1];
    const kind = /^kind:\s*["']?(\w+)/m.exec(document)?.[1];
    if (apiVersion !== undefined && kind !== undefined) add(apiVersion, kind);
  }
  for (const [, apiVersion, kind] of text.matchAll(/"apiVersion"\s*:\s*"([\w./-]+)"\s*,\s*"kind"\s*:\s*"(\w+)"/g)) add(apiVersion!, kind!);
  return [...found.values()];
}
