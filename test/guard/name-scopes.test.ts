import { guard } from '../../lib/guard';
import { created, deleted, type HandMadeChange, kept, plan } from './hand-made';

const GOOGLE = 'registry.terraform.io/hashicorp/google';
const KUBERNETES = 'registry.terraform.io/hashicorp/kubernetes';
const namespace = { metadata: [{ name: 'billing' }] };

/** Findings on a plan whose resources have these provider configurations; a resource without one is not in the configuration. */
function findNames(changes: readonly HandMadeChange[], keys: Readonly<Record<string, string>>, configurations: readonly string[]) {
  const resources = changes
    .filter(({ address }) => address in keys)
    .map(({ address, type, name }) => ({ address, mode: 'managed', type, name, provider_config_key: keys[address] }));
  const source = (key: string) => (key.startsWith('google') ? GOOGLE : KUBERNETES);
  const provider_config = Object.fromEntries(configurations.map((key) => [key, { name: key.split('.')[0], full_name: source(key) }]));
  const withProviders = changes.map((change) => ({ ...change, provider_name: source(change.type.split('_')[0]!) }));
  const json = plan(withProviders, { configuration: { provider_config, root_module: { resources } } });
  return guard(json)
    .verdicts.filter(({ rule }) => rule === 'name-taken')
    .map(({ severity, address }) => `${severity} ${address}`);
}

const TWO_CLUSTERS = ['kubernetes', 'kubernetes.us'];

test('two clusters may have the same names', () => {
  const [one, other] = ['kubernetes_namespace_v1.A', 'kubernetes_namespace_v1.B'];
  expect(
    findNames([kept(one, namespace), created(other, namespace)], { [one]: 'kubernetes', [other]: 'kubernetes.us' }, TWO_CLUSTERS),
  ).toEqual([]);
  expect(
    findNames([created(one, namespace), created(other, namespace)], { [one]: 'kubernetes', [other]: 'kubernetes.us' }, TWO_CLUSTERS),
  ).toEqual([]);
  expect(
    findNames([kept(one, namespace), created(other, namespace)], { [one]: 'kubernetes', [other]: 'kubernetes' }, TWO_CLUSTERS),
  ).toEqual([`refuse ${other}`]);
});

test('a resource that left the configuration may have been in either cluster', () => {
  const [old, renamed] = ['kubernetes_namespace_v1.Old', 'kubernetes_namespace_v1.New'];
  const changes = [deleted(old, namespace), created(renamed, namespace)];
  expect(findNames(changes, { [renamed]: 'kubernetes' }, TWO_CLUSTERS)).toEqual([`warn ${renamed}`]);
  expect(findNames(changes, { [renamed]: 'kubernetes' }, ['kubernetes'])).toEqual([`refuse ${renamed}`]);
});

test('names in Google Cloud are unique in their project and place', () => {
  const [one, other] = ['google_compute_disk.A', 'google_compute_disk.B'];
  const disk = { name: 'data', zone: 'europe-west1-b' };
  const keys = { [one]: 'google', [other]: 'google.second' };
  const both = ['google', 'google.second'];
  expect(findNames([kept(one, { ...disk, project: 'a' }), created(other, { ...disk, project: 'b' })], keys, both)).toEqual([]);
  expect(findNames([kept(one, { ...disk, project: 'a' }), created(other, { ...disk, project: 'a' })], keys, both)).toEqual([
    `refuse ${other}`,
  ]);
  expect(findNames([kept(one, { ...disk, project: 'a' }), created(other, disk)], keys, both)).toEqual([`warn ${other}`]);
  expect(findNames([kept(one, disk), created(other, { ...disk, zone: 'europe-west1-c' })], keys, both)).toEqual([]);
});
