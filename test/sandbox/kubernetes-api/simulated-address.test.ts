import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { chooseAddress } from '../../../lib/sandbox/kubernetes-api/simulated-address';

test('an address is the same each time for the same key', () => {
  expect(chooseAddress('100.64.0.0/10', 'one')).toBe(chooseAddress('100.64.0.0/10', 'one'));
  expect(chooseAddress('100.64.0.0/10', 'one')).not.toBe(chooseAddress('100.64.0.0/10', 'other'));
});

test('an address is in its range, and neither the first nor the last one', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 8, max: 30 }), (key, prefix) => {
      const range = ipaddr.IPv4.networkAddressFromCIDR(`203.0.113.0/${prefix}`);
      const address = chooseAddress(`${range}/${prefix}`, key);
      const last = ipaddr.IPv4.broadcastAddressFromCIDR(`${range}/${prefix}`).toString();
      expect(ipaddr.IPv4.parse(address).match([range, prefix])).toBe(true);
      expect([range.toString(), last]).not.toContain(address);
    }),
  );
});
