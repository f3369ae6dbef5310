import { App } from 'cdktf';
import { RefusedError, requireOutputFolder } from '../lib';
import { EnvironmentStack } from '../stacks/environment-stack';
import { production } from './production';
import { staging } from './staging';

try {
  const app = new App({ outdir: requireOutputFolder() });
  for (const { name, ...values } of [staging, production]) {
    new EnvironmentStack(app, name, values);
  }
  app.synth();
} catch (error) {
  // The message of a wrong value is complete without the place in the library that found it.
  const { name, message } = error as Error;
  if (!(error instanceof RefusedError) && name !== 'ValidationError' && !message.startsWith('Validation failed')) throw error;
  process.stderr.write(`${message}\n`);
  process.exitCode = error instanceof RefusedError ? 2 : 1;
}
