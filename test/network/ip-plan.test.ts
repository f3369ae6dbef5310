import { TerraformStack, Testing } from 'cdktf';
import { Cidr } from '../../lib/core/cidr';
import { countPodAddresses, countUsableAddresses, IpPlan, type IpPlanProps } from '../../lib/network/ip-plan';

const stack = new TerraformStack(Testing.app(), 'stack');

test('has ranges that do not overlap by default', () => {
  expect(Object.fromEntries(Object.entries(new IpPlan(stack, {})).map(([name, range]) => [name, range?.toString()]))).toEqual({
    nodeRange: '10.0.0.0/20',
    serviceRange: '10.0.32.0/20',
    podRange: '10.4.0.0/14',
  });
});

test.each<[IpPlanProps, string]>([
  [{ nodeRange: '10.0.0.0' }, "'nodeRange' must be an IPv4 range such as 10.0.0.0/20, got '10.0.0.0' (at stack)"],
  [{ nodeRange: '10.0.0.0/30' }, "'nodeRange' must be from /8 to /29, got '10.0.0.0/30' (at stack)"],
  [{ serviceRange: '10.96.0.0/12' }, "'serviceRange' must be from /16 to /28, got '10.96.0.0/12' (at stack)"],
  [{ podRange: '10.4.0.0/25' }, "'podRange' must be from /9 to /24, got '10.4.0.0/25' (at stack)"],
  [{ controlPlaneRange: '10.0.20.0/29' }, "'controlPlaneRange' must be from /8 to /28, got '10.0.20.0/29' (at stack)"],
  [
    { dataRange: '199.36.152.0/22' },
    "'dataRange' must not overlap 199.36.153.4/30, which Google Cloud reserves, got '199.36.152.0/22' (at stack)",
  ],
  [{ dataRange: '10.0.8.0/22' }, "'dataRange' must not overlap 'nodeRange' (10.0.0.0/20), got '10.0.8.0/22' (at stack)"],
  [{ podRange: '10.0.0.0/14' }, "'podRange' must not overlap 'nodeRange' (10.0.0.0/20), got '10.0.0.0/14' (at stack)"],
])('fails on %p', (props, message) => {
  expect(() => new IpPlan(stack, props)).toThrow(message);
});

test.each([
  [8, 16],
  [9, 32],
  [16, 32],
  [32, 64],
  [33, 128],
  [64, 128],
  [65, 256],
  [110, 256],
  [128, 256],
  [129, 512],
  [256, 512],
])('a node with %i pods takes %i addresses', (maxPodsPerNode, addresses) => {
  expect(countPodAddresses(maxPodsPerNode)).toBe(addresses);
});

test('four addresses of a subnet are reserved', () => {
  expect(countUsableAddresses(Cidr.parse(stack, 'range', '10.0.0.0/26'))).toBe(60);
});
