import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { type ITerraformDependable, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { CLUSTER_LABEL, NODE_LABEL } from '../cassandra-contract/labels';
import { STORAGE_PORT } from '../cassandra-contract/ports';
import { authoritySecret, superuserSecret } from '../cassandra-contract/secret-names';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { Peer } from '../connectivity/peer';
import { requireLabels } from '../core/labels';
import { kebabCase, nameOrPhysical, requireName, shorten } from '../core/physical-name';
import type { IProject } from '../core/project';
import { requireOneOf, requireWholeNumber } from '../core/require';
import type { INetwork } from '../network/network-reference';
import { Port } from '../network/port';
import {
  AUTH_CONSISTENCY_LEVELS,
  type AuditCategory,
  type AuthConsistencyLevel,
  REPAIRS,
  type Repair,
  type RingConfiguration,
  type SettingValue,
} from './cassandra-configuration';
import { CassandraNode, type CassandraNodeSettings, type CassandraRingNode, CQL } from './cassandra-node';
import { DISK_TYPES, type DiskType } from './disk-type';
import { RingAlerts } from './ring-alerts';
import { rackName, requirePlacement } from './ring-placement';
import {
  requireAuditCategories,
  requireClusterName,
  requireDatacenter,
  requireExclusions,
  requireNotificationChannels,
  requireSnapshotWithinHours,
  requireSuperuser,
} from './ring-requirements';
import { SecretAccess } from './secret-access';
import { SnapshotSchedule } from './snapshot-schedule';

/** Debian 12 as Google publishes it (`gcloud compute images list --project debian-cloud`): it has Java 17 and a Python that cqlsh runs on. */
export const DEFAULT_IMAGE = 'projects/debian-cloud/global/images/debian-12-bookworm-v20251014';

/** Newest 5.0 release that the library is tried with. */
export const DEFAULT_CASSANDRA_VERSION = '5.0.8';

/** What the VMs may do in the project: write their logs and metrics. */
const ROLES = { LogWriter: 'roles/logging.logWriter', MetricWriter: 'roles/monitoring.metricWriter' };

/** Properties for `CassandraRing`. */
export interface CassandraRingProps extends CassandraNodeSettings {
  /** Network whose data subnet the nodes are in. */
  readonly network: INetwork;

  /**
   * Project of everything that belongs to the nodes: VMs, disks, snapshots, addresses, service account, secrets, alerts. A service
   * project that is attached to the network's, the host project of a Shared VPC. Firewall rules are always in the network's.
   *
   * @default - the network's
   */
  readonly project?: IProject;

  /**
   * Nodes by name, for example `{ b1: { zone: 'europe-west1-b' } }`. The name is the node: it is never used again for
   * another one, and changing it makes another node. A node that joins a running ring gets a name that sorts after those
   * of its rack: the first is a seed, and a seed does not copy its data from the others when it begins.
   */
  readonly nodes: Readonly<Record<string, CassandraRingNode>>;

  /**
   * Beginning of the names of VMs, disks and addresses in Compute Engine, at most 30 characters.
   *
   * @default - made from the construct's path
   */
  readonly name?: string;

  /**
   * Name of the cluster to Cassandra. It is written on the disks at the first start and cannot change.
   *
   * @default - `name`
   */
  readonly clusterName?: string;

  /**
   * Name of the data centre to Cassandra. It is written on the disks at the first start and cannot change.
   *
   * @default - the network's region
   */
  readonly datacenter?: string;

  /**
   * Copies of each row. There is a rack for each copy, so the disks of any one zone hold all data.
   *
   * @default 3
   */
  readonly replicationFactor?: number;

  /**
   * Exact version of nodes that do not name their own.
   *
   * @default '5.0.8'
   */
  readonly cassandraVersion?: string;

  /**
   * Name of the ring's superuser, whose password is in the secret `NAME-superuser`. It is made at the first start, and
   * Cassandra's own `cassandra` is switched off.
   *
   * @default 'operator'
   */
  readonly superuser?: string;

  /**
   * How many replicas answer a read of roles and permissions, which every login begins with.
   *
   * @default 'LOCAL_QUORUM'
   */
  readonly authReadConsistencyLevel?: AuthConsistencyLevel;

  /**
   * What the audit log of each node holds, in `/var/log/cassandra/audit.log`. `DML` and `QUERY` write a line for every
   * statement of every app.
   *
   * @default ['AUTH', 'DCL', 'DDL']: logins, changes of roles and permissions, changes of tables. An empty list switches it off
   */
  readonly auditCategories?: readonly AuditCategory[];

  /**
   * Who evens out what the copies of a row differ in, which has to be done more often than tables forget deletions:
   * `timer` lets each node run `nodetool repair --full -pr` at a time of its own, `reaper` leaves it to a Reaper beside
   * each node, which this library does not install.
   *
   * @default 'timer'
   */
  readonly repair?: Repair;

  /**
   * Shortest `gc_grace_seconds` of the ring's tables, in days, at least 2. Nodes repair once a week, and once a day where
   * it is shorter than 9 days.
   *
   * @default 10, which is Cassandra's for every table
   */
  readonly gcGraceDays?: number;

  /**
   * Heap of each node in MiB, from 256 to 31744 (31 GiB, up to which references in the heap are compressed). At most half of the memory
   * of the VM is a good choice: the rest caches files.
   *
   * @default - Cassandra's own: the larger of a quarter of the memory, at most 8 GiB, and half of the memory, at most 1 GiB
   */
  readonly heapMiB?: number;

  /**
   * Keyspaces, and tables as `KEYSPACE.TABLE`, that may bring deleted rows back.
   *
   * A node that was down longer than `gc_grace_seconds` of a table refuses to start: it has missed deletions that the other nodes have
   * forgotten since. Tables whose `gc_grace_seconds` is 0 are not looked at. One with a small value refuses every longer downtime:
   * exclude it here when none of its rows are deleted but by their TTL. `cassandra status` names what is excluded.
   *
   * @default - none
   */
  readonly resurrectionCheckExclusions?: readonly string[];

  /**
   * Other settings of `cassandra.yaml`, by their names in Cassandra 5.0, for example `{ concurrent_reads: 64 }`. A change
   * reaches the VMs as metadata and takes effect when Cassandra is restarted, node by node.
   *
   * @default - Cassandra's own
   */
  readonly settings?: Readonly<Record<string, SettingValue>>;

  /**
   * Machine type of nodes that do not name their own.
   *
   * @default 'n2-highmem-8', the size that AxonOps calls standard for Cassandra on Google Cloud
   */
  readonly machineType?: string;

  /**
   * Boot image of nodes that do not name their own. A change replaces every such VM in one apply; name it by node to
   * go one by one.
   *
   * @default 'projects/debian-cloud/global/images/debian-12-bookworm-v20251014'
   */
  readonly image?: string;

  /** @default 'pd-ssd' */
  readonly dataDiskType?: DiskType;

  /** @default 500 */
  readonly dataDiskSizeGiB?: number;

  /** @default false */
  readonly allowStoppingForUpdate?: boolean;

  /**
   * Schedule that takes a snapshot of every data disk.
   *
   * @default - a schedule of the ring's own, with the defaults of `SnapshotSchedule`
   */
  readonly snapshots?: SnapshotSchedule;

  /**
   * Whether there are alert policies for a node that is down, a data disk that fills up, repairs and snapshots that are
   * late, and a clock that is off; and a dashboard.
   *
   * @default true; without `notificationChannels` they open incidents in Cloud Monitoring, and nobody gets a message
   */
  readonly alerts?: boolean;

  /**
   * Channels that incidents are sent to, as `projects/PROJECT/notificationChannels/NUMBER`.
   *
   * @default - none
   */
  readonly notificationChannels?: readonly string[];

  /**
   * Hours within which each data disk has to have a new snapshot, at least one more than the schedule has between two: it takes each at
   * some time within an hour.
   *
   * @default - two hours more than the schedule has between two, 26 with a daily one
   */
  readonly snapshotWithinHours?: number;

  /**
   * Whether Terraform refuses every plan that deletes a data disk or an address.
   *
   * @default true; without it a destroy deletes them, after a last snapshot of each disk
   */
  readonly deletionProtection?: boolean;

  /**
   * Whether Compute Engine refuses to delete the VMs. It has to be taken off before a new boot image can be rolled out.
   *
   * @default false, since nothing is lost with a VM
   */
  readonly instanceDeletionProtection?: boolean;

  /**
   * Whether operators reach the VMs by SSH through Identity-Aware Proxy. The VMs have no other way in.
   *
   * @default true
   */
  readonly sshFromIap?: boolean;

  /**
   * Whether the VMs reach the internet at ports 80 and 443, from where the startup script installs what the boot image
   * lacks: Debian's mirrors, downloads.apache.org, debian.cassandra.apache.org, packages.cloud.google.com. With an image
   * that has everything (docs/cassandra.md lists it) they need no way out but to Google's APIs, boot faster, and say so
   * when something is missing.
   *
   * @default true
   */
  readonly packageAccess?: boolean;

  /**
   * Labels of VMs, disks and addresses, besides `cassandra-cluster` and `cassandra-node`. A boot disk has those with which its VM was made.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A Cassandra ring on virtual machines.
 *
 * Each node is a static address and a data disk, both protected, and a disposable VM. A zone is a rack, and there are as many racks as
 * copies of the data: losing a zone loses no row and no quorum.
 *
 * Nobody reaches the ring until `allowFrom` says so, at 9042 when no port is named, and it reaches nobody but its own
 * nodes, Google's APIs (logs and metrics are pushed, so nobody comes to collect them) and package mirrors. JMX (7199)
 * listens on each VM's loopback and is open to nobody.
 *
 * The nodes share one service account, and firewall rules know them by it: a rule is for the ring. Rules for one node,
 * `ring.nodes.get('b1').allowFrom(...)`, are by its address.
 */
export class CassandraRing extends Connectable {
  public readonly network: INetwork;
  public readonly project: IProject;
  public readonly name: string;
  public readonly clusterName: string;
  public readonly datacenter: string;
  public readonly replicationFactor: number;
  public readonly cassandraVersion: string;
  public readonly superuser: string;
  public readonly authReadConsistencyLevel: AuthConsistencyLevel;
  public readonly auditCategories: readonly AuditCategory[];
  public readonly repair: Repair;
  public readonly gcGraceDays: number;
  public readonly heapMiB: number | undefined;
  public readonly resurrectionCheckExclusions: readonly string[];
  public readonly settings: Readonly<Record<string, SettingValue>>;
  public readonly machineType: string;
  public readonly image: string;
  public readonly dataDiskType: DiskType;
  public readonly dataDiskSizeGiB: number;
  public readonly allowStoppingForUpdate: boolean;
  public readonly alerts: boolean;
  public readonly notificationChannels: readonly string[];
  public readonly snapshotWithinHours: number;
  public readonly deletionProtection: boolean;
  public readonly instanceDeletionProtection: boolean;
  public readonly sshFromIap: boolean;
  public readonly packageAccess: boolean;
  public readonly snapshots: SnapshotSchedule;
  public readonly nodes: ReadonlyMap<string, CassandraNode>;

  /** Nodes that others ask for the ring when they join: the first by name of each rack. */
  public readonly seeds: readonly CassandraNode[];

  /** Email of the nodes' service account, as a reference that waits for it. */
  public readonly serviceAccountEmail: string;
  public readonly connections: Connections;

  constructor(scope: Construct, id: string, props: CassandraRingProps) {
    super(scope, id);

    this.network = props.network;
    this.project = props.project ?? props.network.project;
    this.name = nameOrPhysical(this, props.name, { maxLength: 30 });
    this.clusterName = requireClusterName(this, props.clusterName ?? this.name);
    this.datacenter = requireDatacenter(this, props.datacenter ?? this.network.region);
    this.replicationFactor = requireWholeNumber(this, 'replicationFactor', props.replicationFactor ?? 3, { min: 1 });
    this.cassandraVersion = props.cassandraVersion ?? DEFAULT_CASSANDRA_VERSION;
    this.superuser = requireSuperuser(this, props.superuser ?? 'operator');
    const level = props.authReadConsistencyLevel ?? 'LOCAL_QUORUM';
    this.authReadConsistencyLevel = requireOneOf(this, 'authReadConsistencyLevel', level, AUTH_CONSISTENCY_LEVELS);
    this.auditCategories = requireAuditCategories(this, props.auditCategories ?? ['AUTH', 'DCL', 'DDL']);
    this.repair = requireOneOf(this, 'repair', props.repair ?? 'timer', REPAIRS);
    this.gcGraceDays = requireWholeNumber(this, 'gcGraceDays', props.gcGraceDays ?? 10, { min: 2 });
    this.heapMiB = props.heapMiB === undefined ? undefined : requireWholeNumber(this, 'heapMiB', props.heapMiB, { min: 256, max: 31_744 });
    this.resurrectionCheckExclusions = requireExclusions(this, props.resurrectionCheckExclusions ?? []);
    this.settings = props.settings ?? {};
    this.machineType = props.machineType ?? 'n2-highmem-8';
    this.image = props.image ?? DEFAULT_IMAGE;
    this.dataDiskType = requireOneOf(this, 'dataDiskType', props.dataDiskType ?? 'pd-ssd', DISK_TYPES);
    this.dataDiskSizeGiB = props.dataDiskSizeGiB ?? 500;
    this.allowStoppingForUpdate = props.allowStoppingForUpdate ?? false;
    this.alerts = props.alerts ?? true;
    this.notificationChannels = requireNotificationChannels(this, props.notificationChannels ?? []);
    this.snapshotWithinHours = requireSnapshotWithinHours(this, props.snapshotWithinHours, props.snapshots?.hoursBetween);
    this.deletionProtection = props.deletionProtection ?? true;
    this.instanceDeletionProtection = props.instanceDeletionProtection ?? false;
    this.sshFromIap = props.sshFromIap ?? true;
    this.packageAccess = props.packageAccess ?? true;
    requirePlacement(this, { network: this.network, replicationFactor: this.replicationFactor, nodes: props.nodes });

    const account = this.createServiceAccount();
    this.serviceAccountEmail = account.email;
    this.nodes = this.createNodes(props);
    this.seeds = firstOfEachRack(this.nodes);
    this.snapshots = props.snapshots ?? this.createSnapshotSchedule(props);
    for (const node of this.nodes.values()) this.snapshots.protect(node.disk);
    this.createInstances([...this.grantRoles(account), ...this.grantSecrets(account)]);
    if (this.alerts) this.createAlerts();
    this.connections = this.createConnections();
    this.allowTraffic();
  }

  private createServiceAccount(): ServiceAccount {
    return new ServiceAccount(this, 'ServiceAccount', {
      project: this.project.projectId,
      accountId: shorten(`${this.name}-nodes`, 30),
      displayName: `Cassandra nodes of ${this.clusterName}`,
      dependsOn: this.project.enable('iam.googleapis.com'),
    });
  }

  private createNodes({ nodes, labels }: CassandraRingProps): ReadonlyMap<string, CassandraNode> {
    return new Map(
      Object.entries(nodes).map(([name, options]) => [name, this.addNode(name, options, requireLabels(this, 'labels', labels))] as const),
    );
  }

  private createSnapshotSchedule({ deletionProtection }: CassandraRingProps): SnapshotSchedule {
    return new SnapshotSchedule(this, 'Snapshots', {
      deletionProtection,
      project: this.project,
      region: this.network.region,
      labels: { [CLUSTER_LABEL]: kebabCase(this.clusterName) },
    });
  }

  private grantRoles({ member }: ServiceAccount): ITerraformDependable[] {
    return Object.entries(ROLES).map(
      ([roleId, role]) =>
        new ProjectIamMember(this, roleId, {
          project: this.project.projectId,
          role,
          member,
          dependsOn: this.project.enable('cloudresourcemanager.googleapis.com'),
        }),
    );
  }

  private grantSecrets({ member }: ServiceAccount): readonly ITerraformDependable[] {
    const ofNodes = [...this.nodes.values()].map(({ tlsSecretName }) => tlsSecretName);
    const secrets = [authoritySecret(this.name), superuserSecret(this.name), ...ofNodes];
    return new SecretAccess(this, 'Secrets', { project: this.project, member, secrets }).bindings;
  }

  /** Creates the VMs, once all nodes have an address. */
  private createInstances(grants: readonly ITerraformDependable[]): void {
    const names = [...this.nodes.keys()].sort();
    for (const node of this.nodes.values()) {
      node.addInstance({
        ring: this.configuration(),
        repairOrder: { index: names.indexOf(node.node.id), count: names.length },
        waitFor: () => [...this.network.egressReady, ...grants, ...this.connections.egressRules],
      });
    }
  }

  private createAlerts(): void {
    new RingAlerts(this, 'Alerts', {
      project: this.project,
      ringName: this.name,
      clusterName: this.clusterName,
      clusterLabel: kebabCase(this.clusterName),
      nodeNames: [...this.nodes.keys()],
      diskNames: [...this.nodes.values()].map(({ disk }) => disk.diskName),
      repairWithinDays: this.repair === 'timer' ? this.gcGraceDays : undefined,
      snapshotWithinHours: this.snapshotWithinHours,
      notificationChannels: this.notificationChannels,
    });
  }

  private createConnections(): Connections {
    return new Connections(this, {
      defaultPort: CQL,
      endpoint: () => ({
        kind: 'instances',
        network: this.network,
        serviceAccountEmail: this.serviceAccountEmail,
        addresses: Object.fromEntries([...this.nodes].map(([name, node]) => [name, node.address])),
      }),
    });
  }

  /** Allows the traffic that every ring needs. */
  private allowTraffic(): void {
    this.allowFrom(this, { port: Port.tcp(STORAGE_PORT), reason: 'Cassandra nodes among themselves' });
    this.allowFrom(this, { port: CQL, reason: 'a node with an empty disk asks the others whether the ring has begun' });
    this.allowTo(Peer.googleApis(this), { reason: 'logs and metrics of Cassandra nodes' });
    if (this.packageAccess) {
      for (const port of [80, 443])
        this.allowTo(Peer.internet(this), { port: Port.tcp(port), reason: 'packages that the boot image lacks' });
    }
    if (this.sshFromIap) {
      this.project.enable('iap.googleapis.com');
      this.allowFrom(Peer.identityAwareProxy(this), { port: Port.tcp(22), reason: 'SSH of operators through Identity-Aware Proxy' });
    }
  }

  private configuration(): RingConfiguration {
    return {
      ringName: this.name,
      environment: TerraformStack.of(this).node.id,
      projectId: this.project.projectId,
      clusterName: this.clusterName,
      datacenter: this.datacenter,
      replicationFactor: this.replicationFactor,
      seeds: this.seeds.map(({ address }) => address),
      addresses: [...this.nodes].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, { address }]) => address),
      superuser: this.superuser,
      authReplicas: Math.min(3, this.nodes.size),
      authReadConsistencyLevel: this.authReadConsistencyLevel,
      auditCategories: this.auditCategories,
      repair: this.repair,
      gcGraceDays: this.gcGraceDays,
      heapMiB: this.heapMiB,
      resurrectionCheckExclusions: this.resurrectionCheckExclusions,
      packageAccess: this.packageAccess,
      settings: this.settings,
    };
  }

  private addNode(name: string, options: CassandraRingNode, labels: CassandraRingProps['labels']): CassandraNode {
    return new CassandraNode(this, requireName(this, 'nodes', name, 15), {
      network: this.network,
      project: this.project,
      serviceAccountEmail: this.serviceAccountEmail,
      name: `${this.name}-${name}`,
      zone: options.zone,
      rack: rackName(options),
      address: options.address,
      restoreFrom: options.restoreFrom,
      machineType: options.machineType ?? this.machineType,
      image: options.image ?? this.image,
      dataDiskType: this.dataDiskType,
      dataDiskSizeGiB: options.dataDiskSizeGiB ?? this.dataDiskSizeGiB,
      allowStoppingForUpdate: options.allowStoppingForUpdate ?? this.allowStoppingForUpdate,
      cassandraVersion: options.cassandraVersion ?? this.cassandraVersion,
      deletionProtection: this.deletionProtection,
      instanceDeletionProtection: this.instanceDeletionProtection,
      labels: { ...labels, [CLUSTER_LABEL]: kebabCase(this.clusterName), [NODE_LABEL]: name },
    });
  }
}

function firstOfEachRack(nodes: ReadonlyMap<string, CassandraNode>): CassandraNode[] {
  const racks = new Map<string, CassandraNode>();
  for (const name of [...nodes.keys()].sort()) {
    const node = nodes.get(name)!;
    if (!racks.has(node.rack)) racks.set(node.rack, node);
  }
  return [...racks.values()];
}
