import { KEEP_UNTIL_LABEL } from '../cassandra-contract/labels';
import type { Price } from '../resource-types';
import { hoursBetweenSnapshots } from '../resource-types';
import { type Resource, TerraformDocument } from '../terraform/document';
import { readNote } from '../terraform/notes';
import { blockAt, blocksAt, booleanAt, known, listAt, numberAt, textAt, written } from '../terraform/values';
import { type Band, createFixedBand, NOTHING, sumBands } from './band';
import { type Cost, type CostLine, MODULES, type Unpriced } from './cost';
import { estimateInstance, estimateNodePool } from './node-pools';
import { findPrice } from './price-facet';
import { HOURS_A_MONTH, lookUp, PRICES, type Prices } from './prices';
import { readRegion } from './region';

type Meter = Extract<Price, { readonly meter: string }>['meter'];

/** Snapshot schedule of a disk: interval and retention. */
interface Schedule {
  readonly days: number;
  readonly hoursBetween: number;
}

/**
 * Estimates the monthly cost of a stack.
 *
 * @param json a `cdk.tf.json`, or a plan as printed by `terraform show -json`
 * @param options `synthesized` is the `cdk.tf.json` of a plan, which has the load profiles
 * @throws ReportedError when a load profile is not valid
 */
export function estimateCost(json: unknown, options: { readonly synthesized?: unknown; readonly prices?: Prices } = {}): Cost {
  const { synthesized, prices = PRICES } = options;
  return new Estimate(TerraformDocument.read(json, synthesized), prices).cost();
}

class Estimate {
  private readonly lines: CostLine[] = [];
  private readonly notPriced: Unpriced[] = [];
  private nodes: Band = NOTHING;
  private readonly facets: ReadonlyMap<Resource, Price | undefined>;
  private readonly schedules: ReadonlyMap<string, Schedule>;
  private readonly sets: ReadonlyMap<string, Schedule>;

  constructor(
    private readonly document: TerraformDocument,
    private readonly prices: Prices,
  ) {
    this.facets = new Map(document.resources.map((resource) => [resource, findPrice(resource)]));
    this.schedules = this.schedulesByDisk();
    this.sets = this.setsByDisk();
  }

  public cost(): Cost {
    const { document, prices, lines, notPriced } = this;
    for (const pool of this.priced('node-pool')) this.addPool(pool);
    for (const cluster of this.priced('cluster')) this.addCluster(cluster);
    for (const machine of this.priced('instance')) this.addMachine(machine);
    for (const disk of this.priced('disk')) this.addDisk(disk);
    for (const nat of this.priced('nat')) this.addNat(nat);
    for (const address of this.priced('address')) this.addAddress(address);
    this.countOthers();
    if (document.unreadModules.length > 0) {
      const why = 'their resources are not in a synthesized stack: use a plan';
      notPriced.push({ what: MODULES, count: document.unreadModules.length, why, weight: 'main' });
    }
    const pools = lines.filter(({ kind }) => kind === 'nodes');
    const priced = sumBands(lines.map(({ band }) => band));
    const hasTotal = notPriced.length === 0 || (lines.length > 0 && notPriced.every(({ weight }) => weight !== 'main'));
    return {
      pricesOf: prices.date,
      source: prices.source,
      lines: lines.sort((a, b) => b.band.expected - a.band.expected || (a.address < b.address ? -1 : 1)),
      ...(hasTotal ? { total: priced } : {}),
      priced,
      pools: {
        expected: pools.reduce((total, { band }) => total + band.expected, 0),
        withoutScaling: pools.reduce((total, { withoutScaling = 0 }) => total + withoutScaling, 0),
      },
      notPriced: [...notPriced, ...ALWAYS_UNPRICED],
    };
  }

  /** Finds resources whose cost is calculated. Of a resource with `count` or `for_each` one is priced, and the others are reported. */
  private priced(meter: Meter): Resource[] {
    return this.metered(meter).filter((resource) => {
      const { count, for_each: forEach } = resource.values;
      const number = known(numberAt(resource.values, 'count'));
      if (number === 0) return false;
      if (forEach !== undefined && forEach !== null) this.leaveOut(resource, 'instances of for_each, of which one is priced', 'main');
      else if (count !== undefined && count !== null && number !== 1) {
        this.leaveOut(resource, `${count} instances, of which one is priced`, 'main');
      }
      return true;
    });
  }

  private metered(meter: Meter): Resource[] {
    return this.document.resources.filter((resource) => {
      const price = this.facets.get(resource);
      return price !== undefined && 'meter' in price && price.meter === meter;
    });
  }

  private addPool(pool: Resource): void {
    const { line, nodes, unpriced } = estimateNodePool(pool, this.document, this.prices);
    this.nodes = sumBands([this.nodes, nodes]);
    if (line) this.lines.push(line);
    this.notPriced.push(...unpriced);
  }

  private addCluster(cluster: Resource): void {
    const { hour, zonalCreditMonth } = this.prices.cluster;
    const isAutopilot = isTrue(cluster.values, 'enable_autopilot');
    const credit = isAutopilot || /-[a-z]$/.test(written(textAt(cluster.values, 'location'))) ? zonalCreditMonth : 0;
    const fee = hour * HOURS_A_MONTH;
    const note = credit > 0 ? 'management fee; free within the monthly credit of the billing account' : 'management fee';
    this.add(cluster, 'cluster', { ...createFixedBand(fee), minimum: Math.max(0, fee - credit) }, note);
    if (isAutopilot) {
      this.leaveOut(cluster, 'pods of Autopilot', 'main');
      return;
    }
    if (!isTrue(cluster.values, 'remove_default_node_pool')) this.leaveOut(cluster, 'default node pool, which is not removed', 'main');
    if (isTrue(cluster.values, 'cluster_autoscaling', 'enabled')) {
      this.leaveOut(cluster, 'nodes of auto-provisioning', 'main');
    }
  }

  private addMachine(machine: Resource): void {
    const { values } = machine;
    const region = readRegion(written(textAt(values, 'zone')));
    const machineType = written(textAt(values, 'machine_type')).replace(/^.*\//, '');
    const scheduling = blockAt(values, 'scheduling');
    const isSpot = written(textAt(scheduling, 'provisioning_model')) === 'SPOT' || isTrue(scheduling, 'preemptible');
    const isStopped = written(textAt(values, 'desired_status')) === 'TERMINATED';
    const band = isStopped ? createFixedBand(0) : estimateInstance(this.prices, region, machineType, isSpot);
    if (band) this.add(machine, 'machine', band, isStopped ? `${machineType}, stopped` : machineType);
    else this.leaveOut(machine, `no price of ${machineType} in ${region}`, 'main');
    const accelerators = blocksAt(values, 'guest_accelerator').map(
      (each) => `${known(numberAt(each, 'count')) ?? 1} ${written(textAt(each, 'type'))}`,
    );
    if (accelerators.length > 0) this.leaveOut(machine, `accelerators: ${accelerators.join(', ')}`, 'main');
    const localSsds = blocksAt(values, 'scratch_disk').length;
    if (localSsds > 0) this.leaveOut(machine, `${localSsds} local SSDs`, 'main');
    for (const parameters of blocksAt(values, 'boot_disk', 'initialize_params')) {
      this.addStorage(
        machine,
        region,
        written(textAt(parameters, 'type')) || 'pd-standard',
        known(numberAt(parameters, 'size')),
        'boot disk, ',
      );
      const image = written(textAt(parameters, 'image'));
      if (LICENSED_IMAGE.test(image) && !image.includes('byos')) this.leaveOut(machine, `license of ${image.replace(/^.*\//, '')}`);
    }
  }

  private addDisk(disk: Resource): void {
    const { values, type } = disk;
    const isRegional = type === 'google_compute_region_disk';
    const region = isRegional ? written(textAt(values, 'region')) : readRegion(written(textAt(values, 'zone')));
    const size = known(numberAt(values, 'size'));
    const keptUntil = written(textAt(values, 'labels', KEEP_UNTIL_LABEL));
    const words = keptUntil === '' ? '' : `replaced by a restore, kept until ${keptUntil}: `;
    // A regional disk has two replicas.
    this.addStorage(disk, region, written(textAt(values, 'type')) || 'pd-standard', size, words, isRegional ? 2 : 1);
    const schedule = this.scheduleOf(disk);
    const set = this.sets.get(disk.address) ?? this.sets.get(String(values.name));
    const both = [schedule, set].filter((each) => each !== undefined);
    const price = lookUp(this.prices.regions, region)?.snapshots;
    if (both.length === 0 || size === undefined || price === undefined) return;
    // Snapshots of a disk share unchanged blocks: changes are stored from the oldest snapshot to the newest.
    const days = Math.max(...both.map((each) => each.days));
    const hoursBetween = Math.min(...both.map((each) => each.hoursBetween));
    const { full, changedADay } = this.prices.snapshotUse;
    const stored = (index: 0 | 1 | 2, hours = hoursBetween): number =>
      size * full[index] * (1 + changedADay[index] * (days - hours / 24)) * price;
    const percent = (share: number): string => `${Math.round(share * 100)} %`;
    const taken = [
      ...(schedule ? [`${formatInterval(schedule.hoursBetween)} for ${schedule.days} days`] : []),
      ...(set ? [`sets ${formatInterval(set.hoursBetween)} for ${set.days} days`] : []),
    ];
    const hourly = hoursBetween > 1 ? `; hourly, ${describeLoss(1)}: $${stored(1, 1).toFixed(2)} instead of $${stored(1).toFixed(2)}` : '';
    const use = `expected: ${percent(full[1])} full, ${percent(changedADay[1])} of that changes in a day`;
    const note = `${taken.join(', ')}, ${describeLoss(hoursBetween)}${hourly}; ${use}`;
    this.add(disk, 'snapshots', { minimum: stored(0), expected: stored(1), maximum: stored(2) }, note);
  }

  private addStorage(owner: Resource, region: string, type: string, size: number | undefined, words: string, copies = 1): void {
    const price = lookUp(lookUp(this.prices.regions, region)?.disks, type);
    if (size === undefined) this.leaveOut(owner, `${words}of the size of its source`);
    else if (price === undefined) this.leaveOut(owner, `${words}no price of ${type} in ${region}`);
    else this.add(owner, 'disk', createFixedBand(price * size * copies), `${words}${size} GiB of ${type}`);
  }

  private scheduleOf({ address, values }: Resource): Schedule | undefined {
    return this.schedules.get(address) ?? this.schedules.get(String(values.name));
  }

  /** Maps disks, by address or name, to the snapshot sets of their ring. */
  private setsByDisk(): Map<string, Schedule> {
    return new Map(
      this.document.ofType('google_cloud_scheduler_job').flatMap((job) => {
        const { disks, hoursBetween, retentionDays: days } = readNote(job, 'snapshotSet') ?? {};
        if (!Array.isArray(disks) || typeof hoursBetween !== 'number' || typeof days !== 'number') return [];
        return disks.map((disk) => [readTarget(disk), { hoursBetween, days }] as const);
      }),
    );
  }

  /** Maps disks, by address or name, to their schedules. */
  private schedulesByDisk(): Map<string, Schedule> {
    const schedules = new Map<string, Schedule>();
    for (const { address, values } of this.document.ofType('google_compute_resource_policy')) {
      const days = known(numberAt(values, 'snapshot_schedule_policy', 'retention_policy', 'max_retention_days'));
      if (days === undefined) continue;
      for (const key of [address, String(values.name)])
        schedules.set(key, { days, hoursBetween: hoursBetweenSnapshots(blockAt(values, 'snapshot_schedule_policy', 'schedule')) ?? 24 });
    }
    return new Map(
      this.document
        .ofType('google_compute_disk_resource_policy_attachment', 'google_compute_region_disk_resource_policy_attachment')
        .flatMap(({ values }) => {
          const schedule = schedules.get(readTarget(values.name));
          return schedule === undefined ? [] : [[readTarget(values.disk), schedule] as const];
        }),
    );
  }

  private addNat(nat: Resource): void {
    const machines = sumBands([this.nodes, ...this.metered('instance').map(() => createFixedBand(1))]);
    const { vmHour, mostHour, addressHour } = this.prices.nat;
    const addresses = Math.max(1, listAt(nat.values, 'nat_ips').length);
    // Up to 32 VM instances are billed individually.
    const month = (count: number): number => ((count > 32 ? mostHour : count * vmHour) + addresses * addressHour) * HOURS_A_MONTH;
    const band = { minimum: month(machines.minimum), expected: month(machines.expected), maximum: month(machines.maximum) };
    this.add(nat, 'NAT', band, `gateway and ${addresses} ${addresses === 1 ? 'address' : 'addresses'}, without traffic`);
  }

  private addAddress(address: Resource): void {
    if (written(textAt(address.values, 'address_type')) === 'INTERNAL') return;
    const { usedHour, unusedHour } = this.prices.address;
    // The stack may not contain the user of an address. It is free on a load balancer, billed on a VM instance, and most expensive unused.
    const expected = address.type === 'google_compute_global_address' ? 0 : usedHour * HOURS_A_MONTH;
    const band = { minimum: 0, expected, maximum: unusedHour * HOURS_A_MONTH };
    this.add(address, 'address', band, 'free on a load balancer, most expensive while unused');
  }

  /** Counts resources without a price, by type. Those of an unknown type may be the largest part. */
  private countOthers(): void {
    const found = new Map<string, Unpriced & { count: number }>();
    for (const resource of this.document.resources) {
      const { type, values } = resource;
      const price = this.facets.get(resource);
      if (price !== undefined && !('unpriced' in price)) continue;
      const count = known(numberAt(values, 'count')) ?? 1;
      const reason = price === undefined ? 'not known here' : price.unpriced;
      const weight = price === undefined || price.isLarge ? 'main' : 'part';
      const key = `${type} ${reason}`;
      const sum = (found.get(key)?.count ?? 0) + count;
      if (sum > 0) found.set(key, { what: type, count: sum, why: `${sum} without a price: ${reason}`, weight });
    }
    this.notPriced.push(...found.values());
  }

  private add({ address }: Resource, kind: CostLine['kind'], band: Band, note: string): void {
    this.lines.push({ kind, address, band, note });
  }

  private leaveOut({ type, address }: Resource, why: string, weight: Unpriced['weight'] = 'part'): void {
    this.notPriced.push({ what: type, address, why, weight });
  }
}

function isTrue(values: unknown, ...path: string[]): boolean {
  return known(booleanAt(values, ...path)) === true;
}

/** Writes that are lost by a restore. A schedule begins a snapshot within an hour, and a set is finished within an hour. */
function describeLoss(hoursBetween: number): string {
  return `at most ${Math.round(hoursBetween) + 1} h of writes are lost`;
}

function formatInterval(hours: number): string {
  if (hours === 24) return 'daily';
  return hours === 1 ? 'hourly' : `every ${Math.round(hours)} hours`;
}

/** Returns the address of a reference, or the last segment of a name or link. */
function readTarget(value: unknown): string {
  const text = String(value);
  return /\$\{([\w-]+\.[\w-]+)\./.exec(text)?.[1] ?? text.replace(/^.*\//, '');
}

const ALWAYS_UNPRICED: readonly Unpriced[] = [
  { what: 'traffic', why: 'egress, between zones, and through NAT, per GiB', weight: 'usage' },
  { what: 'logs and metrics', why: 'beyond the free tier, per GiB', weight: 'usage' },
];

/** Images of operating systems that are paid by the hour: Windows, Red Hat and SUSE. */
const LICENSED_IMAGE = /(^|\/)(windows|rhel|suse)(-sql|-sap)?-cloud(\/|$)|(^|\/)(windows|sql|rhel|sles)-[^/]+$/;
