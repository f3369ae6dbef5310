import type { TerraformStack } from 'cdktf';
import { ReportedError } from './reported-error';

/**
 * Reports failed validations of a stack as one `ReportedError`, with a line for each, when it is synthesized. cdktf throws an
 * `Error`, which an entry point cannot distinguish from a defect.
 */
export function reportFailedValidations(stack: TerraformStack): void {
  stack.runAllValidations = () => {
    const problems = stack.node.findAll().flatMap(({ node }) => node.validate().map((problem) => `[${node.path}] ${problem}`));
    if (problems.length > 0) throw new ReportedError(problems.join('\n'));
  };
}
