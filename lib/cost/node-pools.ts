import type { Resource, TerraformDocument } from '../terraform/document';
import { readNote } from '../terraform/notes';
import { blockAt, booleanAt, known, listAt, numberAt, textAt, written } from '../terraform/values';
import { simulateWeek } from './autoscaler';
import { type Band, createFixedBand } from './band';
import type { CostLine, Unpriced } from './cost';
import { MINUTES_A_WEEK, readLoad } from './load';
import { estimateMonth, estimateMonthOfNodes, findMachinePrice } from './machine-price';
import { findMachineShape } from './machine-type';
import { HOURS_A_MONTH, lookUp, type Prices } from './prices';
import { readRegion } from './region';

/** Cost and number of nodes of a node pool. */
export interface PoolCost {
  readonly line?: CostLine;
  readonly unpriced: readonly Unpriced[];

  /** Number of nodes. */
  readonly nodes: Band;
}

/** Estimates a node pool, autoscaled or of a fixed size. */
export function estimateNodePool(pool: Resource, document: TerraformDocument, prices: Prices): PoolCost {
  const region = readRegion(written(textAt(pool.values, 'location')));
  const config = blockAt(pool.values, 'node_config');
  const machineType = written(textAt(config, 'machine_type')) || 'e2-medium';
  const zones = countZones(pool, document);
  const limits = readLimits(pool, zones);
  const fixed = createFixedBand(limits.maxNodes);
  const price = findMachinePrice(prices, region, machineType);
  if (!price) {
    const why = `no price of ${machineType} in ${region}`;
    return { unpriced: [{ what: pool.type, address: pool.address, why, weight: 'main' }], nodes: { ...fixed, minimum: limits.minNodes } };
  }

  const isSpot = [booleanAt(config, 'spot'), booleanAt(config, 'preemptible')].some((each) => known(each) === true);
  const profile = readNote(pool, 'loadProfile');
  const week = profile === undefined ? undefined : simulateWeek(loadInNodes(pool, machineType, limits.maxNodes), limits);
  const steady = (nodes: number): Uint16Array => new Uint16Array(1).fill(nodes);
  const [least, usual] = isSpot ? [prices.spot.least, prices.spot.seen[price.family] ?? prices.spot.others] : [1, 1];
  // Spot VMs have their own price and no discount.
  const machines = (nodes: Uint16Array, share: number): number =>
    isSpot
      ? (nodes.reduce((a, b) => a + b, 0) / nodes.length) * price.hour * share * HOURS_A_MONTH
      : estimateMonthOfNodes(prices, price, nodes);

  const diskType = written(textAt(config, 'disk_type')) || 'pd-balanced';
  const diskPrice = lookUp(prices.regions[region]!.disks, diskType);
  const disk = (diskPrice ?? 0) * (known(numberAt(config, 'disk_size_gb')) ?? 100);
  const nodes: Band = { minimum: limits.minNodes, expected: week?.averageNodes ?? limits.maxNodes, maximum: limits.maxNodes };
  const withoutScaling = machines(steady(limits.maxNodes), usual) + disk * limits.maxNodes;
  const band: Band = {
    minimum: machines(steady(limits.minNodes), least) + disk * limits.minNodes,
    expected: machines(week?.nodes ?? steady(limits.maxNodes), usual) + disk * nodes.expected,
    maximum: withoutScaling,
  };
  const notes = [
    `${zones === 1 ? 'one zone' : `${zones} zones`}, ${limits.minNodes === limits.maxNodes ? limits.maxNodes : `${limits.minNodes} to ${limits.maxNodes}`} ${machineType}${isSpot ? ' as Spot VMs, whose price changes every month' : ''}`,
    week === undefined
      ? limits.minNodes === limits.maxNodes
        ? ''
        : 'no load profile: expected is the maximum'
      : `${nodes.expected.toFixed(1)} on average${week.pendingMinutes > 0 ? `, pods wait ${week.pendingMinutes} minutes a week for a node` : ''}`,
  ];
  return {
    line: {
      kind: 'nodes',
      address: pool.address,
      band,
      withoutScaling,
      averageNodes: nodes.expected,
      note: notes.filter((note) => note !== '').join('; '),
    },
    unpriced: [
      ...listUnpricedFeatures(pool, config),
      ...(diskPrice === undefined
        ? [{ what: pool.type, address: pool.address, why: `boot disks: no price of ${diskType} in ${region}`, weight: 'part' } as const]
        : []),
    ],
    nodes,
  };
}

/** Lists node features without a price. */
function listUnpricedFeatures({ type, address }: Resource, config: unknown): Unpriced[] {
  const counts = {
    'local SSDs':
      known(numberAt(config, 'local_ssd_count')) ?? known(numberAt(config, 'ephemeral_storage_local_ssd_config', 'local_ssd_count')) ?? 0,
    accelerators: listAt(config, 'guest_accelerator').length,
  };
  return Object.entries(counts).flatMap(([what, count]) =>
    count > 0 ? [{ what: type, address, why: `${count} ${what} per node`, weight: 'main' } as const] : [],
  );
}

function loadInNodes(pool: Resource, machineType: string, maxNodes: number): Float64Array {
  const { shares, peakVCpus } = readLoad(pool.address, readNote(pool, 'loadProfile'));
  const vCpus = findMachineShape(machineType)!.vCpus;
  const peak = peakVCpus === undefined ? maxNodes : peakVCpus / vCpus;
  return shares.map((share) => share * peak).subarray(0, MINUTES_A_WEEK);
}

function readLimits(pool: Resource, zones: number): { minNodes: number; maxNodes: number } {
  const scaling = blockAt(pool.values, 'autoscaling');
  if (!scaling) {
    const fixed = (known(numberAt(pool.values, 'node_count')) ?? known(numberAt(pool.values, 'initial_node_count')) ?? 1) * zones;
    return { minNodes: fixed, maxNodes: fixed };
  }
  const limit = (name: 'min' | 'max', otherwise: number): number => {
    const total = known(numberAt(scaling, `total_${name}_node_count`));
    const perZone = known(numberAt(scaling, `${name}_node_count`));
    // The provider writes a zero for unset limits.
    return total !== undefined && (total > 0 || !perZone) ? total : (perZone ?? otherwise) * zones;
  };
  return { minNodes: limit('min', 0), maxNodes: limit('max', 1000) };
}

/** Counts the zones of the pool, of its cluster, or the three zones that GKE selects in a region. */
function countZones(pool: Resource, document: TerraformDocument): number {
  const own = listAt(pool.values, 'node_locations').length;
  if (own > 0) return own;
  const cluster = written(textAt(pool.values, 'cluster'));
  const owner = document
    .ofType('google_container_cluster')
    .find(({ address, values }) => cluster.includes(address) || (values.name !== undefined && cluster.endsWith(String(values.name))));
  const isZonal = /^[a-z]+-[a-z]+\d+-[a-z]$/.test(written(textAt(pool.values, 'location')));
  return listAt(owner?.values, 'node_locations').length + (isZonal ? 1 : 0) || (isZonal ? 1 : 3);
}

/** Estimates a VM instance that runs continuously. */
export function estimateInstance(prices: Prices, region: string, machineType: string, isSpot: boolean): Band | undefined {
  const price = findMachinePrice(prices, region, machineType);
  if (!price) return undefined;
  if (!isSpot) return createFixedBand(estimateMonth(prices, price, 1));
  const usual = price.hour * HOURS_A_MONTH * (prices.spot.seen[price.family] ?? prices.spot.others);
  return { minimum: price.hour * HOURS_A_MONTH * prices.spot.least, expected: usual, maximum: usual };
}
