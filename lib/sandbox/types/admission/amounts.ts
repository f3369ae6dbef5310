import { Quantity } from '../../quantity';
import { isSet, isValues, type Value, type Values } from '../../values';

/** Quantities by resource name, such as cpu and memory. */
export type Amounts = Readonly<Record<string, Quantity>>;

/** Parses a map of quantities; invalid ones are ignored. */
export function parseAmounts(map: Value | undefined): Amounts {
  return Object.fromEntries(
    Object.entries(isValues(map) ? map : {}).flatMap(([name, amount]): [string, Quantity][] => {
      const parsed = isSet(amount) ? Quantity.parse(String(amount)) : undefined;
      return parsed ? [[name, parsed]] : [];
    }),
  );
}

/** Adds quantities by resource name. */
export function addAmounts(all: readonly Amounts[]): Amounts {
  return combined(all, (one, other) => one.plus(other));
}

/** Takes the maximum of quantities by resource name. */
function maxAmounts(all: readonly Amounts[]): Amounts {
  return combined(all, (one, other) => (other.exceeds(one) ? other : one));
}

function combined(all: readonly Amounts[], combine: (one: Quantity, other: Quantity) => Quantity): Amounts {
  const result: Record<string, Quantity> = {};
  for (const amounts of all) {
    for (const [name, amount] of Object.entries(amounts)) result[name] = result[name] ? combine(result[name], amount) : amount;
  }
  return result;
}

/** Requests and limits of a container. */
export interface ContainerAmounts {
  readonly name: string;
  readonly limits: Amounts;
  readonly requests: Amounts;
}

/** Requests and limits of a pod's containers. */
export interface PodAmounts {
  readonly containers: readonly ContainerAmounts[];
  readonly initContainers: readonly ContainerAmounts[];
}

/** Reads the requests and limits of a pod's containers, in the form of the API. A request defaults to the limit. */
export function readPodAmounts(spec: Values): PodAmounts {
  const containers = (list: Value | undefined): ContainerAmounts[] =>
    (Array.isArray(list) ? list : []).filter(isValues).map(({ name = '', resources }) => {
      const { limits = {}, requests = {} } = isValues(resources) ? resources : {};
      return { name: String(name), limits: parseAmounts(limits), requests: { ...parseAmounts(limits), ...parseAmounts(requests) } };
    });
  return { containers: containers(spec.containers), initContainers: containers(spec.initContainers) };
}

/** Computes the requests or limits of a pod: the sum of its containers, or the largest init container if that is more. */
export function computePodTotal({ containers, initContainers }: PodAmounts, kind: 'limits' | 'requests'): Amounts {
  return maxAmounts([addAmounts(containers.map((each) => each[kind])), ...initContainers.map((each) => each[kind])]);
}
