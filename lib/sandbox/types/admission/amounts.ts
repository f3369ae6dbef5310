import { Quantity } from '../../quantity';
import { isSet, isValues, type Value, type Values } from '../../values';

/** Amounts of resources, such as cpu and memory, by name. */
export type Amounts = Readonly<Record<string, Quantity>>;

/** Amounts in a map of an object; what is no amount is left out. */
export function amountsIn(map: Value | undefined): Amounts {
  return Object.fromEntries(
    Object.entries(isValues(map) ? map : {}).flatMap(([name, amount]): [string, Quantity][] => {
      const parsed = isSet(amount) ? Quantity.parse(String(amount)) : undefined;
      return parsed ? [[name, parsed]] : [];
    }),
  );
}

/** Sums by name. */
export function addAmounts(all: readonly Amounts[]): Amounts {
  return combined(all, (one, other) => one.plus(other));
}

/** The larger amounts by name. */
export function maxAmounts(all: readonly Amounts[]): Amounts {
  return combined(all, (one, other) => (other.exceeds(one) ? other : one));
}

function combined(all: readonly Amounts[], combine: (one: Quantity, other: Quantity) => Quantity): Amounts {
  const result: Record<string, Quantity> = {};
  for (const amounts of all) {
    for (const [name, amount] of Object.entries(amounts)) result[name] = result[name] ? combine(result[name], amount) : amount;
  }
  return result;
}

/** A container with what it asks for and what it may use. */
export interface ContainerAmounts {
  readonly name: string;
  readonly limits: Amounts;
  readonly requests: Amounts;
}

/** A pod by what its containers ask for. */
export interface PodAmounts {
  readonly containers: readonly ContainerAmounts[];
  readonly initContainers: readonly ContainerAmounts[];
}

/** Amounts of a pod's containers, in the form of the API. What has a limit and no request asks for its limit. */
export function podAmounts(spec: Values): PodAmounts {
  const containers = (list: Value | undefined): ContainerAmounts[] =>
    (Array.isArray(list) ? list : []).filter(isValues).map(({ name = '', resources }) => {
      const { limits = {}, requests = {} } = isValues(resources) ? resources : {};
      return { name: String(name), limits: amountsIn(limits), requests: { ...amountsIn(limits), ...amountsIn(requests) } };
    });
  return { containers: containers(spec.containers), initContainers: containers(spec.initContainers) };
}

/** Requests or limits of a whole pod: those of its containers together, or of the largest init container, which runs before them. */
export function podTotal({ containers, initContainers }: PodAmounts, kind: 'limits' | 'requests'): Amounts {
  return maxAmounts([addAmounts(containers.map((each) => each[kind])), ...initContainers.map((each) => each[kind])]);
}
