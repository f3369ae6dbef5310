import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { type ITerraformDependable, type TerraformResource, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { type DiskGeneration, generationName, type KeptGeneration } from '../cassandra-contract/disk-generations';
import { KEEP_UNTIL_LABEL, REPLACED_AT_LABEL, REPLACED_BY_LABEL } from '../cassandra-contract/labels';
import { BLANK_DISK_KEY, DATA_DISK_DEVICE, DATA_DISK_KEY } from '../cassandra-contract/metadata-keys';
import { CQL_PORT } from '../cassandra-contract/ports';
import { nodeSecret } from '../cassandra-contract/secret-names';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { requireMachineType } from '../core/machine-type';
import { orderAfter } from '../core/ordering';
import { COMPUTE_NAME_LENGTH, shorten } from '../core/physical-name';
import type { IProject } from '../core/project';
import { requireMatch, requireWholeNumber } from '../core/require';
import { requireText } from '../core/template-text';
import { TerraformData } from '../core/terraform-data';
import { type INetwork, type ISubnet, requireDataSubnet } from '../network/network-reference';
import { Port } from '../network/port';
import { writeNote } from '../terraform/notes';
import { startupScript } from './boot/startup-script';
import type { CassandraConfiguration, RingConfiguration } from './cassandra-configuration';
import { bootDiskType, type DiskType, requireAttachable } from './disk-type';
import { ACCOUNT_ID_LENGTH, createNodeAccount, type NodeAccount } from './node-account';
import { requireSettings } from './node-files/settings';
import { PersistentDisk } from './persistent-disk';

/** Argument that is ignored after creation: a change of labels would replace the VMs of all nodes in one apply. */
const BOOT_DISK_LABELS = 'boot_disk[0].initialize_params[0].labels';

/** Port of Cassandra's clients. */
export const CQL = Port.tcp(CQL_PORT);

/** Settings that a node may override; the ring has the same props for all nodes. */
export interface CassandraNodeSettings {
  /**
   * Machine type with at least 2 vCPUs and 8 GiB of memory, for example `n2-highmem-8`.
   *
   * @default - the ring's machine type
   */
  readonly machineType?: string;

  /**
   * Boot image, as `projects/PROJECT/global/images/NAME`. A change replaces the VM, which keeps its disk and address.
   *
   * @default - the ring's boot image
   */
  readonly image?: string;

  /**
   * Size of the data disk, from 10 to 65536. A disk grows in place and never shrinks.
   *
   * @default - the ring's size
   */
  readonly dataDiskSizeGiB?: number;

  /**
   * Lets Terraform stop the VM for a change that needs it, such as another machine type. Without it such a change fails, so one apply
   * cannot stop several nodes: allow it for one node at a time.
   *
   * @default - the ring's setting
   */
  readonly allowStoppingForUpdate?: boolean;

  /**
   * Keeps the node in the service account that all nodes of the ring shared in earlier versions. A VM is stopped for a change of its account.
   *
   * @default - the ring's setting
   */
  readonly sharedServiceAccount?: boolean;

  /**
   * Exact version of Cassandra, for example `5.0.8`. A boot installs it on a new VM and never changes an installed version.
   *
   * @default - the ring's version
   */
  readonly cassandraVersion?: string;
}

/** Node of a ring, in the props of the ring. */
export interface CassandraRingNode extends CassandraNodeSettings {
  /** Zone of the VM and its disk, for example `europe-west1-b`. */
  readonly zone: string;

  /**
   * Cassandra's rack. Immutable: Cassandra writes it to the disk, so a disk that moves to another zone has to keep its rack.
   *
   * @default - the zone
   */
  readonly rack?: string;

  /**
   * Static internal address in the network's data subnet. The first two and last two addresses of the range are reserved by Google.
   *
   * @default - chosen by Google once
   */
  readonly address?: string;
}

/** Properties for `CassandraNode`, resolved by the ring. */
export interface CassandraNodeProps extends Required<Omit<CassandraNodeSettings, 'sharedServiceAccount'>> {
  readonly network: INetwork;
  readonly project: IProject;

  /** Account that the node shares with others; `undefined` for an account of its own. */
  readonly sharedAccount: NodeAccount | undefined;

  /** Names of the secrets that every node reads. */
  readonly sharedSecrets: readonly string[];
  readonly clusterName: string;
  readonly name: string;
  readonly zone: string;
  readonly rack: string;
  readonly address?: string;

  /** Data disk, if it is not the first one. */
  readonly disk: DiskGeneration | undefined;

  /** File with the generations of the disks. */
  readonly disksFile: string | undefined;
  readonly dataDiskType: DiskType;
  readonly deletionProtection: boolean;
  readonly instanceDeletionProtection: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** Configuration of a VM that the ring knows once all nodes have an address. */
export interface CassandraInstanceOptions {
  readonly ring: RingConfiguration;

  /** Declared roles besides the superuser. */
  readonly roles: readonly string[];
  readonly repairOrder: CassandraConfiguration['repairOrder'];

  /** Dependencies of the VM at its start. Evaluated at synthesis. */
  readonly waitFor: () => readonly ITerraformDependable[];
}

/**
 * Node of a Cassandra ring: a static address, a data disk and a VM.
 *
 * @remarks
 * Created by `CassandraRing`. Address and disk are the identity of the node and are protected; the VM is disposable and can be replaced
 * at any time. Its service account reads no key of another node. Connections of a single node are limited to its address.
 *
 * @example
 * ```ts
 * ring.nodes.get('b1')?.allowFrom(billing, { reason: 'queries that read from one replica' });
 * ```
 */
export class CassandraNode extends Connectable {
  /** Name of the VM in Compute Engine. */
  public readonly name: string;
  public readonly zone: string;
  public readonly rack: string;
  public readonly machineType: string;
  public readonly image: string;
  public readonly allowStoppingForUpdate: boolean;
  public readonly cassandraVersion: string;

  /** Name of the secret with the node's private key and certificate. */
  public readonly tlsSecretName: string;
  public readonly disk: PersistentDisk;

  /** Former data disks that are kept. They are not attached. */
  public readonly keptDisks: readonly PersistentDisk[];

  /** Email address of the service account of the VM, as a reference that depends on it. */
  public readonly serviceAccountEmail: string;

  /** Static address if given, otherwise a reference to it. */
  public readonly address: string;

  /** The node shares its service account with others. */
  public readonly hasSharedAccount: boolean;
  public readonly connections: Connections;

  private readonly account: NodeAccount;
  private readonly reservedAddress: ComputeAddress;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CassandraNodeProps,
  ) {
    super(scope, id);
    this.name = shorten(props.name, COMPUTE_NAME_LENGTH);
    this.zone = props.zone;
    this.rack = requireMatch(this, 'rack', props.rack, /^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'letters, digits, hyphens and underscores');
    this.machineType = requireMachine(this, props.machineType);
    this.image = requireFixedImage(this, props.image);
    this.allowStoppingForUpdate = props.allowStoppingForUpdate;
    this.cassandraVersion = requireMatch(
      this,
      'cassandraVersion',
      props.cassandraVersion,
      /^5\.0\.\d+$/,
      'an exact 5.0 release such as 5.0.8',
    );
    this.tlsSecretName = nodeSecret(this.name);
    this.hasSharedAccount = props.sharedAccount !== undefined;
    this.account = props.sharedAccount ?? this.createAccount();
    this.serviceAccountEmail = this.account.email;
    requireAttachable(this, this.machineType, props.dataDiskType);

    this.reservedAddress = this.reserveAddress(props.address);
    this.address = props.address ?? this.reservedAddress.address;
    this.connections = this.createConnections(id);
    const { generation = 1, from, kept = [] } = props.disk ?? {};
    this.disk = this.createDisk(generation, props.labels, from);
    const former = [...kept].sort((one, other) => one.generation - other.generation);
    this.keptDisks = former.map((each) => this.createDisk(each.generation, { ...props.labels, ...keptLabels(each) }));
    for (const [index, disk] of [...this.keptDisks, this.disk].entries()) disk.succeed(this.keptDisks.slice(0, index));
  }

  /** Creates the VM. Called by the ring once all nodes have an address. */
  public addInstance(options: CassandraInstanceOptions): void {
    const { network, project, labels, instanceDeletionProtection } = this.props;
    const configuration: CassandraConfiguration = {
      ...options.ring,
      nodeName: this.node.id,
      machineName: this.name,
      rack: this.rack,
      address: this.address,
      cassandraVersion: this.cassandraVersion,
      repairOrder: options.repairOrder,
      ownershipToken: `${options.ring.clusterName}/${this.node.id}`,
    };
    requireSettings(this, configuration);

    const instance = new ComputeInstance(this, 'Resource', {
      project: project.projectId,
      zone: this.zone,
      name: this.name,
      machineType: this.machineType,
      labels,
      deletionProtection: instanceDeletionProtection,
      allowStoppingForUpdate: this.allowStoppingForUpdate,
      bootDisk: { initializeParams: { image: this.image, type: bootDiskType(this.machineType), size: 20, labels } },
      attachedDisk: [{ source: this.disk.diskId, deviceName: DATA_DISK_DEVICE }],
      networkInterface: [{ subnetwork: requireDataSubnet(this, network).subnetId, networkIp: this.reservedAddress.address }],
      serviceAccount: { email: this.serviceAccountEmail, scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
      scheduling: { automaticRestart: true, onHostMaintenance: 'MIGRATE' },
      metadata: {
        'enable-oslogin': 'TRUE',
        'block-project-ssh-keys': 'TRUE',
        'serial-port-enable': 'FALSE',
        'enable-guest-attributes': 'TRUE',
        [DATA_DISK_KEY]: this.disk.diskNumber,
        ...this.blankDiskMetadata(),
        // Not metadata_startup_script, whose every change replaces the VM.
        'startup-script': requireText(this, 'startup-script', startupScript(configuration)),
      },
      lifecycle: { ignoreChanges: [BOOT_DISK_LABELS] },
    });
    // For commands that read the synthesized stack: Terraform ignores this block.
    describeSubnet(instance, network, requireDataSubnet(this, network));
    writeNote(instance, 'cassandra', {
      version: this.cassandraVersion,
      cluster: configuration.clusterName,
      datacenter: configuration.datacenter,
      rack: this.rack,
      packageAccess: configuration.packageAccess,
      resurrectionCheckExclusions:
        configuration.resurrectionCheckExclusions.length > 0 ? configuration.resurrectionCheckExclusions : undefined,
      superuser: configuration.superuser,
      roles: options.roles.length > 0 ? options.roles : undefined,
      disksFile: this.props.disksFile,
      archive: configuration.archive,
      joins: configuration.joins?.datacenter,
      archiveRetentionDays: configuration.archiveRetentionDays,
      repairWithinDays: configuration.repair === 'timer' ? configuration.gcGraceDays : undefined,
    });
    orderAfter(instance, () => [...options.waitFor(), ...this.account.grants, ...this.connections.egressRules]);
  }

  private createAccount(): NodeAccount {
    const { project, clusterName, sharedSecrets } = this.props;
    return createNodeAccount(this, {
      project,
      accountId: shorten(`${this.name}-node`, ACCOUNT_ID_LENGTH),
      displayName: `Cassandra node ${this.node.id} of ${clusterName}`,
      secrets: [...sharedSecrets, this.tlsSecretName],
    });
  }

  private reserveAddress(address: string | undefined): ComputeAddress {
    const { network, project, deletionProtection, labels } = this.props;
    const subnet = requireDataSubnet(this, network);
    const reserved = new ComputeAddress(this, 'Address', {
      project: project.projectId,
      region: network.region,
      name: this.name,
      addressType: 'INTERNAL',
      purpose: 'GCE_ENDPOINT',
      subnetwork: subnet.subnetId,
      address,
      labels,
      lifecycle: { preventDestroy: deletionProtection },
      dependsOn: project.enable('compute.googleapis.com'),
    });
    describeSubnet(reserved, network, subnet);
    return reserved;
  }

  private createConnections(id: string): Connections {
    const { serviceAccountEmail } = this;
    const { network } = this.props;
    return new Connections(this, {
      defaultPort: CQL,
      endpoint: () => ({ kind: 'instances', network, serviceAccountEmail, addresses: { [id]: this.address }, byAddress: true }),
    });
  }

  private createDisk(generation: number, labels: CassandraNodeProps['labels'], sourceSnapshot?: string): PersistentDisk {
    const { project, name, dataDiskType, dataDiskSizeGiB, deletionProtection } = this.props;
    return new PersistentDisk(this, generation === 1 ? 'Disk' : `Disk${generation}`, {
      project,
      name: generationName(name, generation),
      zone: this.zone,
      type: dataDiskType,
      sizeGiB: requireWholeNumber(this, 'dataDiskSizeGiB', dataDiskSizeGiB, { min: 10, max: 65536 }),
      sourceSnapshot,
      deletionProtection,
      labels,
    });
  }

  /**
   * Permits the startup script to format the first disk of this node. A replacement disk has another number and is not formatted: as an
   * empty seed it would join the ring at once and look healthy.
   *
   * A disk created from a snapshot has no such permission. The resource exists in this case too: created later, it would permit to format
   * the restored disk.
   */
  private blankDiskMetadata(): Record<string, string> {
    const first = new TerraformData(this, 'FirstDisk', {
      input: { number: this.disk.sourceSnapshot === undefined ? this.disk.diskNumber : NO_DISK },
      lifecycle: { ignoreChanges: ['input'] },
    });
    return { [BLANK_DISK_KEY]: first.output('number') };
  }
}

/** Value that matches no disk number: no disk of the node may be formatted. */
const NO_DISK = 'none';

/** Labels of a former disk that is kept: when and by what it was replaced, and how long it is kept. */
function keptLabels({ replacedAt, replacedBy, keepUntil }: KeptGeneration): Record<string, string> {
  return { [REPLACED_AT_LABEL]: replacedAt, [REPLACED_BY_LABEL]: labelValue(replacedBy), [KEEP_UNTIL_LABEL]: keepUntil };
}

/** Value of a label: lower-case letters, digits, hyphens and underscores, at most 63. */
function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, 63);
}

/** Notes network and range of a subnet from another stack, for commands that read this one. */
function describeSubnet(resource: TerraformResource, { networkId }: INetwork, { subnetId, range }: ISubnet): void {
  if (!Token.isUnresolved(subnetId)) writeNote(resource, 'subnet', { network: networkId, range });
}

function requireMachine(scope: Construct, machineType: string): string {
  requireMachineType(scope, 'machineType', machineType);
  return requireMatch(
    scope,
    'machineType',
    machineType,
    /^(?!f1-|g1-|e2-(micro|small|medium)$)[a-z][a-z0-9]*-[a-z0-9-]+$/,
    'a machine type such as n2-highmem-8, and none with shared cores',
  );
}

function requireFixedImage(scope: Construct, image: string): string {
  return requireMatch(
    scope,
    'image',
    image,
    /^(https:\/\/(www|compute)\.googleapis\.com\/compute\/v1\/)?projects\/[^/]+\/global\/images\/[a-z][-a-z0-9]*$/,
    'one fixed image, projects/PROJECT/global/images/NAME, and no family, since its next image would replace every VM at once',
  );
}
