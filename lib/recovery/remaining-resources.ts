import { ReportedError } from '../core/reported-error';
import { estimateDiskMonth, estimateMachineMonth } from '../cost';
import type { Ring } from '../operations';
import type { ComputeEngine, ComputeResource } from './compute-engine';
import { RECOVERY_LABEL, RecoveryVms } from './recovery-vms';

/** Resource of a drill that could not be removed. */
export interface RemainingResource {
  /** Kind, name and zone, for example `disk recovery-1a2b3c4d-staging-cassandra-b (50 GiB of pd-ssd) in europe-west1-b`. */
  readonly description: string;

  /** List price in USD. @default - unknown */
  readonly monthlyCost?: number;
}

/** Lists the recovery VMs and disks of a run, with their cost. A zone that cannot be listed is named: it may have some. */
export async function listRemaining(compute: ComputeEngine, ring: Ring, run: string): Promise<RemainingResource[]> {
  const zones = [...new Set(ring.nodes.map(({ zone }) => zone))];
  const found = await Promise.all(zones.map((zone) => listZone(compute, zone, run)));
  return found.flat();
}

async function listZone(compute: ComputeEngine, zone: string, run: string): Promise<RemainingResource[]> {
  try {
    const { vms, disks } = await RecoveryVms.list(compute, zone, run);
    return [...vms.map((vm) => describeVm(zone, vm)), ...disks.map((disk) => describeDisk(zone, disk))];
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    return [
      { description: `possibly VMs and disks with the label ${RECOVERY_LABEL} in ${zone}, which cannot be listed: ${error.message}` },
    ];
  }
}

function describeVm(zone: string, { name, machineType }: ComputeResource): RemainingResource {
  const type = lastPart(machineType);
  return { description: `VM ${name} (${type}) in ${zone}`, ...withCost(estimateMachineMonth(zone, type)) };
}

function describeDisk(zone: string, { name, type: path, sizeGb }: ComputeResource): RemainingResource {
  const [type, size] = [lastPart(path), Number(sizeGb)];
  return { description: `disk ${name} (${size} GiB of ${type}) in ${zone}`, ...withCost(estimateDiskMonth(zone, type, size)) };
}

function withCost(monthlyCost: number | undefined): Pick<RemainingResource, 'monthlyCost'> {
  return monthlyCost === undefined || Number.isNaN(monthlyCost) ? {} : { monthlyCost };
}

function lastPart(path: unknown): string {
  return String(path).split('/').at(-1)!;
}
