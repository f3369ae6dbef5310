import { App } from 'cdktf';
import { EnvironmentStack } from '../stacks/environment-stack';
import { production } from './production';
import { staging } from './staging';

const app = new App();
for (const { name, ...values } of [staging, production]) {
  new EnvironmentStack(app, name, values);
}
app.synth();
