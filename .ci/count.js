// Adds up what jest wrote with --json, names what failed, and fails when that shows a failure or no test at all.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { stripVTControlCharacters } = require('node:util');

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
  for (const suite of run.testResults) {
    const tests = suite.assertionResults.filter(({ status }) => status === 'failed');
    if (suite.status === 'failed' && tests.length === 0) tell(suite.name, [suite.message]);
    for (const { fullName, failureMessages } of tests) tell(fullName, failureMessages);
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** Where only the end of a long output is kept, this is what is left of a failure. */
function tell(name, messages) {
  const lines = stripVTControlCharacters(messages.join('\n')).split('\n');
  const said = lines.filter((line) => line.trim() !== '' && !/^\s+at /.test(line)).slice(0, 20);
  console.log([`failed: ${name}`, ...said.map((line) => `  ${line}`)].join('\n'));
}
