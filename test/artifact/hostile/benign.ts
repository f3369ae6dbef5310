import { ref, type Tree } from './tree';

/** Change of a valid artifact that must pass: its name, and the change. The names of resources are those of any environment. */
export const BENIGN: readonly (readonly [name: string, change: (head: Tree, base: Tree) => void])[] = [
  ['nothing', () => {}],
  [
    'an ordinary change of the cluster',
    (head) => {
      const cluster = head.body('google_container_cluster');
      cluster.release_channel.channel = 'STABLE';
      cluster.maintenance_policy.recurring_window.recurrence = 'FREQ=WEEKLY;BYDAY=TU';
      cluster.resource_labels = { team: 'platform', 'cost-center': '12' };
      cluster.monitoring_config = { enable_components: ['SYSTEM_COMPONENTS'], managed_prometheus: { enabled: false } };
      cluster.control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic = true;
      cluster.depends_on = [...(cluster.depends_on ?? []), head.address('google_compute_disk')];
    },
  ],
  [
    'another size of the nodes',
    (head) => {
      const pool = head.body('google_container_node_pool');
      pool.node_config.machine_type = 'e2-standard-8';
      pool.autoscaling.total_max_node_count = 12;
    },
  ],
  [
    'a new namespace and a workload',
    (head) => {
      head.add('kubernetes_namespace_v1', 'Payments', {
        metadata: { labels: { team: 'payments' }, name: 'payments' },
        provider: 'kubernetes',
      });
      head.add('kubernetes_deployment_v1', 'Payments', {
        metadata: {
          annotations: { note: 'a file (of ours)' },
          name: 'payments',
          namespace: ref('kubernetes_namespace_v1.Payments.metadata[0].name'),
        },
        provider: 'kubernetes',
        spec: {
          selector: { match_labels: { app: 'payments' } },
          template: {
            metadata: { labels: { app: 'payments' } },
            spec: {
              container: [
                {
                  env: [{ name: 'COST', value: 'it is $5 {net}, 100%' }],
                  image: 'europe-docker.pkg.dev/parking/apps/payments:1',
                  name: 'payments',
                },
              ],
            },
          },
        },
      });
    },
  ],
  [
    'a startup script with escaped expressions',
    (head) => {
      head.body('google_container_node_pool').node_config.metadata = {
        'disable-legacy-endpoints': 'true',
        'startup-script':
          '#!/bin/bash\nfile="$${1:-/etc/hosts}"\ncat "$${file}" | awk \'{print $1}\' # file("x")\ndate +%%{s}; echo $(file "$file")\n',
      };
    },
  ],
  [
    'a text that speaks of functions',
    (head) => {
      head.body('google_compute_firewall').description = 'a file (of ours), templatefile("x"), $${file("/etc/passwd")} and %%{ if true }';
    },
  ],
  [
    'a for expression with its own names',
    (head) => {
      head.add('terraform_data', 'Zones', {
        input: ref(`[for zone, name in {b = "europe-west1-b"} : "${ref('zone')}: ${ref('upper(name)')}" if name != ""]`),
      });
      head.add('terraform_data', 'Each', { for_each: ref('toset(["a", "b"])'), input: `${ref('each.key')} ${ref('each.value')}` });
      head.add('terraform_data', 'Counted', { count: 2, input: ref('count.index') });
    },
  ],
  [
    'functions that Fn writes',
    (head) => {
      const network = ref(`join("-", ["a", ${head.address('google_compute_network')}.name])`);
      head.add('terraform_data', 'Functions', {
        input: [
          network,
          ref(`jsonencode({"network" = ${head.address('google_compute_network')}.id, "list" = ["a"]})`),
          ref('length(["a", "b"])'),
        ],
      });
      head.json.output.Names = { value: network };
    },
  ],
  [
    'a local value',
    (head) => {
      head.json.locals = { team: 'platform', teams: ['a', ['b']] };
      head.add('terraform_data', 'Team', { input: ref('local.team') });
    },
  ],
  [
    'another version of a chart, in a known repository',
    (head, base) => {
      const release = { chart: 'redis', name: 'redis', namespace: 'billing', provider: 'helm', repository: 'https://charts.example.com' };
      base.add('helm_release', 'Redis', { ...release, version: '1.2.3' });
      head.add('helm_release', 'Redis', { ...release, version: '1.3.0' });
    },
  ],
  [
    'a removed resource',
    (head) => {
      const { kubernetes_limit_range_v1: _, google_compute_firewall, ...others } = head.json.resource;
      head.json.resource = others;
    },
  ],
  [
    'a moved disk',
    (head) => {
      const name = head.nameOf('google_compute_disk');
      const body = head.body('google_compute_disk');
      head.json.resource.google_compute_disk = { ...head.json.resource.google_compute_disk, Moved: body };
      delete head.json.resource.google_compute_disk[name];
      head.json.moved = [{ from: `google_compute_disk.${name}`, to: 'google_compute_disk.Moved' }];
    },
  ],
  [
    'the import of a disk',
    (head) => {
      head.json.import = [{ id: 'projects/parking-staging/zones/europe-west1-b/disks/data', to: head.address('google_compute_disk') }];
    },
  ],
  [
    'blocks in lists',
    (head) => {
      head.json.resource = [head.json.resource];
      head.json.output = [head.json.output];
    },
  ],
  [
    'a note on a resource',
    (head) => {
      head.body('google_compute_firewall')['//'] = { metadata: { path: 'a/b' }, note: [{ a: [1, [2]] }] };
    },
  ],
  [
    'another value of a repeated release',
    (head, base) => {
      for (const tree of [head, base])
        tree.add('helm_release', 'Repeated', {
          chart: ref('each.value'),
          for_each: { a: 'assets/search/1' },
          name: ref('each.key'),
          provider: 'helm',
          values: [tree === head ? 'a: 2' : 'a: 1'],
        });
    },
  ],
  [
    'blocks that an iterator repeats',
    (head) =>
      head.add('google_compute_firewall', 'Repeated', {
        dynamic: { allow: { content: { ports: ref('allow.value'), protocol: 'tcp' }, for_each: [['80'], ['443']] } },
        name: 'repeated',
        network: ref(`${head.address('google_compute_network')}.name`),
      }),
  ],
];
