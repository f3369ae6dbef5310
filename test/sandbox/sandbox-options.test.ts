import { Sandbox, type SandboxOptions } from '../../lib/sandbox';

test.each<[keyof SandboxOptions, SandboxOptions]>([
  ['discoveryDocuments', { discoveryDocuments: '/documents' }],
  ['onKubernetesRequest', { onKubernetesRequest: () => {} }],
])('%s without realProviders fails', async (option, options) => {
  await expect(Sandbox.start(options)).rejects.toThrow(`'${option}' must be used with 'realProviders'`);
});
