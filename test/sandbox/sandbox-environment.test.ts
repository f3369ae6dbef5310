import { Sandbox } from '../../lib/sandbox';

test('providers are registered under their Terraform and their OpenTofu registry addresses, on the same server', async () => {
  const sandbox = await Sandbox.start();
  const providers: Record<string, { Addr: { String: string } }> = JSON.parse(sandbox.environment.TF_REATTACH_PROVIDERS!);
  await sandbox.stop();
  const servers = (registry: string) =>
    ['google', 'helm', 'kubernetes'].map((name) => providers[`${registry}/hashicorp/${name}`]?.Addr.String);
  expect(new Set(servers('registry.opentofu.org')).size).toBe(3);
  expect(servers('registry.opentofu.org')).toEqual(servers('registry.terraform.io'));
});
