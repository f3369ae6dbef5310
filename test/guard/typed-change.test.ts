import { guard } from '../../lib/guard';
import { Subject } from '../../lib/guard/subject';
import { Plan } from '../../lib/terraform/plan';
import { known, numberAt, textAt, valueAt } from '../../lib/terraform/values';
import { created, deleted, type HandMadeChange, plan, replaced, updated } from './hand-made';

const resources = (...changes: HandMadeChange[]) => new Subject(Plan.read(plan(changes))).resources;

const set = (replicas: number, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'shop', labels: { appName: 'db' } },
  spec: {
    replicas,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' },
    selector: { matchLabels: { appName: 'db' } },
    template: { spec: { containers: [{ image: 'a', ports: [{ containerPort: 9042 }], resources: { limits: { cpu: '1' } } }] } },
    volumeClaimTemplates: [{ metadata: { name: 'data' } }],
    ...more,
  },
});

const YAML = `
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: {cloud.google.com/neg: '{"ingress": true}'}
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [10.0.0.0/8]
  selector:
    appName: web
  ports:
  - port: 80
    targetPort: 8080
`;

test('a manifest has the type and the arguments of the typed resource of its kind', () => {
  const [change] = resources(updated('kubernetes_manifest.Db', { manifest: set(3) }, { manifest: set(0) }));
  expect(change).toMatchObject({ address: 'kubernetes_manifest.Db', type: 'kubernetes_stateful_set_v1', action: 'update' });
  expect([change!.before, change!.after].map((value) => known(numberAt(value, 'spec', 'replicas')))).toEqual([3, 0]);
  expect(valueAt(change!.before, 'spec')).toEqual({
    replicas: 3,
    persistent_volume_claim_retention_policy: { when_deleted: 'Retain' },
    selector: { match_labels: { appName: 'db' } },
    template: { spec: { container: [{ image: 'a', port: [{ container_port: 9042 }], resources: { limits: { cpu: '1' } } }] } },
    volume_claim_template: [{ metadata: { name: 'data' } }],
  });
  expect(valueAt(change!.before, 'metadata', 'labels')).toEqual({ appName: 'db' });
});

test.each([
  ['kubectl_manifest.Web', { yaml_body: YAML }],
  ['kubectl_manifest.Web', { yaml_body_parsed: YAML }],
  ['k8s_manifest.Web', { content: YAML }],
  [
    'kustomization_resource.Web',
    { manifest: JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { type: 'LoadBalancer' } }) },
  ],
])('the text of %s is read', (address, values) => {
  const [change] = resources(created(address, values));
  expect(change!.type).toBe('kubernetes_service_v1');
  expect([textAt(change!.after, 'metadata', 'name'), textAt(change!.after, 'spec', 'type')]).toEqual(['web', 'LoadBalancer']);
});

test('the arguments of a service, a storage class and a volume are those of the provider', () => {
  const object = (kind: string, apiVersion: string, body: object) =>
    resources(created('kubernetes_manifest.A', { manifest: { apiVersion, kind, metadata: { name: 'a' }, ...body } }))[0]!.after;
  expect(valueAt(resources(created('kubectl_manifest.Web', { yaml_body: YAML }))[0]!.after, 'spec')).toEqual({
    type: 'LoadBalancer',
    load_balancer_source_ranges: ['10.0.0.0/8'],
    selector: { appName: 'web' },
    port: [{ port: 80, target_port: 8080 }],
  });
  expect(object('StorageClass', 'storage.k8s.io/v1', { provisioner: 'pd.csi.storage.gke.io', reclaimPolicy: 'Delete' })).toMatchObject({
    storage_provisioner: 'pd.csi.storage.gke.io',
    reclaim_policy: 'Delete',
  });
  expect(object('PersistentVolume', 'v1', { spec: { csi: { volumeHandle: 'disk' } } })).toMatchObject({
    spec: { persistent_volume_source: { csi: { volume_handle: 'disk' } } },
  });
  expect(
    object('NetworkPolicy', 'networking.k8s.io/v1', {
      spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 80 }] }] },
    }),
  ).toMatchObject({ spec: { pod_selector: {}, ingress: [{ from: [{ ip_block: { cidr: '0.0.0.0/0' } }], ports: [{ port: 80 }] }] } });
  expect(
    object('ClusterRole', 'rbac.authorization.k8s.io/v1', { rules: [{ apiGroups: ['*'], resources: ['*'], nonResourceURLs: ['*'] }] }),
  ).toMatchObject({ rule: [{ api_groups: ['*'], resources: ['*'], non_resource_urls: ['*'] }] });
});

test('values that are unknown until apply have the path of the typed resource', () => {
  const [change] = resources(
    updated(
      'kubernetes_manifest.Db',
      { manifest: set(3) },
      { manifest: set(3, { replicas: null }) },
      { change: { after_unknown: { manifest: { spec: { persistentVolumeClaimRetentionPolicy: true } }, object: true } } },
    ),
  );
  expect(change!.afterUnknown).toEqual({ spec: { persistent_volume_claim_retention_policy: true } });
  const [unknown] = resources(
    updated('kubectl_manifest.Web', { yaml_body: YAML }, { yaml_body: null }, { change: { after_unknown: { yaml_body: true } } }),
  );
  expect(unknown).toMatchObject({ type: 'kubernetes_service_v1', after: {}, afterUnknown: true });
});

describe('an update that names another object', () => {
  const claim = (name: string, kind = 'PersistentVolumeClaim', namespace = 'shop') => ({
    manifest: { apiVersion: 'v1', kind, metadata: { name, namespace } },
  });
  const findVerdicts = (before: object, after: object) =>
    guard(plan([updated('kubernetes_manifest.A', before as never, after as never)])).verdicts.map(
      ({ rule, severity, action }) => `${severity} ${rule} ${action}`,
    );

  test.each([
    ['another name', claim('a'), claim('b')],
    ['another namespace', claim('a'), claim('a', 'PersistentVolumeClaim', 'other')],
    ['another kind', claim('a'), claim('a', 'ConfigMap')],
    [
      'no known kind',
      claim('a'),
      { manifest: { apiVersion: 'example.com/v1', kind: 'Claim', metadata: { name: 'a', namespace: 'shop' } } },
    ],
  ])('destroys the existing one: %s', (_what, before, after) => {
    expect(findVerdicts(before, after)).toEqual(['refuse stateful-destroyed replace']);
  });

  test('does not for the same object under another version of its API, or with its default namespace', () => {
    const set = (apiVersion: string, metadata: object) => ({ manifest: { apiVersion, kind: 'StatefulSet', metadata } });
    expect(findVerdicts(set('apps/v1beta2', { name: 'a' }), set('apps/v1', { name: 'a', namespace: 'default' }))).toEqual([]);
  });

  test('is one finding when the plan shows the replacement', () => {
    const { verdicts } = guard(plan([replaced('kubernetes_manifest.A', claim('a'), claim('a', 'ConfigMap'))]));
    expect(verdicts.map(({ rule }) => rule)).toEqual(['stateful-destroyed']);
  });
});

test('a name is unique among typed resources and manifests', () => {
  const { verdicts } = guard(
    plan([
      created('kubernetes_namespace_v1.Shop', { metadata: [{ name: 'shop' }] }),
      created('kubernetes_manifest.Shop', { manifest: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } }),
    ]),
  );
  expect(verdicts.map(({ rule }) => rule)).toContain('name-taken');
});

test('what was written about a deleted manifest is found by its address', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'a' } };
  const [verdict] = guard(plan([deleted('kubernetes_manifest.A', { manifest: claim })])).verdicts;
  expect(verdict!.remediation).toMatch(/^restore the block/);
  const configuration = { root_module: { resources: [{ address: 'kubernetes_manifest.A' }] } };
  const [kept] = guard(plan([replaced('kubernetes_manifest.A', { manifest: claim }, {})], { configuration })).verdicts;
  expect(kept!.remediation).toMatch(/^undo the change/);
});

test('a manifest that is only applied is forgotten when it is deleted', () => {
  const values = { apply_only: true, yaml_body: 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: a\n' };
  const { isRefused, verdicts } = guard(plan([deleted('kubectl_manifest.A', values)]));
  expect([isRefused, verdicts.map(({ rule }) => rule)]).toEqual([false, ['forgotten']]);
  expect(guard(plan([deleted('kubectl_manifest.A', { ...values, apply_only: false })])).isRefused).toBe(true);
});
