import { ComputeEngine, type ComputeResource, type Zonal } from '../../lib/recovery';

/** Reports of the recovery VMs of one verification: guest attributes by zone. */
export interface RecordedRun {
  readonly run: string;
  readonly attributes: Readonly<Record<string, readonly (readonly [key: string, value: string])[]>>;

  /** VMs that ended without a report, by zone. */
  readonly ended: readonly string[];
}

type Body = (body: ComputeResource) => ComputeResource;

/** Client of Compute Engine that records the reports of recovery VMs, and changes the requests that create them. */
export class RecordingCompute extends ComputeEngine {
  private readonly attributes = new Map<string, readonly (readonly [string, string])[]>();
  private readonly ended = new Set<string>();

  constructor(
    options: ConstructorParameters<typeof ComputeEngine>[0],
    private readonly changes: ReadonlyMap<string, Body> = new Map(),
  ) {
    super(options);
  }

  public override createInstance(zone: string, body: ComputeResource): Promise<ComputeResource> {
    return super.createInstance(zone, this.changes.get(zone)?.(body) ?? body);
  }

  public override async guestAttributes(vm: Zonal, namespace: string): Promise<ReadonlyMap<string, string>> {
    const read = await super.guestAttributes(vm, namespace);
    this.attributes.set(vm.zone, [...read]);
    return read;
  }

  public override async instance(vm: Zonal): Promise<ComputeResource | undefined> {
    const found = await super.instance(vm);
    if (vm.name.startsWith('recovery-') && found?.status === 'TERMINATED') this.ended.add(vm.zone);
    return found;
  }

  public recorded(run: string): RecordedRun {
    return { run, attributes: Object.fromEntries(this.attributes), ended: [...this.ended] };
  }
}

/** Compute Engine whose recovery VMs report what was recorded. It creates and deletes nothing. */
export function replayCompute({ attributes, ended }: RecordedRun): ComputeEngine {
  const network = { networkInterfaces: [{ subnetwork: 'projects/p/regions/r/subnetworks/data' }] };
  const engine: Partial<Record<keyof ComputeEngine, unknown>> = {
    disk: async () => undefined,
    disks: async () => [],
    instances: async () => [],
    instance: async ({ zone, name }: Zonal) => {
      const status = name.startsWith('recovery-') && ended.includes(zone) ? 'TERMINATED' : 'RUNNING';
      return { name, status, ...network };
    },
    createDisk: async () => ({ name: 'clone' }),
    createInstance: async () => ({ name: 'vm' }),
    deleteDisk: async () => {},
    deleteInstance: async () => {},
    guestAttributes: async ({ zone }: Zonal) => new Map(attributes[zone] ?? []),
  };
  return engine as ComputeEngine;
}
