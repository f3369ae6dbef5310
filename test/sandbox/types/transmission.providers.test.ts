import { Sandbox } from '../../../lib/sandbox';
import { testTransmission } from './transmission-cases';

// Without the plugins this fails: nothing else runs these tests than `npm run test:providers`, which is for machines that have them.
describe('with the real plugins', () => {
  testTransmission(() => Sandbox.start({ realProviders: true, enabledApis: 'all' }));
});
