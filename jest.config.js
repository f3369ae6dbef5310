const { availableParallelism } = require('node:os');

/**
 * The kinds of tests. `unit` needs Node alone and `sandbox` runs real Terraform against the simulated cloud. `package` and
 * `cdktn` install the packed library into empty projects, so they need a registry or npm's cache. `providers` needs the real provider
 * plugins and a Kubernetes API server. `cassandra` runs real Cassandra
 * on local VMs, which takes Linux and root; `rehearsal` runs the guide's commands for them, on a machine with an empty cache.
 */
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  // As another repository names it.
  moduleNameMapper: { '^cdktf-gke-platform$': '<rootDir>/lib', '^cdktf-gke-platform/(.*)$': '<rootDir>/lib/$1' },
  setupFilesAfterEnv: ['<rootDir>/test/support/exit-code.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdktf.out', '<rootDir>/.sandbox'],
  ...extra,
});

module.exports = {
  // One less than there are cores by default: of two cores one would be idle.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  projects: [
    project('unit', ['<rootDir>/test/**/*.test.ts'], {
      testPathIgnorePatterns: ['\\.(sandbox|providers)\\.test\\.ts$', '/test/package/', '/test/cassandra-vms/', '/test/restore/'],
    }),
    project('sandbox', ['<rootDir>/test/**/*.sandbox.test.ts']),
    project('providers', ['<rootDir>/test/**/*.providers.test.ts']),
    project('package', ['<rootDir>/test/package/**/*.test.ts'], { testPathIgnorePatterns: ['/cdktn\\.test\\.ts$'] }),
    project('cassandra', ['<rootDir>/test/cassandra-vms/*.test.ts'], { globalSetup: '<rootDir>/test/cassandra-vms/prepare.ts' }),
    project('restore', ['<rootDir>/test/restore/*.test.ts'], {
      globalSetup: '<rootDir>/test/cassandra-vms/prepare.ts',
      testPathIgnorePatterns: ['/mutants\\.test\\.ts$'],
    }),
    project('restore-mutants', ['<rootDir>/test/restore/mutants.test.ts'], { globalSetup: '<rootDir>/test/cassandra-vms/prepare.ts' }),
    project('rehearsal', ['<rootDir>/test/cassandra-vms/rehearsal/*.test.ts']),
    project('cdktn', ['<rootDir>/test/package/cdktn.test.ts']),
  ],
  testTimeout: 600_000,
};
