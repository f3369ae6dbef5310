import { TerraformDocument } from '../../terraform/document';
import { valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { statefulType } from '../stateful-types';
import { isProtected } from './prevent-destroy-lost';

/** A failed creation leaves a taint, and the next plan replaces what is there, protected or not. */
export const taintedProtected: Rule = {
  id: 'tainted-protected',
  title: 'The apply will fail half-way: something protected is tainted',
  check: (subject) =>
    subject.resources
      .filter(
        (change) =>
          change.reason === 'replace_because_tainted' &&
          (statefulType(change) !== undefined ||
            valueAt(change.before, 'deletion_protection') === true ||
            isProtectedIn(subject.synthesized, change)),
      )
      .map((change) => ({
        severity: 'refuse',
        address: change.address,
        action: change.action,
        reason: 'it is tainted: its creation, or a step after it, failed once, and Terraform replaces it whether it is well or not',
        impact: statefulType(change)?.impact ?? '',
        recovery: statefulType(change)?.recovery ?? '',
        remediation: `look at it, and run terraform untaint '${change.address}' when it is well`,
      })),
};

function isProtectedIn(synthesized: unknown, { type, name }: { type: string; name: string }): boolean {
  if (synthesized === undefined) return false;
  const resource = TerraformDocument.read(synthesized).find(`${type}.${name}`);
  return resource !== undefined && isProtected(resource);
}
