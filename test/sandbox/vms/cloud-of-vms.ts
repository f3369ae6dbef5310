import { CloudResource } from '../../../lib/sandbox/cloud-resource';
import { SimulatedCloud } from '../../../lib/sandbox/simulated-cloud';
import type { Values } from '../../../lib/sandbox/values';

const PROJECT = 'parking';
const ZONE = 'europe-west1-b';

/** A cloud with one network, to which tests add instances, disks and firewall rules as Terraform would. */
export class CloudOfVms extends SimulatedCloud {
  private numbers = 100;

  constructor() {
    super();
    this.add('google_compute_subnetwork', `projects/${PROJECT}/regions/europe-west1/subnetworks/data`, { ip_cidr_range: '10.10.8.0/24' });
  }

  public addInstance(name: string, address: string, values: Values = {}): void {
    this.add('google_compute_instance', `projects/${PROJECT}/zones/${ZONE}/instances/${name}`, {
      name,
      instance_id: String(this.numbers++),
      project: PROJECT,
      zone: ZONE,
      machine_type: 'n2-standard-2',
      network_interface: [
        {
          network: `projects/${PROJECT}/global/networks/main`,
          subnetwork: `projects/${PROJECT}/regions/europe-west1/subnetworks/data`,
          network_ip: address,
        },
      ],
      service_account: [{ email: `${name}@parking.iam.gserviceaccount.com`, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
      metadata: { 'startup-script': 'true', 'enable-guest-attributes': 'TRUE' },
      ...values,
    });
  }

  public addDisk(name: string, values: Values = {}): void {
    const number = String(this.numbers++);
    this.add('google_compute_disk', `projects/${PROJECT}/zones/${ZONE}/disks/${name}`, { name, disk_id: number, size: 10, ...values });
  }

  public addFirewall(name: string, values: Values): void {
    const network = `projects/${PROJECT}/global/networks/main`;
    this.add('google_compute_firewall', `projects/${PROJECT}/global/firewalls/${name}`, { name, network, ...values });
  }

  public add(type: string, identity: string, values: Values): void {
    this.put(new CloudResource(type, identity, values, { project: PROJECT, zone: ZONE }));
  }
}
