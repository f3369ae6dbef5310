import { Annotations, TerraformProvider, TerraformStack } from 'cdktf';
import { checkPolicy, type PolicyFinding } from './check';
import { findSharedProjects, formatSharedProject } from './own-project';

/**
 * Checks a stack against the policy when it is synthesized: errors and waivers that match nothing fail synth, warnings are shown.
 *
 * @see waive to accept a violation of a rule
 */
export function requirePolicy(stack: TerraformStack): void {
  stack.node.addValidation({
    validate: () => {
      restoreSynthesis(stack);
      const synthesized = stack.toTerraform();
      const { findings, badWaivers } = checkPolicy(synthesized);
      const open = findings.filter(({ waivedBy }) => waivedBy === undefined);
      for (const finding of open) if (finding.severity === 'warning') Annotations.of(stack).addWarning(formatFinding(finding));
      const shared = findSharedProjects(synthesizeProviders(stack)).filter((shared) => shared.stack === stack.node.id);
      const errors = [
        ...open.filter(({ severity }) => severity === 'error').map(formatFinding),
        ...badWaivers,
        ...shared.map(formatSharedProject),
      ];
      if (errors.length === 0) reuseSynthesized(stack, synthesized);
      return errors;
    },
  });
}

/** Reuses the checked JSON when cdktf writes it. Synthesizing it twice would take a tenth of the time of a synth. */
function reuseSynthesized(stack: TerraformStack, synthesized: unknown): void {
  stack.toTerraform = () => {
    restoreSynthesis(stack);
    return synthesized;
  };
}

function restoreSynthesis(stack: Partial<TerraformStack>): void {
  delete stack.toTerraform;
}

function formatFinding({ rule, problem, why, remediation, address, constructPath }: PolicyFinding): string {
  return `${rule}: ${problem}; ${why}: ${remediation} (at ${constructPath ?? address})`;
}

/** Synthesizes the providers of all stacks of the app, and no other block. */
function synthesizeProviders(stack: TerraformStack): Record<string, unknown> {
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
