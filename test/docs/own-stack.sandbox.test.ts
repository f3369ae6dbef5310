import { describeWithTerraform } from '../support/terraform';

describeWithTerraform('the test that the README shows', () => {
  require('./own-stack');
});
