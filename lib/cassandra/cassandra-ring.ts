import { type ITerraformDependable, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { nodePrefix, ringPrefix } from '../cassandra-contract/commit-log-archive';
import { type DiskGeneration, type DiskGenerations, readDiskGenerations } from '../cassandra-contract/disk-generations';
import { CLUSTER_LABEL, NODE_LABEL } from '../cassandra-contract/labels';
import { STORAGE_PORT } from '../cassandra-contract/ports';
import { authoritySecret, nodeSecret, superuserSecret } from '../cassandra-contract/secret-names';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { Peer } from '../connectivity/peer';
import { requireLabels, requireNoOwnLabels } from '../core/labels';
import { kebabCase, nameOrPhysical, requireName, shorten } from '../core/physical-name';
import { type IProject, requireProject } from '../core/project';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import type { INetwork } from '../network/network-reference';
import { Port } from '../network/port';
import { grantArchive } from './archive-access';
import type { BackupArchive } from './backup-archive';
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
import { type ExistingDatacenter, requireExistingDatacenter } from './existing-datacenter';
import { ACCOUNT_ID_LENGTH, createNodeAccount, type NodeAccount } from './node-account';
import { RingAlerts } from './ring-alerts';
import { rackName, requirePlacement } from './ring-placement';
import {
  requireAuditCategories,
  requireClusterName,
  requireDatacenter,
  requireExclusions,
  requireNotificationChannels,
  requireRoles,
  requireSnapshotWithinHours,
  requireSuperuser,
  requireSyncedCommitLog,
} from './ring-requirements';
import { SnapshotSchedule } from './snapshot-schedule';

/** Default boot image: Google's Debian 12 (`gcloud compute images list --project debian-cloud`), which has Java 17 and Python 3. */
export const DEFAULT_IMAGE = 'projects/debian-cloud/global/images/debian-12-bookworm-v20251014';

/** Default version of Cassandra: the newest 5.0 release that the library is tested with. */
export const DEFAULT_CASSANDRA_VERSION = '5.0.8';

const STACK_ID = /^[A-Za-z0-9_][\w.-]*$/;
const STACK_ID_RULE = 'letters, digits, dots, hyphens and underscores';

/** Properties for `CassandraRing`. */
export interface CassandraRingProps extends CassandraNodeSettings {
  /** Network whose data subnet the nodes are in. */
  readonly network: INetwork;

  /**
   * Project of the VMs, disks, snapshots, addresses, service account, secrets and alerts. With a Shared VPC, a service project attached to
   * the host project of the network. Firewall rules are always in the network's project.
   *
   * @default - the network's project
   */
  readonly project?: IProject;

  /**
   * Nodes by name, for example `{ b1: { zone: 'europe-west1-b' } }`. A name identifies a node: changing it creates another node, and a name
   * is never reused. The name of a node that joins a running ring must sort after the names in its rack: the first node of a rack is a seed,
   * and a seed does not bootstrap.
   */
  readonly nodes: Readonly<Record<string, CassandraRingNode>>;

  /**
   * Prefix of the names of VMs, disks, addresses and secrets, at most 30 characters.
   *
   * @default - derived from the construct's path
   */
  readonly name?: string;

  /**
   * Cassandra's `cluster_name`. Immutable: it is written to the disks at the first start.
   *
   * @default - `name`
   */
  readonly clusterName?: string;

  /**
   * Cassandra's data center. Immutable: it is written to the disks at the first start.
   *
   * @default - the network's region
   */
  readonly datacenter?: string;

  /**
   * Number of replicas of each row. Each replica is in a rack of its own, so the disks of any zone hold all data.
   *
   * @default 3
   */
  readonly replicationFactor?: number;

  /**
   * Exact version of Cassandra, unless a node sets its own. A boot installs it on new VMs only; `gke-platform cassandra rollout` upgrades a
   * running ring one node at a time.
   *
   * @default '5.0.8'
   */
  readonly cassandraVersion?: string;

  /**
   * Superuser role, with its password in the secret `NAME-superuser`. Created at the first start, which also disables Cassandra's
   * default role `cassandra`.
   *
   * @default 'operator'
   */
  readonly superuser?: string;

  /**
   * Names of the roles that operators create in the ring, for example one for each app. `gke-platform cassandra status` lists all roles
   * that are not declared. The library does not create them.
   *
   * @default - none
   */
  readonly roles?: readonly string[];

  /**
   * Consistency level of reads of roles and permissions, which every login performs.
   *
   * @default 'LOCAL_QUORUM'
   */
  readonly authReadConsistencyLevel?: AuthConsistencyLevel;

  /**
   * Categories of the audit log in `/var/log/cassandra/audit.log` of each node. `DML` and `QUERY` log every statement of every app. An empty
   * list disables the audit log.
   *
   * @default ['AUTH', 'DCL', 'DDL'] - logins, changes of roles and permissions, changes of the schema
   */
  readonly auditCategories?: readonly AuditCategory[];

  /**
   * Anti-entropy repair, which has to complete within `gc_grace_seconds`. `timer`: each node runs `nodetool repair --full -pr` at a time of
   * its own. `reaper`: Cassandra Reaper repairs the ring; this library does not install it.
   *
   * @default 'timer'
   */
  readonly repair?: Repair;

  /**
   * Shortest `gc_grace_seconds` of the ring's tables in days, minimum 2. Nodes are repaired once a week, or once a day if it is below 9.
   *
   * @default 10 - Cassandra's default
   */
  readonly gcGraceDays?: number;

  /**
   * JVM heap of each node in MiB, from 256 to 31744 (31 GiB, the limit of compressed object pointers). At most half of the VM's memory is
   * recommended: the page cache uses the rest.
   *
   * @default - Cassandra's formula: the larger of a quarter of the memory, at most 8 GiB, and half of the memory, at most 1 GiB
   */
  readonly heapMiB?: number;

  /**
   * Keyspaces, and tables as `KEYSPACE.TABLE`, that are excluded from the startup check for resurrected rows.
   *
   * A node that was down longer than `gc_grace_seconds` of a table refuses to start: it missed deletions whose tombstones the other nodes
   * have purged. Tables whose `gc_grace_seconds` is 0 are not checked. A table with a small value blocks the start after any longer downtime:
   * exclude it if its rows are deleted by TTL only. `gke-platform cassandra status` lists the exclusions.
   *
   * @default - none
   */
  readonly resurrectionCheckExclusions?: readonly string[];

  /**
   * Further settings of `cassandra.yaml`, by their names in Cassandra 5.0, for example `{ concurrent_reads: 64 }`. A change reaches the VMs
   * as metadata and takes effect with `gke-platform cassandra rolling-restart`.
   *
   * @default - Cassandra's defaults
   */
  readonly settings?: Readonly<Record<string, SettingValue>>;

  /**
   * Lets nodes share the service account `NAME-nodes` that all nodes had in earlier versions, unless a node sets its own value. With an
   * account of its own, a node reads no key of another node. A VM is stopped for a change of its account: change one node at a time, with
   * `allowStoppingForUpdate` for that node.
   *
   * @default false
   */
  readonly sharedServiceAccount?: boolean;

  /**
   * Machine type, unless a node sets its own.
   *
   * @default 'n2-highmem-8' - the standard size for Cassandra on Google Cloud, according to AxonOps
   */
  readonly machineType?: string;

  /**
   * Boot image, unless a node sets its own. A change replaces all VMs in one apply: use `gke-platform cassandra rollout`, which replaces one
   * at a time.
   *
   * @default 'projects/debian-cloud/global/images/debian-12-bookworm-v20251014'
   */
  readonly image?: string;

  /**
   * Type of the data disks. Immutable.
   *
   * @default 'pd-ssd'
   */
  readonly dataDiskType?: DiskType;

  /**
   * Size of the data disks, unless a node sets its own. Disks grow in place and never shrink.
   *
   * @default 500
   */
  readonly dataDiskSizeGiB?: number;

  /**
   * Lets Terraform stop VMs for changes that need it, such as another machine type, unless a node sets its own.
   *
   * @default false
   */
  readonly allowStoppingForUpdate?: boolean;

  /**
   * Path of a JSON file, relative to the folder of the app, with the data disks that replaced the first ones, for example
   * `{ "b1": { "generation": 2, "from": "projects/p/global/snapshots/b1-20261129" } }`. `gke-platform cassandra restore` writes it. A new
   * generation is a new disk, which is attached in place of the former one; former disks that `kept` lists stay, with the labels
   * `replaced-at`, `replaced-by` and `keep-until`.
   *
   * @default - each node has its first data disk
   */
  readonly disksFile?: string;

  /**
   * Snapshot schedule of the data disks.
   *
   * @default - a new schedule with the defaults of `SnapshotSchedule`
   */
  readonly snapshots?: SnapshotSchedule;

  /**
   * Bucket of the commit logs, to restore the ring to a point in time (`gke-platform cassandra restore --at`). Each node uploads a closed
   * segment within a minute, and every five minutes a copy of the one that it writes. Takes effect with
   * `gke-platform cassandra rolling-restart`. The manifests of snapshots with a guest flush are uploaded, too: restores and drills find disks and
   * snapshots that were changed.
   *
   * @default - commit logs are not archived: a restore loses all writes after its snapshot set
   */
  readonly archive?: BackupArchive;

  /**
   * Maximum time in minutes for which the writes of a node may be missing in the archive, for the alert policy. At least 10: copies are made
   * every five minutes.
   *
   * @default 15
   */
  readonly archiveWithinMinutes?: number;

  /**
   * Data center of an existing ring that this ring joins as another one, to move its rows without downtime. Nodes with empty disks become
   * members without rows; `gke-platform cassandra rebuild` copies and compares the rows, and lets clients in. Needs `clusterName`. Nodes then
   * accept certificates of both authorities, without comparing their addresses, until `joins` is removed.
   *
   * @default - the ring begins by itself
   */
  readonly joins?: ExistingDatacenter;

  /**
   * Creates a dashboard, and alert policies for nodes that are down, full data disks, overdue repairs and snapshots, clock skew and expiring
   * certificates. Without `notificationChannels` the policies open incidents in Cloud Monitoring and send no notifications.
   *
   * @default true
   */
  readonly alerts?: boolean;

  /**
   * Notification channels of the alert policies, as `projects/PROJECT/notificationChannels/NUMBER`.
   *
   * @default - none
   */
  readonly notificationChannels?: readonly string[];

  /**
   * Maximum age of the newest snapshot of a data disk in hours, for the alert policy. At least one hour more than the interval of the
   * schedule, which takes each snapshot within an hour of its start.
   *
   * @default - interval of the schedule plus two hours: 26 for a daily schedule
   */
  readonly snapshotWithinHours?: number;

  /**
   * Protects data disks and addresses with `prevent_destroy`. Without it, a destroy deletes them, after a last snapshot of each disk.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Enables deletion protection of the VMs in Compute Engine. It has to be disabled before a new boot image can be rolled out.
   *
   * @default false - VMs hold no data
   */
  readonly instanceDeletionProtection?: boolean;

  /**
   * Allows SSH of operators through Identity-Aware Proxy, the only administrative access to the VMs.
   *
   * @default true
   */
  readonly sshFromIap?: boolean;

  /**
   * Allows egress from the VMs to the internet at ports 80 and 443: the startup script installs packages that the boot image lacks, from
   * Debian's mirrors, downloads.apache.org, debian.cassandra.apache.org and packages.cloud.google.com. With an image that contains all
   * packages (listed in docs/cassandra.md), VMs need egress to Google's APIs only and boot faster; a missing package is a refusal.
   *
   * @default true
   */
  readonly packageAccess?: boolean;

  /**
   * Labels of VMs, disks and addresses, besides `cassandra-cluster` and `cassandra-node`. Labels of a boot disk are set at its creation.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Cassandra ring on Compute Engine VMs.
 *
 * @remarks
 * A node is a protected static address, a protected data disk and a disposable VM. Zones are racks, with one rack for each replica:
 * the loss of a zone loses neither data nor quorum. No ingress is allowed until `allowFrom` adds a client, by default at 9042 (CQL).
 * Egress is limited to the nodes themselves, Google's APIs and package mirrors; JMX (7199) listens on loopback only. Each node has a service
 * account, which firewall rules target and which reads the keys of that node alone; `ring.nodes.get('b1')?.allowFrom(...)` is for one node.
 * Create the secrets with `gke-platform cassandra init-secrets` before the first deploy.
 *
 * @example
 * ```ts
 * const ring = new CassandraRing(stack, 'Cassandra', {
 *   network,
 *   nodes: {
 *     b1: { zone: 'europe-west1-b' },
 *     c1: { zone: 'europe-west1-c' },
 *     d1: { zone: 'europe-west1-d' },
 *   },
 * });
 * ring.allowFrom(billing);
 * ```
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
  public readonly roles: readonly string[];
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
  public readonly sharedServiceAccount: boolean;
  public readonly alerts: boolean;
  public readonly notificationChannels: readonly string[];
  public readonly snapshotWithinHours: number;
  public readonly deletionProtection: boolean;
  public readonly instanceDeletionProtection: boolean;
  public readonly sshFromIap: boolean;
  public readonly packageAccess: boolean;
  public readonly disksFile: string | undefined;
  public readonly snapshots: SnapshotSchedule;
  public readonly archive: BackupArchive | undefined;
  public readonly archiveWithinMinutes: number;
  public readonly joins: ExistingDatacenter | undefined;
  public readonly nodes: ReadonlyMap<string, CassandraNode>;

  /** Seeds of the ring: the first node of each rack by name. */
  public readonly seeds: readonly CassandraNode[];

  /** Email addresses of the nodes' service accounts, as references that depend on them. */
  public readonly serviceAccountEmails: readonly string[];
  public readonly connections: Connections;

  constructor(scope: Construct, id: string, props: CassandraRingProps) {
    super(scope, id);
    requireProps(this, 'CassandraRingProps', props);

    this.network = props.network;
    this.project = requireProject(this, props.project ?? props.network.project);
    this.name = nameOrPhysical(this, props.name, { maxLength: 30 });
    this.clusterName = requireClusterName(this, props.clusterName ?? this.name);
    this.datacenter = requireDatacenter(this, props.datacenter ?? this.network.region);
    this.replicationFactor = requireWholeNumber(this, 'replicationFactor', props.replicationFactor ?? 3, { min: 1 });
    this.cassandraVersion = props.cassandraVersion ?? DEFAULT_CASSANDRA_VERSION;
    this.superuser = requireSuperuser(this, props.superuser ?? 'operator');
    this.roles = requireRoles(this, props.roles ?? []);
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
    this.sharedServiceAccount = props.sharedServiceAccount ?? false;
    this.alerts = props.alerts ?? true;
    this.notificationChannels = requireNotificationChannels(this, props.notificationChannels ?? []);
    this.snapshotWithinHours = requireSnapshotWithinHours(this, props.snapshotWithinHours, props.snapshots?.hoursBetween);
    this.deletionProtection = props.deletionProtection ?? true;
    this.instanceDeletionProtection = props.instanceDeletionProtection ?? false;
    this.sshFromIap = props.sshFromIap ?? true;
    this.packageAccess = props.packageAccess ?? true;
    requirePlacement(this, { network: this.network, replicationFactor: this.replicationFactor, nodes: props.nodes });

    this.disksFile = props.disksFile && requireMatch(this, 'disksFile', props.disksFile, /^[^$%]+\.json$/, 'the path of a .json file');
    this.archive = props.archive;
    this.archiveWithinMinutes = requireWholeNumber(this, 'archiveWithinMinutes', props.archiveWithinMinutes ?? 15, { min: 10 });
    if (this.archive !== undefined) requireSyncedCommitLog(this, this.settings);
    const addresses = Object.values(props.nodes).flatMap(({ address }) => address ?? []);
    this.joins =
      props.joins &&
      requireExistingDatacenter(this, props.joins, { clusterName: props.clusterName, datacenter: this.datacenter, addresses });
    this.nodes = this.createNodes(props);
    this.serviceAccountEmails = [...new Set([...this.nodes.values()].map(({ serviceAccountEmail }) => serviceAccountEmail))];
    this.seeds = firstOfEachRack(this.nodes);
    this.snapshots = props.snapshots ?? this.createSnapshotSchedule(props);
    for (const { disk, keptDisks } of this.nodes.values()) for (const one of [disk, ...keptDisks]) this.snapshots.protect(one);
    this.createInstances();
    if (this.alerts) this.createAlerts();
    this.connections = this.createConnections();
    this.allowTraffic();
  }

  /** Account of the nodes that share one; `undefined` when each node has its own. */
  private createSharedAccount(nodes: CassandraRingProps['nodes']): NodeAccount | undefined {
    const names = Object.keys(nodes).filter((name) => this.sharesAccount(nodes[name]!));
    if (names.length === 0) return undefined;
    return createNodeAccount(this, {
      project: this.project,
      accountId: shorten(`${this.name}-nodes`, ACCOUNT_ID_LENGTH),
      displayName: `Cassandra nodes of ${this.clusterName}`,
      secrets: [...this.sharedSecrets, ...names.map((name) => nodeSecret(this.machineName(name)))],
    });
  }

  private sharesAccount({ sharedServiceAccount = this.sharedServiceAccount }: CassandraRingNode): boolean {
    return sharedServiceAccount;
  }

  private machineName(node: string): string {
    return `${this.name}-${node}`;
  }

  /** Secrets that every node reads. */
  private get sharedSecrets(): readonly string[] {
    return [authoritySecret(this.name), superuserSecret(this.name)];
  }

  private createNodes({ nodes, labels }: CassandraRingProps): ReadonlyMap<string, CassandraNode> {
    const sharedAccount = this.createSharedAccount(nodes);
    const required = requireRingLabels(this, labels);
    const disks = this.readDisks(nodes);
    return new Map(
      Object.entries(nodes).map(([name, node]) => {
        const account = this.sharesAccount(node) ? sharedAccount : undefined;
        return [name, this.addNode(name, node, required, account, disks[name])] as const;
      }),
    );
  }

  private readDisks(nodes: CassandraRingProps['nodes']): DiskGenerations {
    if (this.disksFile === undefined) return {};
    const disks = readDiskGenerations(this.disksFile);
    const unknown = Object.keys(disks).find((name) => !Object.hasOwn(nodes, name));
    if (unknown === undefined) return disks;
    throw new ValidationError(
      this,
      `'disksFile' must name nodes of the ring (${Object.keys(nodes).join(', ')}), got '${unknown}' in ${this.disksFile}`,
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

  /** Creates the VMs, once all nodes have an address. */
  private createInstances(): void {
    const names = [...this.nodes.keys()].sort();
    const grants = this.grantAccess();
    for (const node of this.nodes.values()) {
      node.addInstance({
        ring: this.configuration(),
        roles: this.roles,
        repairOrder: { index: names.indexOf(node.node.id), count: names.length },
        waitFor: () => [...this.network.egressReady, ...this.connections.egressRules, ...grants],
      });
    }
  }

  /** A node creates its own objects only. Nodes of one account create those of each other. */
  private grantAccess(): ITerraformDependable[] {
    const { archive, name } = this;
    if (archive === undefined) return [];
    const read = ringPrefix(name);
    const shared = [...this.nodes.values()].find(({ hasSharedAccount }) => hasSharedAccount);
    return [
      ...(shared === undefined ? [] : grantArchive(this, archive, shared.serviceAccountEmail, { create: read, read })),
      ...[...this.nodes.values()]
        .filter(({ hasSharedAccount }) => !hasSharedAccount)
        .flatMap((node) => grantArchive(node, archive, node.serviceAccountEmail, { create: nodePrefix(name, node.node.id), read })),
    ];
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
      archiveWithinMinutes: this.archive === undefined ? undefined : this.archiveWithinMinutes,
      notificationChannels: this.notificationChannels,
    });
  }

  private createConnections(): Connections {
    return new Connections(this, {
      defaultPort: CQL,
      endpoint: () => ({
        kind: 'instances',
        network: this.network,
        serviceAccountEmail: this.serviceAccountEmails,
        addresses: Object.fromEntries([...this.nodes].map(([name, node]) => [name, node.address])),
      }),
    });
  }

  /** Allows the traffic that every ring needs. */
  private allowTraffic(): void {
    this.allowFrom(this, { port: Port.tcp(STORAGE_PORT), reason: 'Cassandra nodes among themselves' });
    this.allowFrom(this, { port: CQL, reason: 'a node with an empty disk asks the others whether the ring has begun' });
    if (this.joins !== undefined) this.allowDatacenter(this.joins);
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

  private allowDatacenter({ datacenter, ranges }: ExistingDatacenter): void {
    const other = new Peer(this, 'ExistingDatacenter', { ranges, port: Port.tcp(STORAGE_PORT), throughVpc: true });
    const reason = `Cassandra nodes of data center ${datacenter} and of this ring`;
    this.allowFrom(other, { port: Port.tcp(STORAGE_PORT), reason });
    this.allowTo(other, { port: Port.tcp(STORAGE_PORT), reason });
  }

  private configuration(): RingConfiguration {
    return {
      ringName: this.name,
      // Scripts of the nodes name it in commands.
      environment: requireMatch(this, 'stack id', TerraformStack.of(this).node.id, STACK_ID, STACK_ID_RULE),
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
      archive: this.archive?.name,
      joins: this.joins,
      archiveRetentionDays: this.archive?.retentionDays,
      settings: this.settings,
    };
  }

  private addNode(
    name: string,
    options: CassandraRingNode,
    labels: CassandraRingProps['labels'],
    sharedAccount: NodeAccount | undefined,
    disk: DiskGeneration | undefined,
  ): CassandraNode {
    return new CassandraNode(this, requireNodeName(this, name), {
      network: this.network,
      project: this.project,
      sharedAccount,
      sharedSecrets: this.sharedSecrets,
      clusterName: this.clusterName,
      name: this.machineName(name),
      zone: options.zone,
      rack: rackName(options),
      address: options.address,
      disk,
      disksFile: this.disksFile,
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

/** Refuses labels by which alerts and commands find the ring and its nodes. */
function requireRingLabels(ring: CassandraRing, labels: CassandraRingProps['labels']): CassandraRingProps['labels'] {
  return requireNoOwnLabels(ring, 'labels', requireLabels(ring, 'labels', labels), new RegExp(`^(${CLUSTER_LABEL}|${NODE_LABEL})$`));
}

/** Returns the name of a node. The name is an id of a construct, which must not be that of a member of every object. */
function requireNodeName(ring: CassandraRing, name: string): string {
  requireName(ring, 'nodes', name, 15);
  if (name in {}) throw new ValidationError(ring, `'nodes' must not have the name of a member of every object, got '${name}'`);
  return name;
}

function firstOfEachRack(nodes: ReadonlyMap<string, CassandraNode>): CassandraNode[] {
  const racks = new Map<string, CassandraNode>();
  for (const name of [...nodes.keys()].sort()) {
    const node = nodes.get(name)!;
    if (!racks.has(node.rack)) racks.set(node.rack, node);
  }
  return [...racks.values()];
}
