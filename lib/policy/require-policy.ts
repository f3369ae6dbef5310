import { Annotations, TerraformProvider, TerraformStack } from 'cdktf';
import { checkPolicy, type PolicyFinding } from './check';
import { sharedProjects, sharedProjectText } from './own-project';

/**
 * Holds a stack against the rules of the policy when it is synthesized: errors fail synth, warnings are shown, and so are waivers that match nothing.
 *
 * @see waive for a rule that need not hold somewhere
 */
export function requirePolicy(stack: TerraformStack): void {
  stack.node.addValidation({
    validate: () => {
      makeAnew(stack);
      const synthesized = stack.toTerraform();
      const { findings, badWaivers } = checkPolicy(synthesized);
      const open = findings.filter(({ waivedBy }) => waivedBy === undefined);
      for (const finding of open) if (finding.severity === 'warning') Annotations.of(stack).addWarning(inWords(finding));
      const shared = sharedProjects(providersOfApp(stack)).filter((shared) => shared.stack === stack.node.id);
      const errors = [...open.filter(({ severity }) => severity === 'error').map(inWords), ...badWaivers, ...shared.map(sharedProjectText)];
      if (errors.length === 0) handOn(stack, synthesized);
      return errors;
    },
  });
}

/** What was looked at is what cdktf asks for next, to write it. Making it once more would be a tenth of the time of a synth. */
function handOn(stack: TerraformStack, synthesized: unknown): void {
  stack.toTerraform = () => {
    makeAnew(stack);
    return synthesized;
  };
}

function makeAnew(stack: Partial<TerraformStack>): void {
  delete stack.toTerraform;
}

function inWords({ rule, problem, why, remediation, address, constructPath }: PolicyFinding): string {
  return `${rule}: ${problem}; ${why}: ${remediation} (at ${constructPath ?? address})`;
}

/** Providers of all stacks of the app, as they are synthesized; nothing else of them. */
function providersOfApp(stack: TerraformStack): Record<string, unknown> {
  const stacks = stack.node.root.node.findAll().filter((node) => TerraformStack.isStack(node));
  return Object.fromEntries(
    stacks.map((each) => {
      const google = each.node
        .findAll()
        .filter((node) => TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === 'google')
        .flatMap((provider) => (provider as TerraformProvider).toTerraform().provider.google);
      return [each.node.id, { provider: { google } }];
    }),
  );
}
