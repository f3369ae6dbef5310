import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address';
import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack, Testing } from 'cdktf';
import { findProtectedAddresses, type ProtectedAddressesProps, requireProtectedAddresses } from '../../lib/policy';
import { checkPolicy } from '../../lib/policy/check';
import { Synthesized } from '../support/synthesized';

function stackWithDisk(props: ProtectedAddressesProps): TerraformStack {
  const stack = new TerraformStack(Testing.app(), 'staging');
  new GoogleProvider(stack, 'Google');
  new ComputeDisk(stack, 'Data', { name: 'data', lifecycle: { preventDestroy: true } });
  new ComputeDisk(stack, 'Scratch', { name: 'scratch' });
  requireProtectedAddresses(stack, props);
  return stack;
}

test('passes when every protected resource is listed and exists', () => {
  const stack = stackWithDisk({ protectedAddresses: ['google_compute_disk.Data'] });
  expect([...findProtectedAddresses(stack)]).toEqual(['google_compute_disk.Data']);
  expect(() => Synthesized.from(stack)).not.toThrow();
});

test('fails when a listed resource is missing, and passes with an exemption that has a reason', () => {
  const protectedAddresses = ['google_compute_disk.Data', 'google_compute_disk.Gone'];
  const gone = (reason: string) =>
    stackWithDisk({ protectedAddresses, protectionExemptions: [{ address: 'google_compute_disk.Gone', reason, owner: 'platform' }] });
  expect(() => Synthesized.from(stackWithDisk({ protectedAddresses }))).toThrow(
    "'protectedAddresses' names google_compute_disk.Gone, which is no longer in this stack: deploying would destroy it",
  );
  expect(() => Synthesized.from(gone(''))).toThrow(
    /'reason' of the protection exemption of google_compute_disk\.Gone must be a text that is not empty, got ""[\s\S]*names google_compute_disk\.Gone/,
  );
  expect(() => Synthesized.from(gone('moved to the archive project on 1 March'))).not.toThrow();
});

test('fails when a listed resource has no protection', () => {
  expect(() =>
    Synthesized.from(stackWithDisk({ protectedAddresses: ['google_compute_disk.Data', 'google_compute_disk.Scratch'] })),
  ).toThrow('names google_compute_disk.Scratch, which has lost its prevent_destroy');
});

test('fails when a protected resource is not listed', () => {
  expect(() => Synthesized.from(stackWithDisk({ protectedAddresses: [] }))).toThrow("add 'google_compute_disk.Data'");
});

test('an exemption waives the rules of the policy that its resource violates, and no others', () => {
  const exempted = (type: 'disk' | 'address', owner = 'platform') => {
    const stack = new TerraformStack(new App(), 'staging');
    new GoogleProvider(stack, 'Google');
    if (type === 'disk') new ComputeDisk(stack, 'Data', { name: 'data' });
    else new ComputeAddress(stack, 'Data', { name: 'data' });
    requireProtectedAddresses(stack, {
      protectedAddresses: [],
      protectionExemptions: [{ address: `google_compute_${type}.Data`, reason: 'taken down', owner }],
    });
    Synthesized.from(stack);
    return checkPolicy(stack.toTerraform());
  };
  expect(exempted('disk').findings.find(({ rule }) => rule === 'data-prevent-destroy')?.waivedBy).toEqual({
    reason: 'taken down',
    owner: 'platform',
    at: 'staging/Data',
  });
  expect(exempted('disk').badWaivers).toEqual([]);
  expect(exempted('address').badWaivers).toEqual([]);
  expect(() => exempted('disk', '')).toThrow(
    "'owner' of the protection exemption of google_compute_disk.Data must be a text that is not empty",
  );
});

test('fails when an exemption has expired', () => {
  const exemption = { address: 'google_compute_disk.Gone', reason: 'moved to the archive project', owner: 'platform' };
  const protectedAddresses = ['google_compute_disk.Data', 'google_compute_disk.Gone'];
  const until = (expires: string) => stackWithDisk({ protectedAddresses, protectionExemptions: [{ ...exemption, expires }] });
  expect(() => Synthesized.from(until('2999-12-31'))).not.toThrow();
  expect(() => Synthesized.from(until('2020-01-01'))).toThrow(
    /the protection exemption of google_compute_disk\.Gone expired on 2020-01-01[\s\S]*names google_compute_disk\.Gone/,
  );
});

test('exemptions by their former name are accepted', () => {
  const exemption = { address: 'google_compute_disk.Gone', reason: 'moved to the archive project', owner: 'platform' };
  const protectedAddresses = ['google_compute_disk.Data', 'google_compute_disk.Gone'];
  expect(() => Synthesized.from(stackWithDisk({ protectedAddresses, releases: [exemption] }))).not.toThrow();
});
