import type { Environment } from './environment';

export const staging: Environment = {
  name: 'staging',
  projectId: 'parking-staging',
  projectNumber: '210000000001',
  region: 'europe-west1',
  stateBucket: 'parking-staging-terraform-state',

  deletionProtection: true,
  protectedAddresses: [
    'google_compute_address.Cassandra_b_Address_8A775BFF',
    'google_compute_address.Cassandra_c_Address_A784138F',
    'google_compute_address.Cassandra_d_Address_ACCC1C20',
    'google_compute_disk.Cassandra_b_Disk_D2F8C49C',
    'google_compute_disk.Cassandra_c_Disk_D4F4BEC6',
    'google_compute_disk.Cassandra_d_Disk_1BA101FF',
    'google_compute_resource_policy.Snapshots_D03D071C',
    'google_container_cluster.Cluster_EB0386A7',
  ],
  protectionExemptions: [],

  nodeRange: '10.10.0.0/22',
  podRange: '10.16.0.0/16',
  serviceRange: '10.11.0.0/20',
  dataRange: '10.10.8.0/24',

  nodeZones: ['europe-west1-b', 'europe-west1-c'],
  releaseChannel: 'REGULAR',
  maintenanceDays: ['monday', 'tuesday'],
  maintenanceStartHourUtc: 2,
  googleGroupsSecurityGroup: 'gke-security-groups@parking.example',

  appsMachineType: 'e2-standard-4',
  appsMinNodes: 1,
  appsMaxNodes: 6,
  // Working hours of developers.
  appsLoadProfile: {
    peakVCpus: 24,
    otherwise: 0.1,
    periods: [{ days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], fromHour: 8, toHour: 19, share: 0.6 }],
  },
  batchMachineType: 'e2-standard-2',
  batchMaxNodes: 2,
  batchSpot: true,
  batchLoadProfile: { peakVCpus: 4, otherwise: 0, periods: [{ days: ['monday'], fromHour: 1, toHour: 3, share: 0.5 }] },

  cassandraNodes: {
    b: { zone: 'europe-west1-b', address: '10.10.8.11' },
    c: { zone: 'europe-west1-c', address: '10.10.8.12' },
    d: { zone: 'europe-west1-d', address: '10.10.8.13' },
  },
  cassandraMachineType: 'n2-standard-2',
  cassandraDiskSizeGiB: 50,
  cassandraDisksFile: 'environments/staging.disks.json',
  snapshotRetentionDays: 7,
  snapshotSetHoursBetween: 4,
  snapshotSetRetentionDays: 3,

  apps: {
    domain: 'staging.parking.example',
    dnsZoneName: 'staging-parking-example',
    version: '6.7.1',
    minReplicas: 2,
    maxReplicas: 4,
    ownerGroup: 'parking-developers@parking.example',
    switchedOff: [],
  },
};
