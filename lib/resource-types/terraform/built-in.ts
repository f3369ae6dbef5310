import type { ResourceType } from '../resource-type';

export const builtIn: readonly ResourceType[] = [
  {
    names: ['terraform_data', 'null_resource', 'time_sleep', 'time_static', 'time_offset', 'time_rotating'],
    what: 'a resource without an object',
    price: { free: 'it exists in the state alone' },
    deletion: {
      kind: 'harmless',
      why: 'it exists in the state alone',
    },
  },
  {
    names: ['random_id', 'random_pet', 'random_integer', 'random_shuffle', 'random_string', 'random_uuid'],
    what: 'a random value',
    price: { free: 'it exists in the state alone' },
    deletion: {
      kind: 'harmless',
      why: 'it exists in the state alone; what uses its value changes in the same plan',
    },
  },
];
