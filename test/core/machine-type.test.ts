import { Testing, Token } from 'cdktf';
import { Construct } from 'constructs';
import { onlyDiskKind, requireMachineType } from '../../lib/core/machine-type';

const scope = new Construct(Testing.app(), 'stack');

test.each([
  'e2-micro',
  'e2-medium',
  'e2-standard-4',
  'e2-custom-small-2048',
  'n1-standard-1',
  'n1-megamem-96',
  'n2-highmem-128',
  'n2-custom-4-8192-ext',
  'n2d-standard-224',
  't2d-standard-60',
  'custom-4-8192',
  'c3-standard-192-metal',
  'c3-standard-4-lssd',
  'c4a-highmem-8',
  'n4-custom-4-8192',
  'a2-highgpu-1g',
  'ct5lp-hightpu-4t',
  'x4-megamem-960-metal',
  'z9-standard-12',
  Token.asString({ resolve: () => 'x' }),
])('%s is a valid machine type', (machineType) => {
  expect(requireMachineType(scope, 'machineType', machineType)).toBe(machineType);
});

test.each([
  ['m5.large', 'a machine type such as e2-standard-4'],
  ['not-a-machine', 'a machine type such as e2-standard-4'],
  ['E2-standard-4', 'a machine type such as e2-standard-4'],
  ['', 'a machine type such as e2-standard-4'],
  ['e2-standrd-4', 'one of e2-standard-N, e2-highmem-N, e2-highcpu-N'],
  ['e2-highmem-32', 'e2-highmem-N with N one of 2, 4, 8, 16'],
  ['n2-standard-7', 'n2-standard-N with N one of 2, 4, 8, 16, 32, 48, 64, 80, 96, 128'],
  ['n2d-standard-4-metal', 'n2d-standard-N with N one of 2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224'],
  ['t2d-constructor-4', 'one of t2d-standard-N'],
])('%s is not a valid machine type', (machineType, rule) => {
  expect(() => requireMachineType(scope, 'machineType', machineType)).toThrow(
    `'machineType' must be ${rule}, got '${machineType}' (at stack)`,
  );
});

test.each([
  ['n4-standard-4', 'hyperdisk'],
  ['e2-medium', 'persistent'],
  ['c3-standard-4', undefined],
  ['z9-standard-4', undefined],
])('%s supports one kind of disk: %s', (machineType, kind) => {
  expect(onlyDiskKind(machineType)).toBe(kind);
});
