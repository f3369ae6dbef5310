import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Testing } from 'cdktf';
import { staging } from '../../environments';
import { PROVIDER_NAMES, readProviderVersion } from '../../lib/sandbox/bindings';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { written } from '../support/written';

const page = readFileSync(path.join(__dirname, '../../docs/provider-versions.md'), 'utf8');

/** Versions that the page overrides, by path in the synthesized stack. */
const overrides = [...page.matchAll(/stack\.addOverride\('(terraform\.required_providers\.(\w+)\.version)', '([\d.]+)'\)/g)].map(
  ([, path, name, version]) => ({ path: path!, name: name!, version: version! }),
);

test('the page names the versions that the bindings pin', () => {
  const pinned = [...PROVIDER_NAMES].sort().map((name) => `${name} ${readProviderVersion(name)}`);
  expect(/<!-- pinned -->(.*)<!-- \/pinned -->/.exec(page)?.[1]).toBe(pinned.join(', '));
});

test('its overrides change only the versions of all three providers and their note in a stack', () => {
  expect(overrides.map(({ name }) => name).sort()).toEqual([...PROVIDER_NAMES].sort());
  const { name, ...values } = staging;
  const [pinned, overridden] = [false, true].map((isOverridden) => {
    const stack = new EnvironmentStack(Testing.app(), name, values);
    if (isOverridden) for (const { path, version } of overrides) stack.addOverride(path, version);
    return written(stack) as Written;
  });
  for (const { name: provider, version } of overrides) {
    expect(overridden!.terraform.required_providers[provider]!.version).toBe(version);
    overridden!.terraform.required_providers[provider]!.version = pinned!.terraform.required_providers[provider]!.version;
  }
  const { stack: note, ...others } = overridden!['//'].metadata.overrides;
  expect(note).toEqual(['terraform']);
  overridden!['//'].metadata.overrides = others;
  expect(overridden).toEqual(pinned);
});

interface Written {
  '//': { metadata: { overrides: Record<string, string[]> } };
  terraform: { required_providers: Record<string, { version: string }> };
}
