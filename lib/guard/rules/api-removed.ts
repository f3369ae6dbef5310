import type { ResourceChange } from '../../terraform/plan';
import { known, textAt, valueAt } from '../../terraform/values';
import { controlPlaneVersion, type KubernetesVersion } from '../kubernetes-version';
import { APIS_OF_TYPES, removedApi } from '../removed-apis';
import type { Rule } from '../rule';
import type { Subject } from '../subject';
import type { Finding } from '../verdict';

/** After the upgrade nobody can change these any more, Terraform included. */
export const apiRemoved: Rule = {
  id: 'api-removed',
  title: 'Resources use an API that the version of their cluster does not have',
  check: (subject) => {
    const target = newestTarget(subject);
    if (!target) return [];
    return subject.resources.flatMap((change): Finding[] =>
      apisOf(change).flatMap(({ apiVersion, kind }): Finding[] => {
        const api = removedApi(apiVersion, kind);
        if (!api || api.removedIn > target.minor) return [];
        return [
          {
            severity: 'refuse',
            address: change.address,
            action: change.action,
            reason: `${kind} of ${apiVersion} is gone since Kubernetes 1.${api.removedIn}, and the cluster will be ${target}`,
            impact: 'control over it: what runs goes on until it has to change, and then every plan fails here',
            recovery: 'all of it, once it is written for the newer API',
            remediation: `use ${api.use} before the upgrade`,
          },
        ];
      }),
    );
  },
};

/** Which cluster a Kubernetes resource is in is not in a plan, so the newest one counts. */
function newestTarget(subject: Subject): KubernetesVersion | undefined {
  return subject
    .ofType('google_container_cluster')
    .flatMap(({ after }) => (after === null ? [] : (controlPlaneVersion(after) ?? [])))
    .reduce<KubernetesVersion | undefined>((newest, version) => (newest && !newest.isOlderThan(version) ? newest : version), undefined);
}

function apisOf({ type, after }: ResourceChange): { apiVersion: string; kind: string }[] {
  if (after === null) return [];
  const api = APIS_OF_TYPES[type];
  if (api) return [{ apiVersion: api[0], kind: api[1] }];
  if (type === 'kubernetes_manifest') {
    const apiVersion = known(textAt(after, 'manifest', 'apiVersion'));
    const kind = known(textAt(after, 'manifest', 'kind'));
    return apiVersion !== undefined && kind !== undefined ? [{ apiVersion, kind }] : [];
  }
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
