import { FAMILIES } from '../core/machine-type';
import { ReportedError } from '../core/reported-error';

/** Prices of one region, in USD. */
export interface RegionPrices {
  /** Hourly on-demand prices of a vCPU and of a GiB of memory, by machine family. */
  readonly machines: Readonly<Record<string, { readonly vCpuHour: number; readonly gibHour: number }>>;

  /** Monthly price of a GiB of disk, by disk type. */
  readonly disks: Readonly<Record<string, number>>;

  /** Monthly price of a GiB of standard snapshots in a regional location. */
  readonly snapshots: number;
}

/** Price list. A file of the same shape can replace it. */
export interface Prices {
  /** Date of the prices, `YYYY-MM-DD`. */
  readonly date: string;
  readonly source: string;
  readonly regions: Readonly<Record<string, RegionPrices>>;

  /** Sustained use discount by machine family: share of the on-demand price for each quarter of the month. */
  readonly sustainedUse: Readonly<Record<string, readonly [number, number, number, number]>>;

  /** Share of the on-demand price of Spot VMs: the published minimum, and observed shares by family and for others. */
  readonly spot: { readonly least: number; readonly seen: Readonly<Record<string, number>>; readonly others: number };

  /** Hourly management fee of a cluster, and the monthly credit of a billing account, which excludes regional clusters. */
  readonly cluster: { readonly hour: number; readonly zonalCreditMonth: number };

  /** Hourly prices of Cloud NAT: per VM, the maximum, and per address. */
  readonly nat: { readonly vmHour: number; readonly mostHour: number; readonly addressHour: number };

  /** Hourly prices of external addresses: in use by a VM, and unused. */
  readonly address: { readonly usedHour: number; readonly unusedHour: number };

  /**
   * Assumptions on snapshots, as minimum, expected and maximum: share of the disk in use, and share of it that changes in a day.
   */
  readonly snapshotUse: { readonly full: readonly [number, number, number]; readonly changedADay: readonly [number, number, number] };
}

/** Looks up an entry of a price list. Names that every object inherits, such as `toString`, are not entries. */
export function lookUp<Entry>(entries: Readonly<Record<string, Entry>> | undefined, name: string): Entry | undefined {
  return entries !== undefined && Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** Hours of a month, as in Google's price examples. */
export const HOURS_A_MONTH = 730;

/**
 * List prices of two regions, without taxes and negotiated discounts.
 *
 * @see https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator pricing.yml at fd66b26, from the Cloud Billing Catalog of 2026-07-30
 * @see https://cloud.google.com/kubernetes-engine/pricing cluster fee and credit
 * @see https://cloud.google.com/nat/pricing
 * @see https://cloud.google.com/compute/docs/sustained-use-discounts
 * @see https://cloud.google.com/compute/docs/instances/spot 91 percent is the largest documented discount
 */
export const PRICES: Prices = {
  date: '2026-07-30',
  source: 'Cloud Billing Catalog, list prices',
  regions: {
    'us-central1': {
      machines: {
        e2: { vCpuHour: 0.02181159, gibHour: 0.00292353 },
        n1: { vCpuHour: 0.031611, gibHour: 0.004237 },
        n2: { vCpuHour: 0.031611, gibHour: 0.004237 },
        n2d: { vCpuHour: 0.027502, gibHour: 0.003686 },
        t2d: { vCpuHour: 0.027502, gibHour: 0.003686 },
        c3: { vCpuHour: 0.03465, gibHour: 0.003938 },
        c4: { vCpuHour: 0.03465, gibHour: 0.003938 },
        n4: { vCpuHour: 0.03119, gibHour: 0.00354 },
      },
      disks: { 'pd-standard': 0.04, 'pd-balanced': 0.1, 'pd-ssd': 0.17 },
      snapshots: 0.05,
    },
    'europe-west1': {
      machines: {
        e2: { vCpuHour: 0.02399337, gibHour: 0.00321609 },
        n1: { vCpuHour: 0.034773, gibHour: 0.004661 },
        n2: { vCpuHour: 0.034773, gibHour: 0.004661 },
        n2d: { vCpuHour: 0.030253, gibHour: 0.004055 },
        t2d: { vCpuHour: 0.030253, gibHour: 0.004055 },
        c3: { vCpuHour: 0.038153, gibHour: 0.004336 },
        c4: { vCpuHour: 0.038153, gibHour: 0.004336 },
        n4: { vCpuHour: 0.034343, gibHour: 0.003898 },
      },
      disks: { 'pd-standard': 0.04, 'pd-balanced': 0.1, 'pd-ssd': 0.17 },
      snapshots: 0.05,
    },
  },
  sustainedUse: { n1: [1, 0.8, 0.6, 0.4], n2: [1, 0.8678, 0.733, 0.6013], n2d: [1, 0.8678, 0.733, 0.6013] },
  spot: { least: 0.09, seen: { e2: 0.6, n2: 0.474 }, others: 0.6 },
  cluster: { hour: 0.1, zonalCreditMonth: 74.4 },
  nat: { vmHour: 0.0014, mostHour: 0.044, addressHour: 0.005 },
  address: { usedHour: 0.005, unusedHour: 0.01 },
  snapshotUse: { full: [0.1, 0.5, 1], changedADay: [0.01, 0.05, 0.2] },
};

/**
 * Validates that a price list has the shape of `PRICES`, and that all prices are valid numbers.
 *
 * @throws ReportedError with the first invalid entry
 */
export function requirePrices(list: unknown): Prices {
  if (!isRecord(list)) throw new ReportedError('prices must be a JSON object, as shown in docs/cost.md');
  requireLike(list, { ...PRICES, regions: undefined, sustainedUse: undefined }, '');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(String(list.date)))
    throw new ReportedError(`prices: 'date' must be a day, YYYY-MM-DD, got '${list.date}'`);
  for (const [region, prices] of Object.entries(requireRecord(list, 'regions', ''))) {
    const at = `regions.${region}`;
    if (!isRecord(prices)) throw new ReportedError(`prices: '${at}' must be an object, got ${JSON.stringify(prices)}`);
    for (const [family, rates] of Object.entries(requireRecord(prices, 'machines', `${at}.`))) {
      if (!(family in FAMILIES)) {
        throw new ReportedError(`prices: '${at}.machines' must be of ${Object.keys(FAMILIES).join(', ')}, got '${family}'`);
      }
      requireLike(rates, { vCpuHour: 0, gibHour: 0 }, `${at}.machines.${family}.`);
    }
    for (const [type, price] of Object.entries(requireRecord(prices, 'disks', `${at}.`)))
      requireLike({ [type]: price }, { [type]: 0 }, `${at}.disks.`);
    requireLike(prices, { snapshots: 0 }, `${at}.`);
  }
  for (const [family, quarters] of Object.entries(requireRecord(list, 'sustainedUse', ''))) {
    requireLike({ [family]: quarters }, { [family]: [1, 1, 1, 1] }, 'sustainedUse.');
  }
  return list as unknown as Prices;
}

/** Requires all members of the model, of the same kind, with numbers that are not negative. */
function requireLike(value: unknown, model: unknown, at: string): void {
  for (const [name, part] of Object.entries(model as object)) {
    if (part === undefined) continue;
    const got = isRecord(value) || Array.isArray(value) ? (value as Record<string, unknown>)[name] : undefined;
    const path = `${at}${name}`;
    if (typeof part === 'object') {
      if (Array.isArray(part) ? !(Array.isArray(got) && got.length === part.length) : !isRecord(got)) {
        throw new ReportedError(
          `prices: '${path}' must be ${Array.isArray(part) ? `a list of ${part.length} numbers` : 'an object'}, got ${JSON.stringify(got)}`,
        );
      }
      if (path !== 'spot.seen') requireLike(got, part, `${path}.`);
    } else if (typeof part === 'number' ? !(typeof got === 'number' && got >= 0) : typeof got !== 'string') {
      throw new ReportedError(
        `prices: '${path}' must be ${typeof part === 'number' ? 'a number of at least 0' : 'a text'}, got ${JSON.stringify(got)}`,
      );
    }
  }
}

function requireRecord(value: Readonly<Record<string, unknown>>, name: string, at: string): Record<string, unknown> {
  const got = value[name];
  if (!isRecord(got)) throw new ReportedError(`prices: '${at}${name}' must be an object, got ${JSON.stringify(got)}`);
  return got;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
