import { App } from 'cdktf';
import { EnvironmentStack } from '../stacks/environment-stack';
import { production } from './production';
import { staging } from './staging';

try {
  const app = new App();
  for (const { name, ...values } of [staging, production]) {
    new EnvironmentStack(app, name, values);
  }
  app.synth();
} catch (error) {
  // A wrong value says itself what is wrong: where in the library that was found helps nobody.
  const { name, message } = error as Error;
  if (name !== 'ValidationError' && !message.startsWith('Validation failed')) throw error;
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
