import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address';
import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { ComputeDiskResourcePolicyAttachment } from '@cdktf/provider-google/lib/compute-disk-resource-policy-attachment';
import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { ComputeResourcePolicy } from '@cdktf/provider-google/lib/compute-resource-policy';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { type CassandraRingProps, DEFAULT_IMAGE, SnapshotSchedule } from '../../lib/cassandra';
import { Peer } from '../../lib/connectivity/peer';
import { Port } from '../../lib/network';
import { Synthesized } from '../support/synthesized';
import { NODES, RingStack } from './ring-stack';

/** Synthesized stack with one ring. */
function synthesize(props: Partial<CassandraRingProps> = {}): Synthesized {
  const stack = new RingStack();
  stack.addRing(props);
  return Synthesized.from(stack);
}

/** Names of the secrets in a grant, without the name of the ring. */
function readSecrets(synthesized: Synthesized, path: string): string[] {
  const { condition } = synthesized.at(path, ProjectIamMember);
  return condition.expression.split(' || ').map((text: string) => {
    const [, secret] = /^resource\.name\.startsWith\("projects\/123456789012\/secrets\/staging-cassandra-(\S+)\/versions\/"\)$/.exec(text)!;
    return secret!;
  });
}

function script(synthesized: Synthesized, node = 'b1'): string {
  return synthesized.at(`Cassandra/${node}/Resource`, ComputeInstance).metadata['startup-script'];
}

describe('a ring', () => {
  test('resolves defaults', () => {
    const ring = new RingStack().addRing();
    expect(ring).toMatchObject({
      name: 'staging-cassandra',
      clusterName: 'staging-cassandra',
      datacenter: 'europe-west1',
      replicationFactor: 3,
      cassandraVersion: '5.0.8',
      machineType: 'n2-highmem-8',
      image: DEFAULT_IMAGE,
      dataDiskType: 'pd-ssd',
      dataDiskSizeGiB: 500,
      allowStoppingForUpdate: false,
      deletionProtection: true,
      instanceDeletionProtection: false,
      sshFromIap: true,
      packageAccess: true,
    });
    expect([...ring.nodes.keys()]).toEqual(['b1', 'c1', 'd1']);
    expect(ring.nodes.get('c1')).toMatchObject({
      name: 'staging-cassandra-c1',
      zone: 'europe-west1-c',
      rack: 'europe-west1-c',
      address: '10.10.16.12',
      disk: { zone: 'europe-west1-c', deletionProtection: true },
    });
  });

  test('gives each node an address, a data disk and a VM', () => {
    const synthesized = synthesize();
    expect(Object.values(synthesized.all(ComputeInstance)).map(({ name, zone }) => `${name} ${zone}`)).toEqual([
      'staging-cassandra-b1 europe-west1-b',
      'staging-cassandra-c1 europe-west1-c',
      'staging-cassandra-d1 europe-west1-d',
    ]);
    expect(synthesized.at('Cassandra/b1/Address', ComputeAddress)).toMatchObject({
      name: 'staging-cassandra-b1',
      address: '10.10.16.11',
      address_type: 'INTERNAL',
      region: 'europe-west1',
      subnetwork: 'projects/parking-staging/regions/europe-west1/subnetworks/data',
      lifecycle: { prevent_destroy: true },
    });
    expect(synthesized.at('Cassandra/b1/Disk/Resource', ComputeDisk)).toMatchObject({
      name: 'staging-cassandra-b1-data',
      zone: 'europe-west1-b',
      type: 'pd-ssd',
      size: 500,
      create_snapshot_before_destroy: true,
      labels: { 'cassandra-cluster': 'staging-cassandra', 'cassandra-node': 'b1' },
      lifecycle: { prevent_destroy: true },
    });
  });

  test('creates VM instances that are replaceable, hardened and without an external address', () => {
    const synthesized = synthesize();
    const instance = synthesized.at('Cassandra/b1/Resource', ComputeInstance);
    const idOf = (type: Parameters<Synthesized['all']>[0], part: string) =>
      Object.keys(synthesized.all(type)).find((id) => id.includes(part));
    expect(instance).toMatchObject({
      project: 'parking-staging',
      machine_type: 'n2-highmem-8',
      deletion_protection: false,
      allow_stopping_for_update: false,
      boot_disk: { initialize_params: { image: DEFAULT_IMAGE, type: 'pd-balanced', size: 20 } },
      attached_disk: [{ source: `\${google_compute_disk.${idOf(ComputeDisk, 'b1')}.id}`, device_name: 'cassandra-data' }],
      shielded_instance_config: { enable_secure_boot: true, enable_vtpm: true, enable_integrity_monitoring: true },
      service_account: {
        email: `\${google_service_account.${idOf(ServiceAccount, 'ServiceAccount')}.email}`,
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
      metadata: {
        'enable-oslogin': 'TRUE',
        'block-project-ssh-keys': 'TRUE',
        'serial-port-enable': 'FALSE',
        'enable-guest-attributes': 'TRUE',
      },
    });
    expect(instance.network_interface).toEqual([
      {
        subnetwork: 'projects/parking-staging/regions/europe-west1/subnetworks/data',
        network_ip: `\${google_compute_address.${idOf(ComputeAddress, 'b1')}.address}`,
      },
    ]);
    expect(instance.lifecycle?.prevent_destroy).toBeUndefined();
    expect(instance.metadata_startup_script).toBeUndefined();
  });

  test('gives each node an account that may write logs and metrics, and read the secrets of that node', () => {
    const synthesized = synthesize();
    expect(synthesized.list(ServiceAccount).map(({ account_id }) => account_id)).toEqual([
      'staging-cassandra-b1-node',
      'staging-cassandra-c1-node',
      'staging-cassandra-d1-node',
    ]);
    for (const node of ['b1', 'c1', 'd1']) {
      const account = Object.keys(synthesized.all(ServiceAccount)).find((id) => id.startsWith(`Cassandra_${node}_`));
      const grants = synthesized.list(ProjectIamMember).filter(({ member }) => member === `\${google_service_account.${account}.member}`);
      expect(grants.map(({ role, condition }) => `${role} ${condition?.title ?? 'always'}`)).toEqual([
        'roles/logging.logWriter always',
        'roles/monitoring.metricWriter always',
        'roles/secretmanager.secretAccessor staging-cassandra-ca and 2 more',
      ]);
      expect(readSecrets(synthesized, `Cassandra/${node}/Secrets/Resource`)).toEqual(['ca', 'superuser', `${node}-tls`]);
      expect(synthesized.at(`Cassandra/${node}/Resource`, ComputeInstance).service_account.email).toBe(
        `\${google_service_account.${account}.email}`,
      );
    }
  });

  test('shortens the id of an account to the length that IAM allows', () => {
    const name = 'a-ring-with-thirty-characters1';
    const ids = synthesize({ name })
      .list(ServiceAccount)
      .map(({ account_id }) => account_id as string);
    expect(ids.map((id) => id.length)).toEqual([30, 30, 30]);
    expect(new Set(ids).size).toBe(3);
  });

  test('changes the account of one node at a time, while the others keep the shared account of earlier versions', () => {
    const stack = new RingStack();
    const nodes = { ...NODES, c1: { ...NODES.c1!, sharedServiceAccount: false } };
    const ring = stack.addRing({ nodes, sharedServiceAccount: true });
    const synthesized = Synthesized.from(stack);
    const ids = Object.keys(synthesized.all(ServiceAccount)).map((id) => id.replace(/_\w{8}$/, ''));
    expect(ids).toEqual(['Cassandra_ServiceAccount', 'Cassandra_c1_ServiceAccount']);
    expect(readSecrets(synthesized, 'Cassandra/Secrets/Resource')).toEqual(['ca', 'superuser', 'b1-tls', 'd1-tls']);
    expect(readSecrets(synthesized, 'Cassandra/c1/Secrets/Resource')).toEqual(['ca', 'superuser', 'c1-tls']);
    const { source_service_accounts, target_service_accounts } = synthesized.at(
      'Cassandra/From-cassandra-tcp-7000/Firewall',
      ComputeFirewall,
    );
    expect(target_service_accounts).toHaveLength(2);
    expect(source_service_accounts).toEqual(target_service_accounts);
    expect(ring.serviceAccountEmails).toHaveLength(2);
    expect(ring.nodes.get('b1')!.serviceAccountEmail).toBe(ring.nodes.get('d1')!.serviceAccountEmail);
  });

  test('keeps the account, grants and addresses of earlier versions for nodes that share one', () => {
    const synthesized = synthesize({ sharedServiceAccount: true });
    expect(synthesized.only(ServiceAccount).account_id).toBe('staging-cassandra-nodes');
    expect(Object.keys(synthesized.all(ServiceAccount))[0]).toMatch(/^Cassandra_ServiceAccount_\w{8}$/);
    expect(readSecrets(synthesized, 'Cassandra/Secrets/Resource')).toEqual(['ca', 'superuser', 'b1-tls', 'c1-tls', 'd1-tls']);
  });

  test('divides the rules of a ring with more than ten accounts, as Google Cloud allows', () => {
    const names = Array.from({ length: 12 }, (_, index) => `${'bcd'[index % 3]}${index}`);
    const nodes = Object.fromEntries(names.map((name) => [name, { zone: `europe-west1-${name[0]}` }]));
    const rules = synthesize({ nodes }).byPath(ComputeFirewall);
    const counts = Object.entries(rules)
      .filter(([path]) => path.startsWith('Cassandra/From-cassandra-tcp-7000/'))
      .map(([path, rule]) => [path.split('/')[2], rule.source_service_accounts?.length, rule.target_service_accounts.length])
      .sort();
    expect(counts).toEqual([
      ['Firewall', 10, 10],
      ['Firewall-2', 10, 2],
      ['Firewall-3', 2, 10],
      ['Firewall-4', 2, 2],
      ['FirewallEgress', undefined, 10],
      ['FirewallEgress-2', undefined, 2],
    ]);
    const ruleNames = Object.values(rules).map(({ name }) => name as string);
    expect(new Set(ruleNames).size).toBe(ruleNames.length);
  });

  test('starts no VM before it may read its secrets', () => {
    const { depends_on } = synthesize().at('Cassandra/b1/Resource', ComputeInstance);
    expect(depends_on).toContainEqual(expect.stringMatching(/^google_project_iam_member\.Cassandra_b1_Secrets_\w+$/));
  });

  test('names at most twelve secrets in a condition, as IAM allows', () => {
    const nodes = Object.fromEntries(
      ['b', 'c', 'd'].flatMap((zone) => [1, 2, 3, 4].map((number) => [`${zone}${number}`, { zone: `europe-west1-${zone}` }])),
    );
    const expressions = synthesize({ nodes, sharedServiceAccount: true })
      .list(ProjectIamMember)
      .flatMap(({ condition }) => (condition ? [condition.expression.split(' || ')] : []));
    expect(expressions.map(({ length }) => length)).toEqual([12, 2]);
    expect(new Set(expressions.flat()).size).toBe(14);
  });

  test('accepts custom names, sizes, version and protections', () => {
    const synthesized = synthesize({
      name: 'ring',
      clusterName: 'Parking',
      datacenter: 'dc1',
      cassandraVersion: '5.0.6',
      machineType: 'n4-highmem-8',
      image: 'projects/images/global/images/cassandra-5-0-6',
      dataDiskType: 'hyperdisk-balanced',
      dataDiskSizeGiB: 1000,
      allowStoppingForUpdate: true,
      deletionProtection: false,
      instanceDeletionProtection: true,
      labels: { team: 'data' },
    });
    expect(synthesized.at('Cassandra/b1/Resource', ComputeInstance)).toMatchObject({
      name: 'ring-b1',
      machine_type: 'n4-highmem-8',
      deletion_protection: true,
      allow_stopping_for_update: true,
      labels: { team: 'data', 'cassandra-cluster': 'parking', 'cassandra-node': 'b1' },
      boot_disk: { initialize_params: { image: 'projects/images/global/images/cassandra-5-0-6', type: 'hyperdisk-balanced' } },
    });
    expect(synthesized.at('Cassandra/b1/Disk/Resource', ComputeDisk)).toMatchObject({
      name: 'ring-b1-data',
      size: 1000,
      type: 'hyperdisk-balanced',
      lifecycle: { prevent_destroy: false },
    });
    expect(synthesized.at('Cassandra/b1/Address', ComputeAddress).lifecycle).toEqual({ prevent_destroy: false });
    expect(script(synthesized)).toContain('cluster_name: Parking');
    expect(script(synthesized)).toContain('dc=dc1\n');
    expect(script(synthesized)).toContain("VERSION='5.0.6'");
  });

  test('ignores changed labels of boot disks, which would replace the VM instances of all nodes at once', () => {
    const instance = synthesize({ labels: { team: 'data' } }).at('Cassandra/b1/Resource', ComputeInstance);
    expect(instance.lifecycle).toEqual({ ignore_changes: ['boot_disk[0].initialize_params[0].labels'] });
    expect(instance.boot_disk.initialize_params.labels).toMatchObject({ team: 'data' });
  });

  test('overrides settings of one node, and changes only that node', () => {
    const before = synthesize().json.resource;
    const after = synthesize({ nodes: { ...NODES, c1: { ...NODES.c1!, machineType: 'n2-highmem-16' } } }).json.resource;
    expect(changed(before, after)).toEqual([
      `google_compute_instance.${Object.keys(before.google_compute_instance).find((id) => id.includes('c1'))}.machine_type`,
    ]);
  });

  test('accepts image, disk size and rack per node', () => {
    const synthesized = synthesize({
      nodes: {
        ...NODES,
        c1: {
          zone: 'europe-west1-c',
          rack: 'c',
          image: 'projects/debian-cloud/global/images/debian-12-bookworm-v20250910',
          dataDiskSizeGiB: 800,
          allowStoppingForUpdate: true,
        },
      },
    });
    expect(synthesized.at('Cassandra/c1/Resource', ComputeInstance)).toMatchObject({
      boot_disk: { initialize_params: { image: 'projects/debian-cloud/global/images/debian-12-bookworm-v20250910' } },
      allow_stopping_for_update: true,
    });
    expect(synthesized.at('Cassandra/c1/Disk/Resource', ComputeDisk)).toMatchObject({ size: 800 });
    expect(script(synthesized, 'c1')).toContain('rack=c\n');
  });

  test('lets Google assign an address by default, and references it', () => {
    const stack = new RingStack();
    const { b1, c1 } = NODES;
    const ring = stack.addRing({ nodes: { b1: b1!, c1: c1!, d1: { zone: 'europe-west1-d' } } });
    const synthesized = Synthesized.from(stack);
    expect(synthesized.at('Cassandra/d1/Address', ComputeAddress).address).toBeUndefined();
    expect(ring.nodes.get('b1')!.address).toBe('10.10.16.11');
    expect(script(synthesized)).toMatch(
      /seeds: "10\.10\.16\.11,10\.10\.16\.12,\$\{google_compute_address\.Cassandra_d1_Address_\w+\.address\}"/,
    );
  });

  test('selects one seed per rack, the first by name, regardless of the order of the nodes', () => {
    const nodes = {
      d2: { zone: 'europe-west1-d' },
      b2: { zone: 'europe-west1-b' },
      c2: { zone: 'europe-west1-c' },
      ...NODES,
    };
    expect(new RingStack().addRing({ nodes }).seeds.map(({ node }) => node.id)).toEqual(['b1', 'c1', 'd1']);
  });

  test('formats only the first disk of a node', () => {
    const synthesized = synthesize();
    const { metadata } = synthesized.at('Cassandra/b1/Resource', ComputeInstance);
    const [id, first] = Object.entries(synthesized.json.resource.terraform_data as Record<string, unknown>).find(([key]) =>
      key.startsWith('Cassandra_b1_FirstDisk'),
    )!;
    expect(first).toMatchObject({ input: { number: metadata['data-disk-number'] }, lifecycle: { ignore_changes: ['input'] } });
    expect(metadata['data-disk-number']).toMatch(/^\$\{google_compute_disk\.Cassandra_b1_Disk_\w+\.disk_id\}$/);
    expect(metadata['blank-data-disk-number']).toBe(`\${terraform_data.${id}.output.number}`);
  });

  test('attaches every data disk to its own schedule, or to a given one', () => {
    const own = synthesize();
    expect(own.list(ComputeDiskResourcePolicyAttachment)).toHaveLength(3);
    expect(own.only(ComputeResourcePolicy).snapshot_schedule_policy.snapshot_properties.labels).toEqual({
      'cassandra-cluster': 'staging-cassandra',
    });

    const stack = new RingStack();
    const snapshots = new SnapshotSchedule(stack, 'Backups', { project: stack.project, region: 'europe-west1', retentionDays: 60 });
    expect(stack.addRing({ snapshots }).snapshots).toBe(snapshots);
    expect(Synthesized.from(stack).only(ComputeResourcePolicy).snapshot_schedule_policy.retention_policy.max_retention_days).toBe(60);
  });

  test("is reached by its own nodes and by SSH through Identity-Aware Proxy, and reaches its nodes, Google's APIs and package mirrors", () => {
    const synthesized = synthesize();
    const accounts = Object.keys(synthesized.all(ServiceAccount)).map((id) => `\${google_service_account.${id}.email}`);
    const nodes = ['10.10.16.11/32', '10.10.16.12/32', '10.10.16.13/32'];
    const rules = synthesized.byPath(ComputeFirewall);
    expect(
      Object.fromEntries(
        Object.entries(rules).map(([path, { direction, allow, source_ranges, source_service_accounts, destination_ranges, ...rule }]) => {
          expect(rule.target_service_accounts).toEqual(accounts);
          const [{ protocol, ports }] = allow;
          return [path, `${direction} ${protocol} ${ports} ${source_ranges ?? source_service_accounts ?? destination_ranges}`];
        }),
      ),
    ).toEqual({
      'Cassandra/From-cassandra-iap-tcp-22/Firewall': 'INGRESS tcp 22 35.235.240.0/20',
      'Cassandra/From-cassandra-tcp-7000/Firewall': `INGRESS tcp 7000 ${accounts}`,
      'Cassandra/From-cassandra-tcp-7000/FirewallEgress': `EGRESS tcp 7000 ${nodes}`,
      'Cassandra/From-cassandra-tcp-9042/Firewall': `INGRESS tcp 9042 ${accounts}`,
      'Cassandra/From-cassandra-tcp-9042/FirewallEgress': `EGRESS tcp 9042 ${nodes}`,
      'GoogleApis/From-cassandra-tcp-443/FirewallEgress': 'EGRESS tcp 443 199.36.153.8/30',
      'Internet/From-cassandra-tcp-443/FirewallEgress': 'EGRESS tcp 443 0.0.0.0/0',
      'Internet/From-cassandra-tcp-80/FirewallEgress': 'EGRESS tcp 80 0.0.0.0/0',
    });
    expect(JSON.stringify(Object.values(rules).map(({ allow }) => allow))).not.toContain('7199');
  });

  test('closes package mirrors and SSH on request', () => {
    expect(Object.keys(synthesize({ sshFromIap: false, packageAccess: false }).byPath(ComputeFirewall)).sort()).toEqual([
      'Cassandra/From-cassandra-tcp-7000/Firewall',
      'Cassandra/From-cassandra-tcp-7000/FirewallEgress',
      'Cassandra/From-cassandra-tcp-9042/Firewall',
      'Cassandra/From-cassandra-tcp-9042/FirewallEgress',
      'GoogleApis/From-cassandra-tcp-443/FirewallEgress',
    ]);
  });

  test('creates VM instances after the egress rules that they need', () => {
    const stack = new RingStack();
    const ring = stack.addRing();
    ring.allowTo(new Peer(stack, 'OtherRegion', { ranges: ['10.99.0.0/16'], throughVpc: true }), Port.tcp(7000));
    ring.nodes.get('b1')!.allowTo(new Peer(stack, 'Kafka', { ranges: ['10.98.0.0/16'], throughVpc: true }), Port.tcp(9092));
    const synthesized = Synthesized.from(stack);
    const rules = (node: string) =>
      synthesized
        .at(`Cassandra/${node}/Resource`, ComputeInstance)
        .depends_on.filter((address: string) => address.startsWith('google_compute_firewall.'))
        .map((address: string) => address.replace(/^google_compute_firewall\.(.*)_\w{8}$/, '$1'));
    const ofAll = [
      'Cassandra_From-cassandra-tcp-7000_FirewallEgress',
      'Cassandra_From-cassandra-tcp-9042_FirewallEgress',
      'GoogleApis_From-cassandra-tcp-443_FirewallEgress',
      'Internet_From-cassandra-tcp-443_FirewallEgress',
      'Internet_From-cassandra-tcp-80_FirewallEgress',
    ];
    expect(rules('c1')).toEqual([...ofAll, 'OtherRegion_From-cassandra-tcp-7000_FirewallEgress']);
    expect(rules('b1')).toEqual([
      ...ofAll,
      'Kafka_From-cassandra-b1-tcp-9092_FirewallEgress',
      'OtherRegion_From-cassandra-tcp-7000_FirewallEgress',
    ]);
  });

  test('admits a client at port 9042, to all nodes or to one', () => {
    const stack = new RingStack();
    const ring = stack.addRing();
    const office = new Peer(stack, 'Office', { ranges: ['192.168.0.0/24'] });
    ring.allowFrom(office);
    ring.nodes.get('b1')!.allowFrom(office);
    const synthesized = Synthesized.from(stack);
    const all = synthesized.at('Cassandra/From-office-tcp-9042/Firewall', ComputeFirewall);
    expect(all).toMatchObject({ source_ranges: ['192.168.0.0/24'], allow: [{ protocol: 'tcp', ports: ['9042'] }] });
    expect(all).not.toHaveProperty('destination_ranges');
    expect(synthesized.at('Cassandra/b1/From-office-tcp-9042/Firewall', ComputeFirewall)).toMatchObject({
      source_ranges: ['192.168.0.0/24'],
      destination_ranges: ['10.10.16.11/32'],
      target_service_accounts: [all.target_service_accounts[0]],
    });
  });

  test('uses the address of a node as the source of a rule for that node', () => {
    const stack = new RingStack();
    const ring = stack.addRing();
    ring.allowFrom(ring.nodes.get('c1')!, Port.tcp(9999));
    const rule = Synthesized.from(stack).at('Cassandra/From-cassandra-c1-tcp-9999/Firewall', ComputeFirewall);
    expect(rule.source_ranges).toEqual(['10.10.16.12/32']);
    expect(rule).not.toHaveProperty('source_service_accounts');
  });

  test('is an endpoint of VM instances with their addresses', () => {
    const { connections } = new RingStack().addRing();
    expect(connections.endpoint).toMatchObject({
      kind: 'instances',
      addresses: { b1: '10.10.16.11', c1: '10.10.16.12', d1: '10.10.16.13' },
    });
  });

  test('has the VM as the default child of a node', () => {
    expect(new RingStack().addRing().nodes.get('b1')!.node.defaultChild).toBeInstanceOf(ComputeInstance);
  });

  test('synthesizes no secret: no value, and no resource or data source whose value would be in the state', () => {
    const { json } = synthesize();
    expect(JSON.stringify(json)).not.toMatch(/password["']?\s*[:=]\s*["']?\w|BEGIN [A-Z ]*PRIVATE KEY|AKIA|ya29/i);
    expect(json).not.toHaveProperty('data');
    expect(Object.keys(json.resource).filter((type) => /secret|random|tls_|password|key/.test(type))).toEqual([]);
  });

  test('writes props and settings into the configuration', () => {
    const text = script(
      synthesize({
        superuser: 'dba',
        authReadConsistencyLevel: 'ONE',
        auditCategories: [],
        settings: { concurrent_reads: 64 },
        nodes: { ...NODES, b1: { ...NODES.b1!, cassandraVersion: '5.0.6' } },
      }),
    );
    expect(text).toContain('\nauth_read_consistency_level: ONE\n');
    expect(text).not.toContain('audit_logging_options');
    expect(text).toContain('\nconcurrent_reads: 64\n');
    expect(text).toContain("VERSION='5.0.6'");
  });

  test('changes metadata in place, and nothing else, when a setting changes', () => {
    const before = synthesize().json.resource;
    const after = synthesize({ settings: { concurrent_reads: 64 } }).json.resource;
    expect(changed(before, after)).toEqual(
      Object.keys(before.google_compute_instance).map((id) => `google_compute_instance.${id}.metadata.startup-script`),
    );
  });

  test('allows a smaller ring with a lower replication factor', () => {
    const ring = new RingStack().addRing({ replicationFactor: 1, nodes: { b1: NODES.b1! } });
    expect([...ring.nodes.keys()]).toEqual(['b1']);
  });
});

describe('a ring fails', () => {
  const { b1, c1, d1 } = NODES as Record<'b1' | 'c1' | 'd1', (typeof NODES)[string]>;

  test.each<[string, Partial<CassandraRingProps>, string]>([
    [
      'when it has fewer racks than copies',
      { nodes: { b1, c1 } },
      "'nodes' must be in as many racks as replicationFactor (3), got 2: europe-west1-b, europe-west1-c",
    ],
    [
      'when its heap is more than references can be compressed for',
      { heapMiB: 32_768 },
      "'heapMiB' must be a whole number from 256 to 31744, got 32768",
    ],
    ['when it has more racks than copies', { replicationFactor: 2 }, "'nodes' must be in as many racks as replicationFactor (2), got 3"],
    [
      'when a rack is larger',
      { nodes: { ...NODES, b2: { zone: 'europe-west1-b' } } },
      "'nodes' must have the same number of nodes in each rack, got europe-west1-b: 2, europe-west1-c: 1, europe-west1-d: 1",
    ],
    [
      'when a rack is in two zones',
      { nodes: { b1: { ...b1, rack: 'r1' }, c1: { ...c1, rack: 'r1' }, d1 } },
      "'nodes' must have one zone per rack, got europe-west1-b and europe-west1-c in rack 'r1'",
    ],
    [
      'when a zone has two racks',
      { nodes: { b1, b2: { zone: 'europe-west1-b', rack: 'r2' }, d1 } },
      "'nodes' must have one rack per zone, got europe-west1-b: europe-west1-b, r2: europe-west1-b",
    ],
    ['when it has no nodes', { nodes: {} }, "'nodes' must be in as many racks as replicationFactor (3), got 0"],
    [
      'when a zone is in another region',
      { nodes: { b1, c1, u1: { zone: 'us-east1-b' } } },
      "'nodes.u1.zone' must be in the network's region (europe-west1), got 'us-east1-b'",
    ],
    ['when a node has a name that is none', { nodes: { B_1: b1, c1, d1 } }, "'nodes' must be lower case letters, digits and hyphens"],
    [
      'when an address is outside the data subnet',
      { nodes: { b1: { ...b1, address: '10.10.20.5' }, c1, d1 } },
      "'nodes.b1.address' must be in the network's data subnet (10.10.16.0/24), got '10.10.20.5'",
    ],
    [
      'when an address is given twice',
      { nodes: { b1: { ...b1, address: '10.10.16.12' }, c1, d1 } },
      "'nodes.address' must not repeat a value, got '10.10.16.12' twice",
    ],
    ['when an address is none', { nodes: { b1: { ...b1, address: 'b1.internal' }, c1, d1 } }, "'nodes.b1.address' must be an IPv4 range"],
    [
      'when machines and disks do not go together',
      { machineType: 'n4-highmem-8' },
      "'dataDiskType' must be hyperdisk-balanced for machine type n4-highmem-8, got 'pd-ssd'",
    ],
    [
      'when disks and machines do not go together',
      { dataDiskType: 'hyperdisk-balanced' },
      "'dataDiskType' must be pd-balanced or pd-ssd for machine type n2-highmem-8, got 'hyperdisk-balanced'",
    ],
    [
      'on a disk type that loses data',
      { dataDiskType: 'local-ssd' as never },
      "'dataDiskType' must be one of pd-balanced, pd-ssd, hyperdisk-balanced, got 'local-ssd'",
    ],
    [
      'on a shared core',
      { machineType: 'e2-medium' },
      "'machineType' must be a machine type such as n2-highmem-8, and none with shared cores, got 'e2-medium'",
    ],
    [
      'on an image family',
      { image: 'projects/debian-cloud/global/images/family/debian-12' },
      "'image' must be one fixed image, projects/PROJECT/global/images/NAME",
    ],
    ['on a short image family', { image: 'debian-cloud/debian-12' }, "'image' must be one fixed image"],
    [
      'on a version that is not exact',
      { cassandraVersion: '5.0' },
      "'cassandraVersion' must be an exact 5.0 release such as 5.0.8, got '5.0'",
    ],
    [
      'on a setting that Cassandra 5.0 does not have',
      { settings: { read_request_timeout_in_ms: 5000 } },
      "'settings' must have names of Cassandra 5.0 settings, got 'read_request_timeout_in_ms' (did you mean 'read_request_timeout'?)",
    ],
    [
      'on a setting with a slip of the pen',
      { settings: { concurent_reads: 64 } },
      "got 'concurent_reads' (did you mean 'concurrent_reads'?)",
    ],
    ['on a setting that is none', { settings: { turbo: true } }, "'settings' must have names of Cassandra 5.0 settings, got 'turbo' (at"],
    [
      'on a setting that the ring decides on',
      { settings: { num_tokens: 8 } },
      "'settings' must not have num_tokens, which the ring sets itself (at",
    ],
    [
      'on a setting that has a prop',
      { auditCategories: [], settings: { audit_logging_options: { enabled: true } } },
      "'settings' must not have audit_logging_options, which the ring sets itself: use the prop 'auditCategories'",
    ],
    [
      'on a port that no firewall rule is for',
      { settings: { storage_port: 7010 } },
      "'settings' must not have storage_port, which the ring sets itself",
    ],
    [
      'on a key of a setting with NUL',
      { settings: { memtable: { 'a\0b': 1 } } },
      "'settings.memtable' must be a text of Unicode characters other than NUL",
    ],
    [
      'on a key of a setting that YAML cannot have',
      { settings: { memtable: { ['a'.repeat(256)]: 1 } } },
      "'settings.memtable' must have keys of at most 255 characters, got one of 256",
    ],
    [
      'on a key of a setting that the startup script replaces',
      { settings: { memtable: [{ seeds: 'a' }] } },
      "'settings.memtable[0]' must not have seeds, which the startup script replaces",
    ],
    [
      'on a setting without a value',
      { settings: { memtable: { a: null as never } } },
      "'settings.memtable.a' must be a text, a number, a boolean, a list or a map, got null",
    ],
    [
      'on a setting that is not a number',
      { settings: { memtable: [Number.NaN] } },
      "'settings.memtable[0]' must be a text, a number, a boolean, a list or a map, got NaN",
    ],
    ["on Cassandra's own superuser", { superuser: 'cassandra' }, "'superuser' must be at most 48 lower case letters"],
    [
      'on a consistency level that is none',
      { authReadConsistencyLevel: 'TWO' as never },
      "'authReadConsistencyLevel' must be one of ONE, LOCAL_ONE, LOCAL_QUORUM, QUORUM, got 'TWO'",
    ],
    [
      'on an audit category that is none',
      { auditCategories: ['LOGIN' as never] },
      "'auditCategories' must be one of AUTH, DCL, DDL, DML, ERROR, PREPARE, QUERY, got 'LOGIN'",
    ],
    ['on a cluster name that needs quoting', { clusterName: "it's" }, "'clusterName' must be at most 48 letters"],
    [
      'on a data centre that needs quoting',
      { datacenter: 'a b' },
      "'datacenter' must be letters, digits, hyphens and underscores, got 'a b'",
    ],
    ['on a disk that is too small', { dataDiskSizeGiB: 1 }, "'dataDiskSizeGiB' must be a whole number from 10 to 65536, got 1"],
    ['on a long name', { name: 'n'.repeat(31) }, "'name' must be lower case letters"],
  ])('%s', (_, props, message) => {
    expect(() => new RingStack().addRing(props)).toThrow(message);
  });

  test.each(['10.10.16.0', '10.10.16.1', '10.10.16.254', '10.10.16.255'])('on %s, which Google keeps', (address) => {
    expect(() => new RingStack().addRing({ nodes: { b1: { ...b1, address }, c1, d1 } })).toThrow(
      `'nodes.b1.address' must not be one of the four addresses Google keeps (10.10.16.0, 10.10.16.1, 10.10.16.254, 10.10.16.255), got '${address}' (at staging/Cassandra)`,
    );
  });
});

/** Paths of the leaves that differ. */
function changed(before: unknown, after: unknown, path = ''): string[] {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) {
    return before === after ? [] : [path];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    changed((before as Record<string, unknown>)[key], (after as Record<string, unknown>)[key], path ? `${path}.${key}` : key),
  );
}
