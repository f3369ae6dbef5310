import type { TerraformStack } from 'cdktf';
import { ReportedError } from './reported-error';

/**
 * Makes what validations of a stack find a `ReportedError`, one line for each, when it is synthesized. cdktf throws an `Error` that an entry
 * point cannot tell from a fault.
 */
export function reportFailedValidations(stack: TerraformStack): void {
  stack.runAllValidations = () => {
    const problems = stack.node.findAll().flatMap(({ node }) => node.validate().map((problem) => `[${node.path}] ${problem}`));
    if (problems.length > 0) throw new ReportedError(problems.join('\n'));
  };
}
