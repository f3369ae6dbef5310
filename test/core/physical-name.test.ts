import { TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { kebabCase, nameOrPhysical, physicalName } from '../../lib/core/physical-name';

const stack = new TerraformStack(Testing.app(), 'staging');
const cassandra = new Construct(stack, 'Cassandra');
const backups = new Construct(cassandra, 'Backups');

test('is the path in kebab case', () => {
  expect(physicalName(backups)).toBe('staging-cassandra-backups');
});

test('leaves out the primary child', () => {
  expect(physicalName(new Construct(backups, 'Resource'))).toBe('staging-cassandra-backups');
});

test('names of two long paths differ within the limit', () => {
  const names = ['a', 'b'].map((end) =>
    physicalName(new Construct(backups, `A-very-long-name-that-goes-on-and-on-and-on-for-ever-${end}`)),
  );
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])$/);
});

test('a given name takes precedence', () => {
  expect(nameOrPhysical(backups, 'my-name')).toBe('my-name');
});

test.each(['Upper', '9lives', 'ends-', '', 'under_score', 'x'.repeat(64)])('fails when the given name is %p', (name) => {
  expect(() => nameOrPhysical(backups, name)).toThrow(
    `'name' must be lower case letters, digits and hyphens, begin with a letter, end with no hyphen and have at most 63 characters, got '${name}' (at staging/Cassandra/Backups)`,
  );
});

test('kebab case has only valid characters', () => {
  fc.assert(fc.property(fc.string(), (text) => /^[a-z0-9-]*$/.test(kebabCase(text)) && kebabCase(kebabCase(text)) === kebabCase(text)));
});
