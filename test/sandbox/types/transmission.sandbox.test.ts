import { Sandbox } from '../../../lib/sandbox';
import { describeWithTerraform } from '../../support/terraform';
import { testTransmission } from './transmission-cases';

describeWithTerraform('with the simulated plugins', () => {
  testTransmission(() => Sandbox.start({ enabledApis: 'all' }));
});
