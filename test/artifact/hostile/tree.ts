import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** JSON that cases change, of any type. */
export type Json = ReturnType<typeof JSON.parse>;

/** Artifact of one stack in memory, which a case changes before it is written to disk. */
export class Tree {
  public readonly files = new Map<string, string | Buffer>();
  public manifest: unknown;
  public acknowledgements: unknown = [];

  private rewrite: (text: string) => string | Buffer = (text) => text;
  private readonly afterwards: ((folder: string) => void)[] = [];

  constructor(
    /** Content of `cdk.tf.json`. */
    public json: Json,
    public readonly stack = 'staging',
  ) {
    this.manifest = { version: '0.21.0', stacks: { [stack]: entry(stack) } };
    this.files.set(`stacks/${stack}/assets/search/1/Chart.yaml`, 'apiVersion: v2\nname: search\nversion: 1.0.0\n');
  }

  /** Reads a stack of a synthesized output. */
  public static read(output: string, stack: string): Tree {
    const folder = path.join(output, 'stacks', stack);
    const tree = new Tree(JSON.parse(readFileSync(path.join(folder, 'cdk.tf.json'), 'utf8')), stack);
    tree.files.clear();
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const source = path.join(folder, file);
      if (file.startsWith('assets') && statSync(source).isFile()) tree.files.set(`stacks/${stack}/${file}`, readFileSync(source));
    }
    return tree;
  }

  /** Name of the first resource of a type. */
  public nameOf(type: string): string {
    return Object.keys(this.json.resource[type])[0]!;
  }

  /** Address of the first resource of a type. */
  public address(type: string): string {
    return `${type}.${this.nameOf(type)}`;
  }

  /** Body of the first resource of a type. */
  public body(type: string): Json {
    return this.json.resource[type][this.nameOf(type)];
  }

  public add(type: string, name: string, body: unknown): void {
    this.json.resource[type] = { ...this.json.resource[type], [name]: body };
  }

  /** Changes the text of `cdk.tf.json`. */
  public text(change: (text: string) => string | Buffer): void {
    this.rewrite = change;
  }

  /** Puts members before the others of the outermost object, even when they occur twice. */
  public member(text: string): void {
    this.text((json) => `{${text},${json.slice(1)}`);
  }

  /** Changes the folder after the files were written. */
  public onDisk(change: (folder: string) => void): void {
    this.afterwards.push(change);
  }

  public write(folder: string): void {
    const all = new Map<string, string | Buffer>(this.files);
    const file = `stacks/${this.stack}/cdk.tf.json`;
    if (this.json !== undefined && !all.has(file)) all.set(file, this.rewrite(JSON.stringify(this.json)));
    for (const [name, content] of [
      ['manifest.json', this.manifest],
      ['acknowledgements.json', this.acknowledgements],
    ] as const) {
      if (content !== undefined && !all.has(name))
        all.set(name, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
    }
    for (const [name, content] of all) {
      const target = path.join(folder, name);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    for (const change of this.afterwards) change(folder);
  }
}

/** Entry of a stack in a manifest. */
export function entry(stack: string): Json {
  return { name: stack, workingDirectory: `stacks/${stack}`, synthesizedStackPath: `stacks/${stack}/cdk.tf.json` };
}

/** Reference or expression in a template. */
export const ref = (expression: string): string => `\${${expression}}`;

const HOST = `https://${ref('google_container_cluster.Cluster.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint')}`;
const EXEC = {
  api_version: 'client.authentication.k8s.io/v1beta1',
  args: ['--use_application_default_credentials'],
  command: 'gke-gcloud-auth-plugin',
};

/** Small stack in the form of the environments: a cluster that providers refer to, and one resource of each kind that cases change. */
export function smallTree(): Tree {
  return new Tree({
    '//': { metadata: { backend: 'gcs', stackName: 'staging', version: '0.21.0' } },
    terraform: {
      backend: { gcs: { bucket: 'parking-staging-terraform-state', prefix: 'staging' } },
      required_providers: {
        google: { source: 'google', version: '6.50.0' },
        helm: { source: 'helm', version: '3.1.1' },
        kubernetes: { source: 'kubernetes', version: '2.38.0' },
      },
    },
    provider: {
      google: [{ default_labels: { environment: 'staging' }, project: 'parking-staging', region: 'europe-west1' }],
      helm: [{ kubernetes: { exec: EXEC, host: HOST } }],
      kubernetes: [{ exec: [EXEC], host: HOST }],
    },
    output: { cluster: { description: 'the cluster', value: ref('google_container_cluster.Cluster.name') } },
    resource: {
      google_compute_disk: { Disk: { name: 'data', project: 'parking-staging', size: 100, type: 'pd-ssd', zone: 'europe-west1-b' } },
      google_compute_firewall: {
        Internal: {
          allow: [{ ports: ['9042'], protocol: 'tcp' }],
          description: 'apps to cassandra',
          direction: 'INGRESS',
          name: 'internal',
          network: ref('google_compute_network.Network.id'),
          priority: 1000,
          project: 'parking-staging',
          source_ranges: ['10.16.0.0/16'],
        },
      },
      google_compute_network: { Network: { auto_create_subnetworks: false, name: 'main', project: 'parking-staging' } },
      google_container_cluster: {
        Cluster: {
          '//': { metadata: { path: 'staging/Cluster/Resource', uniqueId: 'Cluster' } },
          control_plane_endpoints_config: {
            dns_endpoint_config: { allow_external_traffic: true },
            ip_endpoints_config: { enabled: false },
          },
          deletion_protection: true,
          initial_node_count: 1,
          lifecycle: { ignore_changes: ['initial_node_count', 'node_config'], prevent_destroy: true },
          location: 'europe-west1',
          maintenance_policy: {
            recurring_window: {
              end_time: '2024-01-01T08:00:00Z',
              recurrence: 'FREQ=WEEKLY;BYDAY=MO,TU',
              start_time: '2024-01-01T02:00:00Z',
            },
          },
          name: 'staging-cluster',
          network: ref('google_compute_network.Network.id'),
          project: 'parking-staging',
          release_channel: { channel: 'REGULAR' },
          resource_labels: { team: 'platform' },
        },
      },
      google_container_node_pool: {
        Apps: {
          autoscaling: { total_max_node_count: 6, total_min_node_count: 1 },
          cluster: ref('google_container_cluster.Cluster.id'),
          location: 'europe-west1',
          name: 'apps',
          node_config: { disk_size_gb: 100, machine_type: 'e2-standard-4', metadata: { 'disable-legacy-endpoints': 'true' } },
          project: 'parking-staging',
        },
      },
      google_project_iam_member: {
        Node: {
          member: 'serviceAccount:nodes@parking-staging.iam.gserviceaccount.com',
          project: 'parking-staging',
          role: 'roles/logging.logWriter',
        },
      },
      helm_release: {
        Redis: {
          chart: 'redis',
          name: 'redis',
          namespace: 'billing',
          provider: 'helm',
          repository: 'https://charts.example.com',
          version: '1.2.3',
        },
        Search: {
          chart: `${ref('path.module')}/assets/search/1`,
          name: 'search',
          namespace: 'billing',
          provider: 'helm',
          values: ['{"replicas":2}'],
        },
      },
      kubernetes_config_map_v1: {
        Settings: { data: { 'a.properties': 'x=1' }, metadata: { name: 'settings', namespace: 'billing' }, provider: 'kubernetes' },
      },
      kubernetes_namespace_v1: { Billing: { metadata: { labels: { team: 'billing' }, name: 'billing' }, provider: 'kubernetes' } },
      terraform_data: { Note: { input: { number: ref('google_compute_disk.Disk.disk_id') }, lifecycle: { ignore_changes: ['input'] } } },
    },
  });
}
