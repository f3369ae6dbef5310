// Verifies a set in a process of its own, which a test kills: verify.js, with the ring, the set and the run as JSON on standard input, and
// the variables of the sandbox. Prints its progress.
const { readFileSync } = require('node:fs');
const { ComputeEngine, verifySet } = require('../../../dist/lib/recovery');

const { ring, set, run } = JSON.parse(readFileSync(0, 'utf8'));
const compute = new ComputeEngine({ project: ring.project, environment: process.env });

verifySet({ compute, ring, run, set: { ...set, snapshots: new Map(set.snapshots) }, onProgress: (text) => console.log(text) }).then(
  () => process.exit(0),
  (error) => {
    console.error(error.stack);
    process.exit(1);
  },
);
