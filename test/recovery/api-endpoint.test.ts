import { CloudStorage, ComputeEngine } from '../../lib/recovery';
import { readEndpoint } from '../../lib/recovery/api-endpoint';

const SANDBOX = { GKE_PLATFORM_SANDBOX: '/home/ada/.sandbox' };

test("Google's endpoint is the default, and a variable replaces it", () => {
  expect(readEndpoint({}, 'ENDPOINT', 'https://google/v1/')).toBe('https://google/v1/');
  expect(readEndpoint({ ENDPOINT: '' }, 'ENDPOINT', 'https://google/v1/')).toBe('https://google/v1/');
  expect(readEndpoint({ ENDPOINT: 'http://127.0.0.1:1/v1', ...SANDBOX }, 'ENDPOINT', 'https://google/v1/')).toBe('http://127.0.0.1:1/v1/');
});

test('a command in a sandbox without VMs is refused, and never asks Google', () => {
  const options = { project: 'parking', environment: { ...SANDBOX, GOOGLE_OAUTH_ACCESS_TOKEN: 'sandbox' } };
  for (const client of [ComputeEngine, CloudStorage])
    expect(() => new client(options)).toThrow('the sandbox in /home/ada/.sandbox runs no VMs: begin it with --vms');
});
