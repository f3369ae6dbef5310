// Adds up what jest wrote with --json, and fails when that shows a failure or no test at all.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const [folder] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of readdirSync(folder)) {
  const run = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  passed += run.numPassedTests;
  // A file that does not load has no tests to fail.
  failed += run.numFailedTests + run.numRuntimeErrorTestSuites;
  skipped += run.numPendingTests + run.numTodoTests;
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
