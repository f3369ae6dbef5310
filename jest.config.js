/** Two projects: `unit` needs Node alone, `sandbox` runs real Terraform against the simulated cloud. */
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdktf.out', '<rootDir>/.sandbox'],
  ...extra,
});

module.exports = {
  projects: [
    project('unit', ['<rootDir>/test/**/*.test.ts', '!<rootDir>/test/**/*.sandbox.test.ts']),
    project('sandbox', ['<rootDir>/test/**/*.sandbox.test.ts']),
  ],
  testTimeout: 120_000,
};
