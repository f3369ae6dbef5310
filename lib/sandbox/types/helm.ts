import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import type { Cloud, Rule, TypeDescription } from '../type-description';
import type { Value } from '../values';
import { namespaceExists } from './kubernetes';

/** True for a chart in a local directory, in contrast to one in a repository. */
function isLocal(release: CloudResource): boolean {
  const chart = release.text('chart');
  return chart !== '' && release.text('repository') === '' && !chart.startsWith('oci://') && !/^https?:/.test(chart);
}

/** Reads a field of a chart's Chart.yaml, such as its version. */
function readChartField(release: CloudResource, cloud: Cloud, name: string): string {
  const file = isLocal(release) ? cloud.localFile(join(release.text('chart'), 'Chart.yaml')) : undefined;
  if (!file) return '';
  return new RegExp(`^${name}:\\s*["']?([^"'\\s#]+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? '';
}

/** Rejects a missing local chart while planning. Charts in repositories are not fetched, and assumed to exist. */
const chartIsThere: Rule = ({ resource, cloud }) => {
  if (!isLocal(resource)) return;
  const chart = resource.text('chart');
  if (cloud.localFile(chart.endsWith('.tgz') ? chart : join(chart, 'Chart.yaml'))) return;
  const why = cloud.localFile(chart) ? 'Chart.yaml file is missing' : `path "${chart}" not found`;
  throw new CloudError('could not locate chart', why);
};

/** Arguments that control the installation, with their defaults. They are not part of the release. */
const OF_THE_PROVIDER: Readonly<Record<string, Value>> = {
  atomic: false,
  cleanup_on_fail: false,
  create_namespace: false,
  dependency_update: false,
  disable_crd_hooks: false,
  disable_openapi_validation: false,
  disable_webhooks: false,
  force_update: false,
  lint: false,
  max_history: 0,
  pass_credentials: false,
  recreate_pods: false,
  render_subchart_notes: true,
  replace: false,
  reset_values: false,
  reuse_values: false,
  skip_crds: false,
  take_ownership: false,
  timeout: 300,
  upgrade_install: false,
  verify: false,
  wait: true,
  wait_for_jobs: false,
};

const release: TypeDescription = {
  type: 'helm_release',
  label: 'release',
  identity: (resource) =>
    `${resource.provider.host ?? 'https://localhost'}/namespaces/${resource.text('namespace') || 'default'}/releases/${resource.text('name')}`,
  id: (resource) => resource.text('name'),
  importId: (resource) => `${resource.text('namespace')}/${resource.text('name')}`,
  computed: ['namespace', 'version'],
  values: {
    namespace: 'default',
    version: '1.0.0',
    status: 'deployed',
  },
  plannedValues: {
    // A local chart has the version in Chart.yaml, one in a repository the configured or an unknown one.
    version: (resource, cloud) => readChartField(resource, cloud, 'version') || resource.get('version'),
    // Set by an experiment of the provider only.
    manifest: () => null,
    resources: () => null,
    status: () => 'deployed',
  },
  defaults: { ...OF_THE_PROVIDER, description: null, 'set.type': '' },
  notReadBack: {
    ...OF_THE_PROVIDER,
    chart: null,
    description: 'Install complete',
    devel: null,
    keyring: null,
    postrender: null,
    repository: null,
    repository_ca_file: null,
    repository_cert_file: null,
    repository_key_file: null,
    repository_password: null,
    repository_username: null,
    set: null,
    set_list: null,
    set_sensitive: null,
    values: null,
  },
  forceNew: ['name', 'namespace'],
  sensitive: ['repository_password', 'set_sensitive.value'],
  rules: {
    plan: [chartIsThere],
    create: [
      (change) => {
        if (!change.resource.flag('create_namespace'))
          namespaceExists(() => 'installation failed: create: failed to create: ', 'namespace')(change);
      },
    ],
  },
};

export const helm: readonly TypeDescription[] = [release];
