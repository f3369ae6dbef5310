import type { Environment } from './environment';

export const production: Environment = {
  name: 'production',
  projectId: 'parking-production',
  projectNumber: '210000000002',
  region: 'europe-west1',
  stateBucket: 'parking-production-terraform-state',

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

  nodeRange: '10.20.0.0/20',
  podRange: '10.32.0.0/14',
  serviceRange: '10.21.0.0/20',
  dataRange: '10.20.16.0/24',

  nodeZones: ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'],
  releaseChannel: 'STABLE',
  maintenanceDays: ['wednesday', 'thursday'],
  maintenanceStartHourUtc: 2,
  googleGroupsSecurityGroup: 'gke-security-groups@parking.example',

  appsMachineType: 'n2-standard-8',
  appsMinNodes: 3,
  appsMaxNodes: 30,
  // Parking in cities is from seven to seven with peaks at both ends, and close to zero at night.
  appsLoadProfile: {
    peakVCpus: 240,
    otherwise: 0.05,
    periods: [
      { days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], fromHour: 7, toHour: 20, share: 0.6 },
      { days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], fromHour: 7, toHour: 9, share: 1 },
      { days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], fromHour: 16, toHour: 19, share: 1 },
      { days: ['saturday'], fromHour: 9, toHour: 19, share: 0.7 },
      { days: ['sunday'], fromHour: 11, toHour: 18, share: 0.3 },
    ],
  },
  batchMachineType: 'n2-standard-4',
  batchMaxNodes: 10,
  batchSpot: true,
  batchLoadProfile: {
    peakVCpus: 40,
    otherwise: 0,
    periods: [
      {
        days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
        fromHour: 1,
        toHour: 4,
        share: 0.8,
      },
    ],
  },

  cassandraNodes: {
    b: { zone: 'europe-west1-b', address: '10.20.16.11' },
    c: { zone: 'europe-west1-c', address: '10.20.16.12' },
    d: { zone: 'europe-west1-d', address: '10.20.16.13' },
  },
  cassandraMachineType: 'n2-highmem-8',
  cassandraDiskSizeGiB: 500,
  cassandraDisksFile: 'environments/production.disks.json',
  snapshotRetentionDays: 30,
  snapshotSetHoursBetween: 1,
  snapshotSetRetentionDays: 3,

  apps: {
    domain: 'parking.example',
    dnsZoneName: 'parking-example',
    version: '6.7.0',
    minReplicas: 3,
    maxReplicas: 20,
    ownerGroup: 'parking-operators@parking.example',
    switchedOff: [],
  },
};
