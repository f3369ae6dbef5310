#!/usr/bin/env node
// The command itself is compiled. This file is there from the start, so that npx finds it in a fresh clone as well.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const main = path.join(root, 'dist', 'lib', 'cli', 'main.js');
const built = existsSync(main) || spawnSync('npx', ['--no-install', 'tsc'], { cwd: root, stdio: 'inherit', shell: true }).status === 0;

if (built) {
  require(main);
} else {
  process.stderr.write('gke-platform is not built yet, and cannot be: run npm ci, then npm run build\n');
  process.exitCode = 1;
}
