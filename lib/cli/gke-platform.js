#!/usr/bin/env node
// The command's own file is compiled; this one is there from the start, so that a fresh clone can link it.
require('../../dist/lib/cli/main.js');
