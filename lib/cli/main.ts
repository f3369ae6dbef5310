#!/usr/bin/env node
import { handleProcessErrors, runCommandLine } from './program';

handleProcessErrors();
void runCommandLine(process.argv.slice(2));
