import { describeWithTerraform } from '../support/terraform';

describeWithTerraform('the test that the guide shows', () => {
  require('./own-stack');
});
