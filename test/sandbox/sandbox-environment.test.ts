import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Sandbox } from '../../lib/sandbox';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.start();
});
afterEach(() => sandbox.stop());

type Address = { readonly Addr: { readonly Network: string; readonly String: string } };

const providers = (): Record<string, Address> => JSON.parse(sandbox.environment.TF_REATTACH_PROVIDERS!);

test('providers are registered under their Terraform and their OpenTofu registry addresses, on the same server', () => {
  const servers = (registry: string) =>
    ['google', 'helm', 'kubernetes'].map((name) => providers()[`${registry}/hashicorp/${name}`]?.Addr.String);
  expect(new Set(servers('registry.opentofu.org')).size).toBe(3);
  expect(servers('registry.opentofu.org')).toEqual(servers('registry.terraform.io'));
});

(process.platform === 'win32' ? test.skip : test)('providers listen on sockets in a folder that only the owner can enter', () => {
  for (const { Addr } of Object.values(providers())) {
    expect(Addr.Network).toBe('unix');
    expect(statSync(dirname(Addr.String)).mode & 0o777).toBe(0o700);
  }
});

test('each sandbox has its own token, which Terraform and gcloud read', async () => {
  const other = await Sandbox.start();
  const tokens = [sandbox, other].map(({ environment }) => environment.GOOGLE_OAUTH_ACCESS_TOKEN);
  await other.stop();
  expect(tokens[0]).toMatch(/^sandbox-[0-9a-f]{48}$/);
  expect(tokens[0]).not.toBe(tokens[1]);
  expect(sandbox.environment.CLOUDSDK_AUTH_ACCESS_TOKEN).toBe(tokens[0]);
});

test.each<[string, (environment: Record<string, string>) => string, RequestInit]>([
  [
    'a state',
    ({ GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT }) =>
      `${GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT!.replace('/storage/', '/upload/storage/')}b/states/o?name=x%2Fdefault.tfstate`,
    { method: 'POST', body: '{"version":4,"resources":[]}' },
  ],
  [
    'a secret',
    ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: endpoint }) => `${endpoint}v1/projects/p/secrets?secretId=s`,
    { method: 'POST', body: '{"replication":{"automatic":{}}}' },
  ],
])('%s is written with the token only', async (_, url, init) => {
  const { environment } = sandbox;
  const call = async (authorization?: string) =>
    (await fetch(url(environment), { ...init, headers: authorization === undefined ? {} : { authorization } })).status;
  expect([await call(), await call('Bearer sandbox'), await call('Bearer none')]).toEqual([401, 401, 401]);
  expect(sandbox.secrets.names).toEqual([]);
  expect(await call(`Bearer ${environment.GOOGLE_OAUTH_ACCESS_TOKEN}`)).toBe(200);
});
