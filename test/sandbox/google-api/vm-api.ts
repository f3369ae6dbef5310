import { ComputeEngine } from '../../../lib/recovery/compute-engine';
import { ApiFaults } from '../../../lib/sandbox/api-faults';
import { Bindings } from '../../../lib/sandbox/bindings';
import { CloudResource } from '../../../lib/sandbox/cloud-resource';
import { Faults } from '../../../lib/sandbox/faults';
import { GoogleApiServer, type VmHost } from '../../../lib/sandbox/google-api';
import { Operations } from '../../../lib/sandbox/operations';
import { ResourceType } from '../../../lib/sandbox/resource-type';
import { SimulatedCloud } from '../../../lib/sandbox/simulated-cloud';
import { TYPE_DESCRIPTIONS } from '../../../lib/sandbox/types';
import type { Values } from '../../../lib/sandbox/values';

export const PROJECT = 'parking';
export const ZONE = 'europe-west1-b';
export const PLACE = `projects/${PROJECT}/zones/${ZONE}`;

const bindings = new Bindings();
const types = new Map(TYPE_DESCRIPTIONS.map((description) => [description.type, description]));

/** Compute Engine API of a sandbox with VMs that do not run, and the client of backups and restores. */
export class VmApi implements VmHost {
  public static async start(): Promise<VmApi> {
    const api = new VmApi();
    api.server = await GoogleApiServer.start({
      ...{ cloud: api.cloud, faults: api.faults, apiFaults: api.apiFaults, vms: api, token: 'secret', services: [] },
      operations: new Operations(api.cloud, () => TYPE_DESCRIPTIONS),
      resolveType: (name) => new ResourceType(name, bindings.resource(name)!, types.get(name)),
    });
    return api;
  }

  public readonly cloud = new SimulatedCloud(undefined, { enabledApis: 'all' });
  public readonly faults = new Faults();
  public readonly apiFaults = new ApiFaults();

  /** Statuses of VMs, by name. */
  public readonly running = new Map<string, string>();
  public attributes: Readonly<Record<string, string>> = {};
  public console = '';

  /** Error of the next reconciliations, and of snapshots. */
  public problem?: string;
  public snapshotProblem?: string;
  public reconciliations = 0;
  private server?: GoogleApiServer;

  public async reconcile(): Promise<void> {
    this.reconciliations++;
    if (this.problem !== undefined) throw new Error(this.problem);
  }

  public async snapshotFailure(): Promise<string | undefined> {
    return this.snapshotProblem;
  }

  public async statuses(): Promise<ReadonlyMap<string, string>> {
    return this.running;
  }

  public async guestAttributes(): Promise<Readonly<Record<string, string>>> {
    return this.attributes;
  }

  public async serialConsole(): Promise<string> {
    return this.console;
  }

  public get compute(): ComputeEngine {
    return this.computeOf(PROJECT);
  }

  public computeOf(project: string): ComputeEngine {
    const environment = { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: this.server!.computeEndpoint, GOOGLE_OAUTH_ACCESS_TOKEN: 'secret' };
    return new ComputeEngine({ project, environment, retryDelayMs: 1, operationTimeoutMs: 2_000 });
  }

  /** @param path below the project, for example `global/snapshots` */
  // biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
  public async call(method: string, path: string, body?: object, project = PROJECT): Promise<{ code: number; body: any }> {
    const answer = await fetch(`${this.server!.computeEndpoint}projects/${project}/${path}`, {
      ...{ method, headers: { authorization: 'Bearer secret' } },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { code: answer.status, body: await answer.json() };
  }

  /** Adds a network with a subnet, and a disk that is attached to an instance, as Terraform leaves them in the cloud. */
  public async deploy(): Promise<void> {
    const region = `projects/${PROJECT}/regions/europe-west1`;
    const network = `projects/${PROJECT}/global/networks/main`;
    this.put('google_compute_network', network, { name: 'main' });
    this.put('google_compute_subnetwork', `${region}/subnetworks/data`, { name: 'data', network, ip_cidr_range: '10.10.8.0/24' });
    await this.compute.createDisk(ZONE, { name: 'data', sizeGb: '50', type: `${PLACE}/diskTypes/pd-ssd`, labels: { node: 'b' } });
    await this.createVm('node', [{ source: `${PLACE}/disks/data`, deviceName: 'cassandra' }]);
  }

  public createVm(name: string, disks: readonly object[] = []) {
    return this.compute.createInstance(ZONE, {
      name,
      machineType: `${PLACE}/machineTypes/n2-standard-2`,
      disks: [
        { boot: true, autoDelete: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/debian-12' } },
        ...disks,
      ],
      networkInterfaces: [{ subnetwork: `projects/${PROJECT}/regions/europe-west1/subnetworks/data` }],
      metadata: { items: [{ key: 'startup-script', value: 'true' }] },
      labels: { 'cassandra-recovery': 'test' },
    });
  }

  public put(type: string, identity: string, values: Values): void {
    this.cloud.put(
      new CloudResource(type, identity, { project: PROJECT, id: identity, self_link: identity, ...values }, { project: PROJECT }),
    );
  }

  public async stop(): Promise<void> {
    await this.server!.stop();
  }
}
