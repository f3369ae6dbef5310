import { App } from 'cdktf';
import { RefusedError, ReportedError, reportFailedValidations, requireOutputFolder } from '../lib';
import { EnvironmentStack } from '../stacks/environment-stack';
import { environments } from '.';

try {
  const app = new App({ outdir: requireOutputFolder() });
  for (const { name, ...values } of environments) {
    reportFailedValidations(new EnvironmentStack(app, name, values));
  }
  app.synth();
} catch (error) {
  // The message of an invalid value is complete without a stack trace.
  if (!(error instanceof ReportedError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof RefusedError ? 2 : 1;
}
